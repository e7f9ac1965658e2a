"""Principals and the flat table of who is what, kept by directory writes.

The table answers "is this person addressed today" with one index look-up. It is derived from appointments, unit versions,
duties and groups; `rebuild` replaces the rows of the people named, in whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.db import FOREVER, insert_new, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import (
    Appointment,
    DutyHolder,
    GroupMember,
    OrgUnitVersion,
    Person,
    Post,
)
from groupware.directory.wall import AFFILIATED
from groupware.guests.models import Guest

Span = tuple[date, date]
Ref = tuple[str, int, int]

CHUNK = 500
EARLIEST = date(1900, 1, 1)
# Leave gives no place and takes none: whoever is on leave stays what they are, while their account rests.
PLACELESS = frozenset({AppointmentKind.LEAVE.value})


def principal(kind: PrincipalKind, ref: int = 0, ref2: int = 0) -> Principal:
    """The principal, made if it is named for the first time."""
    statement = select(Principal).where(Principal.kind == kind, Principal.ref == ref, Principal.ref2 == ref2)
    found = session.scalar(statement)
    if found is not None:
        return found
    ensure_principals({(kind.value, ref, ref2)})
    return session.scalars(statement).one()


def everyone() -> Principal:
    """All who work here."""
    return principal(PrincipalKind.EVERYONE)


def ensure_principals(refs: Iterable[Ref]) -> None:
    """Make the principals that are named for the first time."""
    rows = [{"kind": kind, "ref": ref, "ref2": ref2} for kind, ref, ref2 in sorted(refs)]
    for start in range(0, len(rows), CHUNK):
        session.execute(insert_new(Principal), rows[start : start + CHUNK])


def rebuild(people: Sequence[int] | None = None) -> None:
    """Compute the flat rows of `people` (None: of everybody) anew from the directory."""
    spans = _spans(people)
    refs = {ref for by_ref in spans.values() for ref in by_ref}
    ensure_principals(refs)
    ids = {
        (row.kind, row.ref, row.ref2): row.id
        for row in session.execute(select(Principal.kind, Principal.ref, Principal.ref2, Principal.id))
    }
    if people is None:
        session.execute(delete(PersonPrincipal))
    else:
        for start in range(0, len(people), CHUNK):
            session.execute(
                delete(PersonPrincipal).where(PersonPrincipal.person_id.in_(people[start : start + CHUNK]))
            )
    rows = [
        {"person_id": person_id, "principal_id": ids[ref], "valid_from": start, "valid_to": end}
        for person_id, by_ref in spans.items()
        for ref, ranges in by_ref.items()
        for start, end in _merged(ranges)
    ]
    # Of the table, not of the model: rows of nothing but keys gain nothing from the ORM, which takes half of the time.
    table: Any = PersonPrincipal.__table__
    for start in range(0, len(rows), 5000):
        session.execute(insert(table), rows[start : start + 5000])


Spans = dict[int, dict[Ref, list[Span]]]


def _spans(people: Sequence[int] | None) -> Spans:
    result: Spans = {}
    employed: dict[int, Span] = {}
    for row in _rows(select(Person.id, Person.hired_on, Person.left_on), Person.id, people):
        whole: Span = (row.hired_on or EARLIEST, row.left_on)
        if whole[0] < whole[1]:
            employed[row.id] = whole
            result[row.id] = defaultdict(list)
            result[row.id][PrincipalKind.PERSON.value, row.id, 0].append((EARLIEST, FOREVER))
    # Guests never work here, and are nothing but themselves.
    for row in _rows(select(Guest.person_id), Guest.person_id, people):
        result[row.person_id] = defaultdict(list)
        result[row.person_id][PrincipalKind.PERSON.value, row.person_id, 0].append((EARLIEST, FOREVER))
    _appointed(people, employed, result)
    duties = select(
        DutyHolder.person_id,
        DutyHolder.kind_id,
        DutyHolder.unit_id,
        DutyHolder.valid_from,
        DutyHolder.valid_to,
    )
    for row in _rows(duties, DutyHolder.person_id, people):
        span = _cut((row.valid_from, row.valid_to), employed.get(row.person_id, (FOREVER, FOREVER)))
        if span is not None:
            result[row.person_id][PrincipalKind.DUTY.value, row.kind_id, row.unit_id].append(span)
            result[row.person_id][PrincipalKind.DUTY_KIND.value, row.kind_id, 0].append(span)
    for row in _rows(select(GroupMember.person_id, GroupMember.group_id), GroupMember.person_id, people):
        if row.person_id in employed:
            result[row.person_id][PrincipalKind.GROUP.value, row.group_id, 0].append(employed[row.person_id])
    return result


_appointments = select(
    Appointment.person_id,
    Appointment.unit_id,
    Appointment.post_id,
    Appointment.kind,
    Appointment.valid_from,
    Appointment.valid_to,
)


def _appointed(people: Sequence[int] | None, employed: dict[int, Span], result: Spans) -> None:
    """Add what appointments make of people. Everyone, post and rank mean the municipality's own people."""
    chains = _Chains()
    posts = {row.id: row.rank for row in session.execute(select(Post.id, Post.rank))}
    ranks = sorted(set(posts.values()))
    own: dict[int, list[Span]] = defaultdict(list)
    outside: dict[int, list[Span]] = {}
    for row in _rows(_appointments, Appointment.person_id, people):
        whole = employed.get(row.person_id)
        span = _cut((row.valid_from, row.valid_to), whole) if whole is not None else None
        if span is None:
            continue
        affiliated = chains.affiliated(row.unit_id, span)
        municipal = _less([span], affiliated) if affiliated else [span]
        own[row.person_id] += municipal
        if affiliated:
            outside.setdefault(row.person_id, []).extend(affiliated)
        if row.kind in PLACELESS:
            continue
        mine = result[row.person_id]
        mine[PrincipalKind.UNIT.value, row.unit_id, 0].append(span)
        for unit_id, part in chains.above(row.unit_id, span):
            mine[PrincipalKind.UNIT_TREE.value, unit_id, 0].append(part)
        for part in municipal:
            mine[PrincipalKind.POST.value, row.post_id, 0].append(part)
            for rank in ranks:
                if rank >= posts[row.post_id]:
                    mine[PrincipalKind.RANK.value, rank, 0].append(part)
    for person_id, whole in employed.items():
        spans = [whole]
        if person_id in outside:
            spans = _less(spans, _less(outside[person_id], own[person_id]))
        if spans:
            result[person_id][PrincipalKind.EVERYONE.value, 0, 0] = spans


