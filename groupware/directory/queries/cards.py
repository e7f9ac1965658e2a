"""A person's card: posts of today and to come, former units, duties, who heads their section, whom they deputise for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, select
from sqlalchemy.orm import aliased

from groupware.db import BIGINT, FOREVER, holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, DutyHolder, DutyKind, Person, Post
from groupware.directory.queries.history import History, unit_history
from groupware.directory.queries.people import PERSON
from groupware.directory.queries.roll import is_seen
from groupware.directory.queries.units import Head, heads_of
from groupware.directory.tree import OrgTree
from groupware.directory.wall import seen_tree, within

_day = bindparam("day", type_=Date())
_person = bindparam("person", type_=BIGINT)
_superior = aliased(Person)


@dataclass(frozen=True, slots=True)
class Stand:
    """An appointment, with the names its unit bore then. Leave is not among them."""

    unit_id: int
    unit_name: str
    unit_path: str
    post_name: str
    kind: str
    matter: str
    valid_from: date
    valid_to: date
    superior_uid: str
    superior_name: str
    shown_on: str | None = None
    """The day, as an address has it, on which the unit is to be looked at; None for today."""

    @property
    def last_day(self) -> date | None:
        """The last day of the span; None while it is open."""
        return self.valid_to - timedelta(days=1) if self.valid_to != FOREVER else None


@dataclass(frozen=True, slots=True)
class CardDuty:
    """A duty the person holds today; `others` are its holders for a deputy, its deputies for a holder: (uid, name)."""

    kind_name: str
    kind_name_en: str
    unit_id: int
    unit_path: str
    deputy_order: int
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything on a card. `is_here`: works here today."""

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
    is_here: bool
    is_away: bool
    current: tuple[Stand, ...]
    coming: tuple[Stand, ...]
    former: tuple[Stand, ...]
    duties: tuple[CardDuty, ...]
    head: Head | None

    @property
    def main(self) -> Stand | None:
        """The appointment under which the person is listed."""
        return self.current[0] if self.current else None


_by_uid = select(*PERSON, Person.hired_on, Person.left_on).where(Person.uid == bindparam("uid", type_=Uuid()))
_stands = (
    select(
        Appointment.unit_id,
        Post.name.label("post_name"),
        Appointment.kind,
        Appointment.matter,
        Appointment.valid_from,
        Appointment.valid_to,
        _superior.uid.label("superior_uid"),
        _superior.display_name.label("superior_name"),
    )
    .join(Post, Post.id == Appointment.post_id)
    .outerjoin(_superior, _superior.id == Appointment.line_superior_id)
    .where(Appointment.person_id == _person)
    .order_by(Appointment.valid_from.desc(), Appointment.id)
)
_mine = aliased(DutyHolder)
_duties = (
    select(
        DutyKind.name,
        DutyKind.name_en,
        _mine.kind_id,
        _mine.unit_id,
        _mine.deputy_order,
        DutyHolder.deputy_order.label("other_order"),
        Person.id.label("other_id"),
        Person.uid.label("other_uid"),
        Person.display_name.label("other_name"),
    )
    .join(DutyKind, DutyKind.id == _mine.kind_id)
    .join(
        DutyHolder,
        and_(
            DutyHolder.kind_id == _mine.kind_id,
            DutyHolder.unit_id == _mine.unit_id,
            holds_on(DutyHolder, _day),
        ),
    )
    .join(Person, Person.id == DutyHolder.person_id)
    .where(_mine.person_id == _person, holds_on(_mine, _day))
    .order_by(DutyKind.official_order, DutyKind.id, _mine.unit_id, DutyHolder.deputy_order, Person.sort_kana)
)

_ORDER = {kind.value: number for number, kind in enumerate(AppointmentKind)}


