"""When several people and rooms are free at once.

Busy is busy: what keeps somebody from a meeting counts whoever may see it. A day is a number with a bit for each quarter of an
hour, so that fifty people and twenty rooms over two weeks are some thousand operations on whole numbers.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from groupware import clock
from groupware.among import among
from groupware.db import fetch
from plugins.schedule.models import Span
from plugins.schedule.queries.weeks import FIRST_WEEK, LAST_WEEK, week_of

QUARTER = 15
LUNCH = (12, 13)
"""Hours that are proposed last."""
QUARTERS = 24 * 60 // QUARTER
Times = Sequence[tuple[datetime, datetime]]

_busy = select(Span.person_id, Span.starts_at, Span.ends_at).where(
    among(Span.person_id, "people"),
    Span.week.between(FIRST_WEEK, LAST_WEEK),
    Span.is_busy,
)


def busy_people(people: Sequence[int], first: date, number: int) -> Mapping[int, Times]:
    """When people are busy on `number` days from `first` on. One query."""
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    if people:
        values = {
            "people": list(people),
            "first_week": week_of(first),
            "last_week": week_of(first + timedelta(days=number - 1)),
        }
        for person, starts_at, ends_at in fetch(_busy, values):
            found[person].append((starts_at, ends_at))
    return found


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which everybody is free but `missing`, and, where one of several rooms suffices, which `rooms` are."""

    starts_at: datetime
    ends_at: datetime
    missing: tuple[int, ...] = ()
    rooms: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is sought: `length` and `step` in minutes, hours of the wall clock, days in their order."""

    days: Sequence[date]
    begins: int
    ends: int
    length: int
    margin: int = 0
    """Minutes that must be free before and after, to get from one place to another."""
    not_before: datetime | None = None


def common(
    search: Search,
    people: Mapping[int, Times],
    rooms: Mapping[uuid.UUID, Times],
    *,
    all_rooms: bool = False,
    may_miss: int = 0,
) -> list[Slot]:
    """Times that suit, at whole and half hours, by day. A slot lasts as long as was asked for.

    With `may_miss` up to so many people need not be free. Of `rooms` one must be free, or all of them.
    """
    masks = {person: _masks(times, search.days, search.margin) for person, times in people.items()}
    taken = {room: _masks(times, search.days, 0) for room, times in rooms.items()}
    need = -(-search.length // QUARTER)
    return [
        slot
        for n, day in enumerate(search.days)
        for at in range(search.begins * 4, search.ends * 4 - need + 1, 2)
        if (slot := _slot(search, day, n, at, need, masks, taken, all_rooms, may_miss)) is not None
    ]


def _slot(
    search: Search,
    day: date,
    number: int,
    at: int,
    need: int,
    masks: Mapping[int, Sequence[int]],
    taken: Mapping[uuid.UUID, Sequence[int]],
    all_rooms: bool,
    may_miss: int,
) -> Slot | None:
    wanted = ((1 << need) - 1) << at
    missing: list[int] = []
    for person, days in masks.items():
        if days[number] & wanted:
            missing.append(person)
            if len(missing) > may_miss:
                return None
    free = tuple(room for room, days in taken.items() if not days[number] & wanted)
    if taken and (len(free) < len(taken) if all_rooms else not free):
        return None
    starts_at = _instant(day, at)
    if search.not_before is not None and starts_at < search.not_before:
        return None
    return Slot(starts_at, starts_at + timedelta(minutes=search.length), tuple(missing), free)


def _instant(day: date, quarter: int) -> datetime:
    return clock.midnight(day) + timedelta(minutes=quarter * QUARTER)


def _masks(times: Times, days: Sequence[date], margin: int) -> list[int]:
    """For each day the quarters that are taken, as the bits of a number."""
    found = [0] * len(days)
    places = {day: n for n, day in enumerate(days)}
    pause = timedelta(minutes=margin)
    for starts_at, ends_at in times:
        begins, ends = clock.local(starts_at - pause), clock.local(ends_at + pause)
        for day, first, last in _parts(begins, ends):
            if day in places:
                found[places[day]] |= ((1 << (last - first)) - 1) << first
    return found


def _parts(begins: datetime, ends: datetime) -> Iterator[tuple[date, int, int]]:
    """(day, first quarter, quarter after the last) of each day that a time touches."""
    day = begins.date()
    while day <= ends.date():
        first = _quarter(begins, up=False) if day == begins.date() else 0
        last = _quarter(ends, up=True) if day == ends.date() else QUARTERS
        if last > first:
            yield day, first, last
        day += timedelta(days=1)


def _quarter(wall: datetime, *, up: bool) -> int:
    minutes = wall.hour * 60 + wall.minute
    return -(-minutes // QUARTER) if up else minutes // QUARTER


def runs(slots: Iterable[Slot]) -> list[tuple[datetime, datetime]]:
    """Slots that overlap or touch as one stretch of free time."""
    found: list[tuple[datetime, datetime]] = []
    for slot in slots:
        if found and slot.starts_at <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], slot.ends_at))
        else:
            found.append((slot.starts_at, slot.ends_at))
    return found


def _is_over_lunch(slot: Slot) -> bool:
    begins, ends = clock.local(slot.starts_at), clock.local(slot.ends_at)
    return begins.date() == ends.date() and begins.hour < LUNCH[1] and ends.time() > time(LUNCH[0])


def best(slots: Sequence[Slot], number: int = 3) -> list[Slot]:
    """The ones to propose: who is missing least, not over lunch, then soonest, on different half days first."""
    ordered = sorted(slots, key=lambda slot: (len(slot.missing), _is_over_lunch(slot), slot.starts_at))
    chosen: list[Slot] = []
    halves: set[tuple[date, bool]] = set()
    for slot in ordered:
        begins = clock.local(slot.starts_at)
        half = (begins.date(), begins.hour < 12)
        if half not in halves:
            halves.add(half)
            chosen.append(slot)
    return [*chosen, *(slot for slot in ordered if slot not in chosen)][:number]
