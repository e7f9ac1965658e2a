"""Where blocks stand in a grid of hours: quarters of an hour from the top, and a lane for those at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from plugins.schedule.queries.spans import Item

QUARTER = 15


@dataclass(frozen=True, slots=True)
class Block:
    """An item in the grid; `at` and `length` are counted in quarters of an hour, `at` from 1."""

    item: Item
    at: int
    length: int
    lane: int


@dataclass(frozen=True, slots=True)
class Column:
    """A day (or a person's day): what lasts the whole of it, and the blocks between its hours."""

    day: date
    whole: list[Item]
    blocks: list[Block]
    lanes: int


def hours_of(begins: int, ends: int, days: Sequence[tuple[date, Sequence[Item]]]) -> range:
    """The hours that a grid shows: those of the rule, and more where something happens earlier or later."""
    first, last = begins, ends
    for day, items in days:
        for item in items:
            if item.is_all_day:
                continue
            start, end = _within(item, day)
            if end - start < timedelta(hours=23):
                first = min(first, start.seconds // 3600)
                last = max(last, -(-int(end.total_seconds()) // 3600))
    return range(max(first, 0), min(last, 24))


def column(day: date, items: Sequence[Item], hours: range) -> Column:
    """Lay the items of a day out: each takes the first lane that is free."""
    whole, blocks, free = [], [], list[int]()
    last = len(hours) * 60 // QUARTER
    for item in sorted(items, key=lambda one: (one.starts_at, -one.ends_at.timestamp())):
        start, end = _within(item, day)
        if item.is_all_day or end - start >= timedelta(hours=23):
            whole.append(item)
            continue
        at = max(int(start.total_seconds() / 60 - hours.start * 60) // QUARTER, 0)
        until = min(max(-(-int(end.total_seconds() / 60 - hours.start * 60) // QUARTER), at + 1), last)
        lane = next((n for n, busy_until in enumerate(free) if busy_until <= at), len(free))
        if lane == len(free):
            free.append(until)
        free[lane] = until
        blocks.append(Block(item, at + 1, max(until - at, 1), lane + 1))
    return Column(day, whole, blocks, max(len(free), 1))


def _within(item: Item, day: date) -> tuple[timedelta, timedelta]:
    """The part of an item that lies in a day, from its midnight on."""
    begins, ends = item.begins.replace(tzinfo=None), item.ends.replace(tzinfo=None)
    midnight = datetime.combine(day, time.min)
    return max(begins - midnight, timedelta(0)), min(ends - midnight, timedelta(days=1))
