"""Ranges of days, half-open: `start` belongs to the range, `end` does not. An `end` of None is unlimited.

Validity of an appointment, a unit, a grant or a rule is such a range, so that two of them meet without a gap and
without a common day exactly when the one's `end` is the other's `start`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days from `start` up to, but not including, `end`. Raises `ValueError` where `end` precedes `start`."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"the range ends on {self.end} before it starts on {self.start}")

    @classmethod
    def inclusive(cls, first: date, last: date | None = None) -> Self:
        """The range of which `last` is the last day, as people and personnel departments write it (終了日).

        None, and 9999-12-31 by which many systems mean "no end", are unlimited.
        """
        return cls(first, None if last is None or last == date.max else last + timedelta(days=1))

    @property
    def last(self) -> date | None:
        """The last day; None where the range is unlimited. Raises `ValueError` on an empty range."""
        if self.is_empty:
            raise ValueError("an empty range has no last day")
        return None if self.end is None else self.end - timedelta(days=1)

    @property
    def is_empty(self) -> bool:
        """Whether no day belongs to the range."""
        return self.end == self.start

    def contains(self, day: date) -> bool:
        """Whether `day` belongs to the range."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Self) -> bool:
        """Whether the two have a day in common. Ranges that only touch do not; an empty one never does."""
        return not self.intersect(other).is_empty

    def intersect(self, other: Self) -> Self:
        """The days common to both; an empty range where there are none."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        return type(self)(start, max(start, min(ends)) if ends else None)


def merge_ranges(ranges: Iterable[DateRange]) -> list[DateRange]:
    """The same days as few ranges: sorted, without empty ones, overlapping and touching ones joined."""
    merged: list[DateRange] = []
    for current in sorted((r for r in ranges if not r.is_empty), key=lambda r: r.start):
        previous = merged[-1] if merged else None
        if previous is None or (previous.end is not None and previous.end < current.start):
            merged.append(current)
        elif previous.end is not None and (current.end is None or current.end > previous.end):
            merged[-1] = DateRange(previous.start, current.end)
    return merged


def subtract(whole: DateRange, removed: Iterable[DateRange]) -> list[DateRange]:
    """The days of `whole` that lie in none of `removed`, sorted: the gaps."""
    left: list[DateRange] = []
    start = whole.start
    for hole in merge_ranges(whole.intersect(r) for r in removed):
        if start < hole.start:
            left.append(DateRange(start, hole.start))
        if hole.end is None:
            return left
        start = hole.end
    rest = DateRange(start, whole.end)
    return left if rest.is_empty else [*left, rest]
