"""Who has read and confirmed a posting, counted per unit first: names are fetched for one unit at a time.

Recipients are counted as of today: whoever came into the audience since is expected to read, whoever left it is not.
People stand where their main appointment is, so that nobody is counted twice.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, case, cast, func, select

from groupware.access.models import PersonPrincipal
from groupware.db import BIGINT, holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person, Post
from groupware.directory.tree import OrgTree, Unit
from plugins.bulletin.models import Addressed, Posting, Reading
from plugins.bulletin.queries.audience import readers_of
from plugins.bulletin.queries.categories import shelves


class Wanted(StrEnum):
    """Which recipients a list of names holds."""

    ALL = "all"
    UNREAD = "unread"
    READ = "read"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


@dataclass(slots=True)
class Tally:
    """Numbers of a unit, without or with what is below it."""

    total: int = 0
    read: int = 0
    confirmed: int = 0

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.total += other.total
        self.read += other.read
        self.confirmed += other.confirmed

    @property
    def unread(self) -> int:
        """How many have not opened it."""
        return self.total - self.read

    @property
    def unconfirmed(self) -> int:
        """How many have not confirmed it."""
        return self.total - self.confirmed

    def percent(self, number: int) -> int:
        """A share of the total, rounded down: 100 means all."""
        return number * 100 // self.total if self.total else 0


@dataclass(slots=True)
class UnitReceipts:
    """A unit with recipients. `own` are those directly in it, `whole` with everything below."""

    unit_id: int
    name: str
    own: Tally = field(default_factory=Tally)
    whole: Tally = field(default_factory=Tally)
    below: list["UnitReceipts"] = field(default_factory=list)


@dataclass(slots=True)
class Receipts:
    """The whole picture: bureaus in their official order with their sections."""

    whole: Tally
    bureaus: list[UnitReceipts]
    elsewhere: Tally
    """Recipients without a main appointment today."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who is to read a posting, and whether they did."""

    person_id: int
    uid: uuid.UUID
    staff_number: str
    display_name: str
    kana_name: str
    unit_id: int | None
    post_name: str
    read_at: datetime | None
    confirmed_at: datetime | None


_POSTING = bindparam("posting", type_=BIGINT)
_TODAY = bindparam("today", type_=Date())
_EDITION = bindparam("edition", type_=Integer())


def reached(posting: Posting, day: date) -> Select[Any]:
    """Distinct people whom the posting addresses on `day`; bind parameters `posting` and `today`."""
    statement = (
        select(PersonPrincipal.person_id)
        .join(Addressed, Addressed.principal_id == PersonPrincipal.principal_id)
        .where(Addressed.posting_id == _POSTING, holds_on(PersonPrincipal, _TODAY))
    )
    shelf = shelves().get(posting.category_id)
    if shelf is None or not shelf.is_open:
        statement = statement.where(PersonPrincipal.person_id.in_(readers_of(posting.category_id, day)))
    return statement.distinct()


def _joined(posting: Posting, day: date, *columns: Any) -> Select[Any]:
    who = reached(posting, day).subquery("who")
    return (
        select(*columns)
        .select_from(who)
        .join(Person, Person.id == who.c.person_id)
        .outerjoin(
            Appointment,
            and_(
                Appointment.person_id == who.c.person_id,
                Appointment.kind == AppointmentKind.MAIN.value,
                holds_on(Appointment, _TODAY),
            ),
        )
        .outerjoin(Reading, and_(Reading.posting_id == _POSTING, Reading.person_id == who.c.person_id))
        .where(Person.left_on > _TODAY)
    )


_is_read = func.coalesce(Reading.edition, 0) >= _EDITION
_is_confirmed = func.coalesce(Reading.confirmed_edition, 0) >= _EDITION


def _number(criterion: ColumnElement[bool]) -> Any:
    return cast(func.coalesce(func.sum(case((criterion, 1), else_=0)), 0), Integer)


def _values(posting: Posting, day: date) -> dict[str, Any]:
    return {"posting": posting.id, "today": day, "edition": posting.edition}


def receipts(posting: Posting, tree: OrgTree) -> Receipts:
    """The numbers by bureau and section, as of the day of `tree`; one query."""
    statement = _joined(
        posting,
        tree.day,
        Appointment.unit_id,
        func.count().label("total"),
        _number(_is_read).label("read"),
        _number(_is_confirmed).label("confirmed"),
    ).group_by(Appointment.unit_id)
    whole, elsewhere = Tally(), Tally()
    known: dict[int, UnitReceipts] = {}
    for unit_id, *numbers in session.execute(statement, _values(posting, tree.day)):
        tally = Tally(*numbers)
        whole.add(tally)
        chain = tree.path(unit_id)
        if not chain:
            elsewhere.add(tally)
            continue
        for unit in chain:
            _of(known, unit).whole.add(tally)
        _of(known, chain[-1]).own.add(tally)
    return Receipts(whole, _nested(known, tree), elsewhere)