class _Chains:
    """Which trees a unit belongs to, and when: the versions of the tree cut against each other on the way up."""

    def __init__(self) -> None:
        self.versions: dict[int, list[tuple[int | None, Span]]] = defaultdict(list)
        self.bodies: dict[int, list[Span]] = defaultdict(list)
        for row in session.execute(
            select(
                OrgUnitVersion.unit_id,
                OrgUnitVersion.parent_id,
                OrgUnitVersion.kind,
                OrgUnitVersion.valid_from,
                OrgUnitVersion.valid_to,
            )
        ):
            self.versions[row.unit_id].append((row.parent_id, (row.valid_from, row.valid_to)))
            if row.parent_id is None and row.kind == AFFILIATED:
                self.bodies[row.unit_id].append((row.valid_from, row.valid_to))
        self.known: dict[int, list[tuple[int, Span]]] = {}

    def above(self, unit_id: int, span: Span) -> list[tuple[int, Span]]:
        parts = ((ancestor, _cut(whole, span)) for ancestor, whole in self._all(unit_id))
        return [(ancestor, part) for ancestor, part in parts if part is not None]

    def affiliated(self, unit_id: int, span: Span) -> list[Span]:
        """When, within `span`, the unit belongs to an affiliated body."""
        if not self.bodies:
            return []
        parts = [
            _cut(part, whole)
            for ancestor, part in self.above(unit_id, span)
            for whole in self.bodies.get(ancestor, ())
        ]
        return [part for part in parts if part is not None]

    def _all(self, unit_id: int) -> list[tuple[int, Span]]:
        if unit_id not in self.known:
            found: list[tuple[int, Span]] = []
            for parent_id, span in self.versions[unit_id]:
                found.append((unit_id, span))
                if parent_id is not None:
                    for ancestor, whole in self._all(parent_id):
                        part = _cut(whole, span)
                        if part is not None:
                            found.append((ancestor, part))
            self.known[unit_id] = found
        return self.known[unit_id]


def _rows(statement: Any, column: Any, people: Sequence[int] | None) -> Iterable[Any]:
    if people is None:
        yield from session.execute(statement)
        return
    for start in range(0, len(people), CHUNK):
        yield from session.execute(statement.where(column.in_(people[start : start + CHUNK])))


def _cut(span: Span, other: Span) -> Span | None:
    start, end = max(span[0], other[0]), min(span[1], other[1])
    return (start, end) if start < end else None


def _less(ranges: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of `ranges` without the days of `taken`."""
    left = list(ranges)
    for start, end in taken:
        left = [
            (first, last)
            for span in left
            for first, last in ((span[0], min(span[1], start)), (max(span[0], end), span[1]))
            if first < last
        ]
    return left


def _merged(ranges: list[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
