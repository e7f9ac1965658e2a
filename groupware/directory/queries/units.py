"""An organisation as of any day: its people, its head, who holds its duties, how many work there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.among import among
from groupware.db import FOREVER, holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, DutyHolder, DutyKind, Person, Post
from groupware.directory.queries.people import PERSON
from groupware.directory.queries.roll import roll
from groupware.directory.tree import OrgTree

_day = bindparam("day", type_=Date())
_leave = aliased(Appointment)

_works_here = and_(Person.left_on > _day, or_(Person.hired_on.is_(None), Person.hired_on <= _day))
_is_away = exists().where(
    _leave.person_id == Person.id, _leave.kind == AppointmentKind.LEAVE.value, holds_on(_leave, _day)
)


@dataclass(frozen=True, slots=True)
class Member:
    """An appointment of a unit with its person. Somebody on leave is among them; why is not known here."""

    id: int
    uid: str
    staff_number: str
    display_name: str
    kana_name: str
    email: str
    phone: str
    extension: str
    employment_type: str
    has_photo: bool
    unit_id: int
    post_name: str
    rank: int
    kind: str
    matter: str
    is_away: bool
    unit_name: str = ""


_members = (
    select(
        *PERSON,
        Appointment.unit_id,
        Post.name.label("post_name"),
        Post.rank,
        Appointment.kind,
        Appointment.matter,
        _is_away.label("is_away"),
        Appointment.roster,
        Person.sort_kana,
    )
    .join(Appointment, Appointment.person_id == Person.id)
    .join(Post, Post.id == Appointment.post_id)
    .where(among(Appointment.unit_id, "units"), holds_on(Appointment, _day), _works_here)
)


def members_of(units: Collection[int], tree: OrgTree) -> list[Member]:
    """Everybody appointed to these units on the tree's day, by section, post rank, roster, kana. One query.

    Each appointment is a line of its own; leave shows as such only where it is all that ties a person to the unit.
    """
    rows = session.execute(_members, {"units": list(units) or [0], "day": tree.day}).all()
    stands = {(row.id, row.unit_id) for row in rows if row.kind != AppointmentKind.LEAVE}
    kept = [r for r in rows if r.kind != AppointmentKind.LEAVE or (r.id, r.unit_id) not in stands]
    kept.sort(
        key=lambda r: (tree.order.get(r.unit_id, 0), r.rank, r.matter != "", r.roster, r.sort_kana, r.id)
    )
    names = {unit_id: tree.units[unit_id].name for unit_id in {r.unit_id for r in kept}}
    return [Member(*(r.id, str(r.uid), *r[2:-2], names[r.unit_id])) for r in kept]


@dataclass(frozen=True, slots=True)
class Head:
    """Who heads a unit: the one person on its highest post who does not answer for a matter of their own."""

    id: int
    uid: str
    display_name: str
    post_name: str
    kind: str


_ranked = (
    select(
        Appointment.unit_id,
        Person.id,
        Person.uid,
        Person.display_name,
        Post.name.label("post_name"),
        Appointment.kind,
        func.rank()
        .over(
            partition_by=Appointment.unit_id,
            order_by=(case((Appointment.matter == "", 0), else_=1), Post.rank),
        )
        .label("place"),
    )
    .join(Person, Person.id == Appointment.person_id)
    .join(Post, Post.id == Appointment.post_id)
    .where(
        among(Appointment.unit_id, "units"),
        holds_on(Appointment, _day),
        Appointment.kind != AppointmentKind.LEAVE.value,
        _works_here,
        ~_is_away,
    )
    .subquery()
)
_heads = select(_ranked).where(_ranked.c.place == 1)


def heads_of(units: Collection[int], day: date) -> dict[int, Head]:
    """Unit → its head. A unit whose highest post several people share, or that has nobody, is left out. One query."""
    found: dict[int, list[Head]] = {}
    for row in session.execute(_heads, {"units": list(units) or [0], "day": day}):
        head = Head(row.id, str(row.uid), row.display_name, row.post_name, row.kind)
        if all(head.id != other.id for other in found.setdefault(row.unit_id, [])):
            found[row.unit_id].append(head)
    return {unit_id: heads[0] for unit_id, heads in found.items() if len(heads) == 1}


_counts = (
    select(Appointment.unit_id, func.count(Appointment.person_id.distinct()))
    .join(Person, Person.id == Appointment.person_id)
    .where(Appointment.kind == AppointmentKind.MAIN.value, holds_on(Appointment, _day), _works_here)
    .group_by(Appointment.unit_id)
)


def counts_of(tree: OrgTree) -> dict[int, int]:
    """Unit → how many people have their main post in it or below on the tree's day. One query; none for today."""
    if tree.day == clock.today():
        return roll().counts
    found: dict[int, int] = {}
    for unit_id, number in session.execute(_counts, {"day": tree.day}):
        for above in tree.ancestors(unit_id):
            found[above] = found.get(above, 0) + number
    return found


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A person who holds a duty of a unit; `deputy_order` 0 is a holder, 1 the first deputy."""

    holder_id: int
    kind_id: int
    kind_code: str
    kind_name: str
    kind_name_en: str
    unit_id: int
    deputy_order: int
    valid_from: date
    valid_to: date
    person_id: int
    uid: str
    display_name: str
    extension: str

    @property
    def last_day(self) -> date | None:
        """The last day on which it is held; None while it is open."""
        return self.valid_to - timedelta(days=1) if self.valid_to != FOREVER else None


_duties = (
    select(
        DutyHolder.id.label("holder_id"),
        DutyKind.id.label("kind_id"),
        DutyKind.code,
        DutyKind.name,
        DutyKind.name_en,
        DutyHolder.unit_id,
        DutyHolder.deputy_order,
        DutyHolder.valid_from,
        DutyHolder.valid_to,
        Person.id.label("person_id"),
        Person.uid,
        Person.display_name,
        Person.extension,
    )
    .join(DutyKind, DutyKind.id == DutyHolder.kind_id)
    .join(Person, Person.id == DutyHolder.person_id)
    .order_by(DutyKind.official_order, DutyKind.id, DutyHolder.deputy_order, Person.sort_kana, DutyHolder.id)
)
_duties_on = _duties.where(among(DutyHolder.unit_id, "units"), holds_on(DutyHolder, _day), _works_here)
_duties_since = _duties.where(
    among(DutyHolder.unit_id, "units"), DutyHolder.valid_to > _day, Person.left_on > _day
)


def duties_of(units: Collection[int], day: date) -> list[DutyRow]:
    """Who holds which duty of these units on `day`, by kind, holders before deputies. One query."""
    return _duty_rows(_duties_on, units, day)


def duties_from(units: Collection[int], day: date) -> list[DutyRow]:
    """As `duties_of`, with those that begin after `day`: for whoever manages them."""
    return _duty_rows(_duties_since, units, day)


def _duty_rows(statement: Any, units: Collection[int], day: date) -> list[DutyRow]:
    rows: Sequence[Any] = session.execute(statement, {"units": list(units) or [0], "day": day}).all()
    return [DutyRow(*(*row[:10], str(row.uid), *row[11:])) for row in rows]


__all__ = ["DutyRow", "Head", "Member", "counts_of", "duties_from", "duties_of", "heads_of", "members_of"]