def _of(known: dict[int, UnitReceipts], unit: Unit) -> UnitReceipts:
    if unit.id not in known:
        known[unit.id] = UnitReceipts(unit.id, unit.name)
    return known[unit.id]


def _nested(known: dict[int, UnitReceipts], tree: OrgTree) -> list[UnitReceipts]:
    """Bureaus with what is below them; people of the root itself stand beside the bureaus."""
    tops: list[UnitReceipts] = []
    for unit_id in sorted(known, key=lambda one: tree.order[one]):
        parent_id = tree.units[unit_id].parent_id
        parent = (
            known.get(parent_id)
            if parent_id is not None and tree.units[parent_id].parent_id is not None
            else None
        )
        (parent.below if parent is not None else tops).append(known[unit_id])
    return tops


_PERSON = (
    Person.id,
    Person.uid,
    Person.staff_number,
    Person.display_name,
    Person.kana_name,
    Appointment.unit_id,
    func.coalesce(Post.name, "").label("post_name"),
    case((_is_read, Reading.read_at)).label("read_at"),
    case((_is_confirmed, Reading.confirmed_at)).label("confirmed_at"),
)
_SENIORITY = (func.coalesce(Post.rank, 9999), Appointment.roster, Person.sort_kana, Person.id)


def recipients(
    posting: Posting, day: date, unit_ids: Sequence[int], wanted: Wanted = Wanted.ALL
) -> list[Recipient]:
    """Recipients whose main appointment is in one of the units, by rank, roster and kana."""
    statement = _people(posting, day, wanted).where(Appointment.unit_id.in_(unit_ids)).order_by(*_SENIORITY)
    return [Recipient(*row) for row in session.execute(statement, _values(posting, day))]


def recipients_elsewhere(posting: Posting, day: date, wanted: Wanted = Wanted.ALL) -> list[Recipient]:
    """Recipients without a main appointment today."""
    statement = _people(posting, day, wanted).where(Appointment.unit_id.is_(None)).order_by(*_SENIORITY)
    return [Recipient(*row) for row in session.execute(statement, _values(posting, day))]


def all_recipients(posting: Posting, tree: OrgTree, wanted: Wanted = Wanted.ALL) -> Iterator[Recipient]:
    """Everybody, units in their official order: for export."""
    statement = _people(posting, tree.day, wanted).order_by(*_SENIORITY)
    rows = [Recipient(*row) for row in session.execute(statement, _values(posting, tree.day))]
    yield from sorted(rows, key=lambda one: tree.order.get(one.unit_id or 0, len(tree.order)))


def _people(posting: Posting, day: date, wanted: Wanted) -> Select[Any]:
    statement = _joined(posting, day, *_PERSON).outerjoin(Post, Post.id == Appointment.post_id)
    match wanted:
        case Wanted.READ:
            return statement.where(_is_read)
        case Wanted.UNREAD:
            return statement.where(~_is_read)
        case Wanted.CONFIRMED:
            return statement.where(_is_confirmed)
        case Wanted.UNCONFIRMED:
            return statement.where(~_is_confirmed)
        case _:
            return statement


def unconfirmed_count(posting: Posting, day: date, unit_ids: Sequence[int] | None = None) -> int:
    """How many recipients have not confirmed the edition in force, all or those of some units."""
    statement = _joined(posting, day, func.count()).where(~_is_confirmed)
    if unit_ids is not None:
        statement = statement.where(Appointment.unit_id.in_(unit_ids))
    return session.scalar(statement, _values(posting, day)) or 0


def former_readers(posting: Posting, found: Receipts) -> int:
    """How many have read the edition in force without being in today's audience."""
    statement = select(func.count()).where(Reading.posting_id == _POSTING, Reading.edition >= _EDITION)
    values = {"posting": posting.id, "edition": posting.edition}
    return (session.scalar(statement, values) or 0) - found.whole.read


__all__ = [
    "Receipts",
    "Recipient",
    "Tally",
    "UnitReceipts",
    "Wanted",
    "all_recipients",
    "former_readers",
    "reached",
    "receipts",
    "recipients",
    "recipients_elsewhere",
    "unconfirmed_count",
]
