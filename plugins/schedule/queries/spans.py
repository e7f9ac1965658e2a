"""What stands in calendars: the reads behind every view. One statement for people, one for organisations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, select

from groupware import clock, rules
from groupware.access import held
from groupware.access.queries import Held
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from plugins.schedule.enums import Sight
from plugins.schedule.models import Event, Kind, Span, UnitSpan
from plugins.schedule.models.ties import SERVES_ORGANISER
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.sight import IS_LABELLED, SIGHT, parameters, seen
from plugins.schedule.queries.weeks import week_of
from plugins.schedule.rules import CHANGING

_WEEKS = bindparam("weeks", type_=Integer(), expanding=True)
_EVENT = (
    Event.uid,
    Event.unit_id,
    Event.title,
    Kind.name.label("kind"),
    Kind.hue,
    Event.place,
    Event.is_all_day,
    Event.is_tentative,
    Event.is_important,
    Event.is_busy,
    Event.visibility,
    Event.rule,
    Event.days,
    Event.version,
    Event.organiser_id,
    Event.created_by,
    SERVES_ORGANISER.label("is_served"),
    SIGHT,
)
_people = (
    select(Span.person_id.label("owner"), Span.event_id, Span.starts_at, Span.ends_at, Span.original, *_EVENT)
    .join(Event, Event.id == Span.event_id)
    .outerjoin(Kind, Kind.id == Event.kind_id)
    .where(
        Span.person_id.in_(bindparam("owners", type_=BIGINT, expanding=True)),
        Span.week.in_(_WEEKS),
        IS_LABELLED,
    )
    .order_by(Span.starts_at, Span.ends_at.desc(), Span.event_id)
)
_units = (
    select(
        UnitSpan.unit_id.label("owner"),
        UnitSpan.event_id,
        UnitSpan.starts_at,
        UnitSpan.ends_at,
        UnitSpan.original,
        *_EVENT,
    )
    .join(Event, Event.id == UnitSpan.event_id)
    .outerjoin(Kind, Kind.id == Event.kind_id)
    .where(
        UnitSpan.unit_id.in_(bindparam("owners", type_=BIGINT, expanding=True)),
        UnitSpan.week.in_(_WEEKS),
        IS_LABELLED,
    )
    .order_by(UnitSpan.starts_at, UnitSpan.ends_at.desc(), UnitSpan.event_id)
)


@dataclass(frozen=True, slots=True)
class Item:
    """An occurrence as somebody sees it. What they may not see is empty, not hidden in a template."""

    owner: int
    event_id: int
    uid: UUID
    starts_at: datetime
    ends_at: datetime
    original: str
    sight: Sight
    title: str = ""
    place: str = ""
    kind: str = ""
    hue: str = "grey"
    is_all_day: bool = False
    is_tentative: bool = False
    is_important: bool = False
    is_busy: bool = True
    is_open: bool = True
    """Whether everybody sees it."""
    is_repeated: bool = False
    version: int = 0
    """Where the actor may move it by dragging: who may change it, and it is not repeated."""

    @property
    def begins(self) -> datetime:
        """By the clock on the wall."""
        return clock.local(self.starts_at)

    @property
    def ends(self) -> datetime:
        """By the clock on the wall."""
        return clock.local(self.ends_at)

    @property
    def has_page(self) -> bool:
        """Whether it can be opened."""
        return self.sight >= Sight.TITLE

    def days(self, first: date, number: int) -> range:
        """Which of `number` days from `first` on it touches, counted from 0."""
        begin = (self.begins.date() - first).days
        end = ((self.ends - timedelta(microseconds=1)).date() - first).days
        return range(max(begin, 0), min(end, number - 1) + 1)


def of_people(actor: Actor, people: Iterable[int], first: date, number: int) -> Mapping[int, list[Item]]:
    """What stands in the calendars of people on `number` days from `first` on, by person, in order of time. One query."""
    return _read(_people, actor, people, first, number)


def of_units(actor: Actor, units: Iterable[int], first: date, number: int) -> Mapping[int, list[Item]]:
    """The same for the calendars of organisations. One query."""
    return _read(_units, actor, units, first, number)


def _read(
    statement: Any, actor: Actor, owners: Iterable[int], first: date, number: int
) -> Mapping[int, list[Item]]:
    wanted = list(owners)
    found: dict[int, list[Item]] = defaultdict(list)
    if not wanted:
        return found
    weeks = list(range(week_of(first), week_of(first + timedelta(days=number - 1)) + 1))
    rows = fetch(statement, {**parameters(actor), "owners": wanted, "weeks": weeks}).all()
    begin, end = clock.midnight(first), clock.midnight(first + timedelta(days=number))
    passed: set[tuple[int, int, datetime]] = set()
    granted = held(actor, WRITE)
    for row in rows:
        if row.starts_at >= end or row.ends_at <= begin:
            continue
        key = (row.owner, row.event_id, row.starts_at)
        # What touches several weeks has a row in each of them.
        if len(weeks) > 1 and (key in passed or passed.add(key)):  # type: ignore[func-returns-value]
            continue
        item = _item(row, actor, granted)
        if item is not None:
            found[row.owner].append(item)
    return found


def _item(row: Any, actor: Actor, granted: Held) -> Item | None:
    sight = seen(row.sight, row.unit_id)
    if sight is Sight.NOTHING:
        return None
    when = (row.owner, row.event_id, row.uid, row.starts_at, row.ends_at, row.original, sight)
    if sight is Sight.TIME:
        return Item(*when, is_all_day=row.is_all_day, is_tentative=row.is_tentative, is_open=False)
    is_full = sight is Sight.FULL
    is_repeated = bool(row.rule or row.days)
    return Item(
        *when,
        title=row.title,
        place=row.place if is_full else "",
        kind=(row.kind or "") if is_full else "",
        hue=(row.hue or "grey") if is_full else "grey",
        is_all_day=row.is_all_day,
        is_tentative=row.is_tentative,
        is_important=row.is_important and is_full,
        is_busy=row.is_busy,
        is_open=row.visibility == "everyone",
        is_repeated=is_repeated,
        version=row.version if not is_repeated and _may_move(row, actor, granted) else 0,
    )


def _may_move(row: Any, actor: Actor, granted: Held) -> bool:
    """As `queries.events.may_change` decides for one event, with what the row says. No query."""
    return (
        actor.person_id in (row.organiser_id, row.created_by)
        or row.is_served
        or granted.everywhere
        or row.unit_id in granted.units
        or (row.owner == actor.person_id and bool(rules.value(CHANGING, row.unit_id)))
    )


def by_day(items: Sequence[Item], first: date, number: int) -> list[list[Item]]:
    """Items in the days that they touch."""
    days: list[list[Item]] = [[] for _ in range(number)]
    for item in items:
        for day in item.days(first, number):
            days[day].append(item)
    for day_items in days:
        day_items.sort(key=lambda item: (not item.is_all_day, item.starts_at))
    return days
