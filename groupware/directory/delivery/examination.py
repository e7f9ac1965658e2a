"""The whole way of a delivery from its texts to a plan, without a database: fit to run off the event loop."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from groupware.directory.delivery.checking import check
from groupware.directory.delivery.difference import plan
from groupware.directory.delivery.findings import Finding, faults, in_order
from groupware.directory.delivery.identity import identify
from groupware.directory.delivery.parsing import parse
from groupware.directory.delivery.plan import Plan
from groupware.directory.delivery.reading import NAMES
from groupware.directory.delivery.snapshot import Snapshot


@dataclass(slots=True)
class Examination:
    """What was found. `plan` is None as soon as there is a fault."""

    findings: list[Finding]
    plan: Plan | None = None
    proposed: dict[str, str] = field(default_factory=dict)
    """New number → the number that it probably continues."""

    @property
    def faults(self) -> list[Finding]:
        """Those findings that stop the delivery."""
        return faults(self.findings)


def examine(
    texts: Mapping[str, str],
    snapshot: Snapshot,
    *,
    findings: Sequence[Finding] = (),
    declined: Collection[str] = (),
) -> Examination:
    """Read, check and compare. `findings` are those of decoding, `declined` new numbers that continue nobody."""
    delivery, found = parse(texts)
    identity, about_numbers = identify(delivery, snapshot, declined)
    found = [*findings, *found, *about_numbers, *check(delivery, snapshot, identity)]
    found = in_order(found, NAMES)
    if faults(found):
        return Examination(found)
    return Examination(found, plan(delivery, snapshot, identity), identity.proposed)


__all__ = ["Examination", "examine"]
