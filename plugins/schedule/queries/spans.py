"""What stands in calendars: the reads behind every view. One statement for people, one for organisations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, cast, or_, select

from groupware import clock, rules
from groupware.access import held
from groupware.access.queries import Held
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from plugins.schedule.enums import Sight
from plugins.schedule.models import Event, Kind, Span, UnitSpan
from plugins.schedule.models.ties import SERVES_ORGANISER
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.sight import IS_LABELLED, SIGHT, parameters, seen
from plugins.schedule.queries.weeks import FIRST_WEEK, LAST_WEEK, week_of
from plugins.schedule.rules import CHANGING

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
    or_(Event.rule != "", cast(Event.days, String) != "[]").label("is_repeated"),
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
        among(Span.person_id, "owners"),
        Span.week.between(FIRST_WEEK, LAST_WEEK),
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
        among(UnitSpan.unit_id, "owners"),
        UnitSpan.week.between(FIRST_WEEK, LAST_WEEK),
        IS_LABELLED,
    )
    .order_by(UnitSpan.starts_at, UnitSpan.ends_at.desc(), UnitSpan.event_id)
)


class Item(NamedTuple):
    """An occurrence as somebody sees it. What they may not see is empty, not hidden in a template."""

    owner: int
    event_id: int
    uid: UUID
    starts_at: datetime
    ends_at: datetime
    begins: datetime
    """By the clock on the wall, as `ends`: worked out once, because a page asks for each many times."""
    ends: datetime
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
    """Where the actor may move it by dragging, as who may change it."""

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
    weeks = week_of(first), week_of(first + timedelta(days=number - 1))
    values = {"owners": wanted, "first_week": weeks[0], "last_week": weeks[1]}
    rows = fetch(statement, {**parameters(actor), **values}).all()
    begin, end = clock.midnight(first), clock.midnight(first + timedelta(days=number))
    passed: set[tuple[int, int, datetime]] = set()
    granted = held(actor, WRITE)
    for row in rows:
        if row.starts_at >= end or row.ends_at <= begin:
            continue
        key = (row.owner, row.event_id, row.starts_at)
        # What touches several weeks has a row in each of them.
        if weeks[0] < weeks[1] and (key in passed or passed.add(key)):  # type: ignore[func-returns-value]
            continue
        item = _item(row, actor, granted)
        if item is not None:
            found[row.owner].append(item)
    return found


def _item(row: Any, actor: Actor, granted: Held) -> Item | None:
    sight = seen(row.sight, row.unit_id)
    if sight is Sight.NOTHING:
        return None
    wall = clock.local(row.starts_at), clock.local(row.ends_at)
    when = (row.owner, row.event_id, row.uid, row.starts_at, row.ends_at, *wall, row.original, sight)
    if sight is Sight.TIME:
        return Item(*when, is_all_day=row.is_all_day, is_tentative=row.is_tentative, is_open=False)
    is_full = sight is Sight.FULL
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
        is_repeated=row.is_repeated,
        version=row.version if _may_move(row, actor, granted) else 0,
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
