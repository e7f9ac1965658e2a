"""Who is who: which person of the directory a number of the delivery means, also under a new number.

Somebody who is appointed anew, as 再任用 and 会計年度任用 are on 1 April (administration.md 2), often comes back under
another number and stays the same person. The delivery says so itself (旧職員番号), or it is proposed: same folded name and
kana, the one leaves on the day on which the other begins, only these two fit, and the new employment is of a kind that
continues. A loader may decline a proposal.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from groupware.db import FOREVER
from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.layout import PEOPLE
from groupware.directory.delivery.rows import Delivery, PersonRow, Table
from groupware.directory.delivery.snapshot import Snapshot, name_key
from groupware.directory.enums import EmploymentType

Who = int | str
"""A person of the directory by id, or somebody new by the number."""

CONTINUING = frozenset({EmploymentType.REAPPOINTED, EmploymentType.FISCAL_YEAR, EmploymentType.FIXED_TERM})


@dataclass(slots=True)
class Identity:
    """Who the numbers mean. `rows` and `who` cover every number of the delivery; `current` is the row that describes a person now."""

    rows: dict[str, PersonRow] = field(default_factory=dict)
    who: dict[str, Who] = field(default_factory=dict)
    current: dict[Who, PersonRow] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    """New number → the number it continues."""
    proposed: dict[str, str] = field(default_factory=dict)
    """Those of `former` that were found and not stated; also the declined ones."""
    ends: dict[str, date] = field(default_factory=dict)
    """Number → the day from which another number takes its place: what is delivered under it ends there."""


def identify(
    delivery: Delivery, snapshot: Snapshot, declined: Collection[str] = ()
) -> tuple[Identity, list[Finding]]:
    """Settle every number of the delivery. The findings are about former numbers only."""
    rows = {row.number: row for row in delivery.people.rows}
    identity = Identity(rows)
    findings: list[Finding] = []
    _state(delivery.people, rows, snapshot, identity, findings)
    identity.proposed = _propose(rows, snapshot, identity)
    for new, old in identity.proposed.items():
        if new not in declined:
            identity.former[new] = old
    for number in rows:
        identity.who[number] = _resolve(number, snapshot, identity)
    for row in rows.values():
        who = identity.who[row.number]
        known = identity.current.get(who)
        if known is None or _rank(row, snapshot, identity) > _rank(known, snapshot, identity):
            identity.current[who] = row
    for new, old in identity.former.items():
        begin = _begin(rows[new], old, rows, snapshot)
        identity.ends[old] = min(begin, identity.ends.get(old, FOREVER))
    return identity, findings


def _state(
    table: Table[PersonRow],
    rows: dict[str, PersonRow],
    snapshot: Snapshot,
    identity: Identity,
    findings: list[Finding],
) -> None:
    """Take over the former numbers that the delivery states."""
    claimed: dict[str, int] = {}

    def note(code: str, row: PersonRow, **details: str) -> None:
        details["value"] = row.old_number or ""
        findings.append(Finding(code, PEOPLE.file, row.line, table.headers.get("old_number", ""), details))

    for row in rows.values():
        old = row.old_number
        if not old:
            continue
        if old == row.number:
            note("own_old_number", row)
        elif old in claimed:
            note("old_number_claimed_twice", row, other=str(claimed[old]))
        elif old not in rows and old not in snapshot.owners and old not in table.faulty:
            note("unknown_old_number", row)
        elif old in rows and rows[old].left_on > _begin(row, old, rows, snapshot):
            note("old_number_in_service", row)
        elif old not in table.faulty:
            identity.former[row.number] = old
        claimed[old] = row.line


def _begin(row: PersonRow, old: str, rows: dict[str, PersonRow], snapshot: Snapshot) -> date:
    """From when the new number holds: being hired anew, or, where only the number changes, the effective day."""
    held = snapshot.people.get(snapshot.owners.get(old, -1))
    hired_on = rows[old].hired_on if old in rows else held.hired_on if held else None
    is_hired_anew = row.hired_on is not None and (hired_on is None or row.hired_on > hired_on)
    return row.hired_on if is_hired_anew and row.hired_on else snapshot.effective_on


def _propose(rows: dict[str, PersonRow], snapshot: Snapshot, identity: Identity) -> dict[str, str]:
    """New number → old number, for pairs of which each fits the other alone."""
    new: dict[tuple[str, str, date], list[str]] = defaultdict(list)
    for row in rows.values():
        begin = row.hired_on or snapshot.effective_on
        is_new = row.number not in snapshot.owners and row.number not in identity.former
        if is_new and row.employment_type in CONTINUING and row.kana:
            new[*name_key(row.legal_name or row.name, row.kana), begin].append(row.number)
    if not new:
        return {}
    taken = set(identity.former.values())
    old: dict[tuple[str, str, date], set[str]] = defaultdict(set)
    for person in snapshot.people.values():
        if person.is_kept_by_hand or person.number in taken or not person.kana_name:
            continue
        delivered = rows.get(person.number)
        end = delivered.left_on if delivered else min(person.left_on, snapshot.effective_on)
        old[*name_key(person.legal_name, person.kana_name), end].add(person.number)
    return {
        numbers[0]: next(iter(old[key]))
        for key, numbers in new.items()
        if len(numbers) == 1 and len(old.get(key, ())) == 1
    }


def _resolve(number: str, snapshot: Snapshot, identity: Identity) -> Who:
    seen: list[str] = []
    while number not in snapshot.owners and number in identity.former and number not in seen:
        seen.append(number)
        number = identity.former[number]
    return snapshot.owners.get(number, number)


def _rank(row: PersonRow, snapshot: Snapshot, identity: Identity) -> tuple[bool, bool, date]:
    """Of two numbers of one person the newer describes them: not continued, unknown so far or present, hired later."""
    person = snapshot.people.get(snapshot.owners.get(row.number, -1))
    is_present = person is None or person.number == row.number
    return row.number not in identity.former.values(), is_present, row.hired_on or date.min
