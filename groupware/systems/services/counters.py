"""Numbers at the icons of business systems."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from groupware import events
from groupware.actor import CallingSystem
from groupware.clock import local
from groupware.db import session, upsert
from groupware.systems.events import COUNTED, topic
from groupware.systems.models import SystemCounter
from groupware.systems.services.notices import require_known, voice_of
from groupware.systems.services.receivers import CHUNK, Receiver, principals_of
from groupware.systems.services.tokens import system_of

HIGHEST = 9999


@dataclass(frozen=True, slots=True)
class Count:
    """The number at the icon for a person, or for everybody of a unit; 0 takes it away."""

    receiver: Receiver
    number: int


@dataclass(frozen=True, slots=True)
class CountersSet:
    """How many were set, and whom nobody knows."""

    number: int
    skipped: tuple[str, ...]


def set_counters(
    caller: CallingSystem, counts: Sequence[Count], *, replaces_all: bool = False, skips_unknown: bool = False
) -> CountersSet:
    """Set the numbers; the last one counts where a receiver comes twice. With `replaces_all` all others of the system go.

    Raises Invalid naming every unknown receiver (`counters/3`), with nothing written; Denied.
    """
    link = system_of(caller)
    receivers = [one.receiver for one in counts]
    principals = principals_of(receivers, local(caller.now).date())
    require_known(receivers, principals, skips_unknown=skips_unknown, name="counters")
    numbers = {
        principal: one.number
        for principal, one in zip(principals, counts, strict=True)
        if principal is not None
    }
    gone = [principal for principal, number in numbers.items() if number == 0]
    if replaces_all:
        session.execute(delete(SystemCounter).where(SystemCounter.link_id == link.id))
    else:
        for start in range(0, len(gone), CHUNK):
            session.execute(
                delete(SystemCounter).where(
                    SystemCounter.link_id == link.id,
                    SystemCounter.principal_id.in_(gone[start : start + CHUNK]),
                )
            )
    rows = [
        {"link_id": link.id, "principal_id": principal, "number": number, "at": caller.now}
        for principal, number in sorted(numbers.items())
        if number
    ]
    statement = upsert(SystemCounter)
    statement = statement.on_conflict_do_update(
        index_elements=[SystemCounter.link_id, SystemCounter.principal_id],
        set_={"number": statement.excluded.number, "at": statement.excluded.at},
    )
    for start in range(0, len(rows), CHUNK):
        session.execute(statement, rows[start : start + CHUNK])
    events.emit(voice_of(caller), topic(link.id), COUNTED, link_id=link.id)
    skipped = tuple(one.name for one, found in zip(receivers, principals, strict=True) if found is None)
    return CountersSet(len(counts) - len(skipped), skipped)


__all__ = ["HIGHEST", "Count", "CountersSet", "set_counters"]