def card_of(uid: UUID, day: date) -> Card | None:
    """The card as of `day` in four queries, or None if nobody has that uid or a wall hides them."""
    row: Any = session.execute(_by_uid, {"uid": uid}).first()
    if row is None or not is_seen(row.id):
        return None
    is_here = (row.hired_on is None or row.hired_on <= day) and row.left_on > day
    current, coming, former, is_away = _stands_of(row.id, day)
    tree = seen_tree(day)
    shown: tuple[Any, ...] = (row.id, str(row.uid), *row[2:10], is_here, is_away)
    if not is_here:
        return Card(*(*shown, (), tuple(coming), tuple(former), (), None))
    head = _head_above(current[0].unit_id, row.id, tree) if current else None
    duties = _duties_of(row.id, day, tree)
    return Card(*(*shown, tuple(current), tuple(coming), tuple(former), duties, head))


def _stands_of(person_id: int, day: date) -> tuple[list[Stand], list[Stand], list[Stand], bool]:
    """Posts of the day, to come and former, each with the unit's name of its time; and whether leave holds."""
    rows: Sequence[Any] = session.execute(_stands, {"person": person_id}).all()
    history = unit_history()
    is_away = any(r.kind == AppointmentKind.LEAVE and r.valid_from <= day < r.valid_to for r in rows)
    tree, root = seen_tree(day), within.get()
    shown = [
        row for row in rows if row.kind != AppointmentKind.LEAVE and (root is None or row.unit_id in tree)
    ]
    current = [
        _stand(row, day, history, is_current=True) for row in shown if row.valid_from <= day < row.valid_to
    ]
    current.sort(key=lambda stand: _ORDER[stand.kind])
    coming = [_stand(row, row.valid_from, history) for row in reversed(shown) if row.valid_from > day]
    former: list[Stand] = []
    for row in shown:
        if row.valid_to > day:
            continue
        stand, later = _stand(row, row.valid_to - timedelta(days=1), history), former[-1] if former else None
        if later is not None and _is_continued(stand, later):
            former[-1] = replace(later, valid_from=stand.valid_from)
        else:
            former.append(stand)
    return current, coming, former, is_away


def _is_continued(stand: Stand, later: Stand) -> bool:
    """Whether `later` only renews `stand`, as the appointments for a fiscal year do."""
    names = ("unit_id", "unit_path", "post_name", "kind", "matter")
    return stand.valid_to == later.valid_from and all(getattr(stand, n) == getattr(later, n) for n in names)


def _stand(row: Any, day: date, history: History, *, is_current: bool = False) -> Stand:
    unit = history.on(row.unit_id, day)
    return Stand(
        row.unit_id,
        unit.name if unit is not None else "",
        history.path_name(row.unit_id, day),
        row.post_name,
        row.kind,
        row.matter,
        row.valid_from,
        row.valid_to,
        str(row.superior_uid or ""),
        row.superior_name or "",
        None if is_current else day.isoformat(),
    )


def _duties_of(person_id: int, day: date, tree: OrgTree) -> tuple[CardDuty, ...]:
    found: dict[tuple[int, int], CardDuty] = {}
    for row in session.execute(_duties, {"person": person_id, "day": day}):
        if row.unit_id not in tree and within.get() is not None:
            continue
        key = (row.kind_id, row.unit_id)
        duty = found.get(key)
        if duty is None:
            path = tree.path_name(row.unit_id)
            duty = found[key] = CardDuty(row.name, row.name_en, row.unit_id, path, row.deputy_order, ())
        # A deputy wants to know for whom, a holder by whom.
        if (row.other_order == 0) == (duty.deputy_order > 0) and row.other_id != person_id:
            other = (str(row.other_uid), row.other_name)
            found[key] = replace(duty, others=(*duty.others, other))
    return tuple(found.values())


def _head_above(unit_id: int, person_id: int, tree: OrgTree) -> Head | None:
    """The head of the unit, or, for the head, that of the next one above that has another."""
    above = tree.ancestors(unit_id)
    heads = heads_of(above, tree.day)
    return next((heads[i] for i in above if i in heads and heads[i].id != person_id), None)


__all__ = ["Card", "CardDuty", "Stand", "card_of"]
