"""Ranges of days are compared with the sets of days they stand for."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.calendar.intervals import DateRange, merge_ranges, subtract

pure = settings(deadline=None, database=None, derandomize=True)

FIRST = date(2026, 4, 1)
HORIZON = 30
"""Generated ranges begin and end within so many days; a day beyond tells whether a range is unlimited."""


def day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def days_of(*ranges: DateRange) -> set[int]:
    return {n for n in range(-1, HORIZON + 2) if any(r.contains(day(n)) for r in ranges)}


@st.composite
def date_ranges(draw: st.DrawFn) -> DateRange:
    start = draw(st.integers(0, HORIZON))
    end = draw(st.none() | st.integers(start, HORIZON))
    return DateRange(day(start), None if end is None else day(end))


def test_range_contains_its_start_and_not_its_end() -> None:
    year = DateRange(date(2026, 4, 1), date(2027, 4, 1))
    assert year.contains(date(2026, 4, 1))
    assert year.contains(date(2027, 3, 31))
    assert not year.contains(date(2027, 4, 1))
    assert not year.contains(date(2026, 3, 31))


def test_range_without_end_is_unlimited() -> None:
    assert DateRange(FIRST).contains(date.max)
    assert DateRange(FIRST).last is None


def test_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends on 2026-03-31 before it starts on 2026-04-01"):
        DateRange(FIRST, date(2026, 3, 31))


def test_empty_range_contains_and_overlaps_nothing() -> None:
    empty = DateRange(FIRST, FIRST)
    assert empty.is_empty
    assert not empty.contains(FIRST)
    assert not empty.overlaps(DateRange(FIRST))
    with pytest.raises(ValueError, match="no last day"):
        empty.last  # noqa: B018


@pytest.mark.parametrize(
    ("last", "end"),
    [(date(2026, 3, 31), date(2026, 4, 1)), (None, None), (date(9999, 12, 31), None)],
)
def test_inclusive_range_ends_after_its_last_day(last: date | None, end: date | None) -> None:
    served = DateRange.inclusive(date(2025, 4, 1), last)
    assert served == DateRange(date(2025, 4, 1), end)
    assert served.last == (None if end is None else last)


def test_inclusive_range_whose_last_day_precedes_the_first_by_two_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        DateRange.inclusive(date(2025, 4, 1), date(2024, 3, 31))


def test_ranges_that_touch_do_not_overlap_and_are_merged() -> None:
    before, after = DateRange(FIRST, day(10)), DateRange(day(10), day(20))
    assert not before.overlaps(after)
    assert merge_ranges([after, before]) == [DateRange(FIRST, day(20))]


def test_subtract_leaves_the_gaps() -> None:
    assert subtract(DateRange(FIRST), [DateRange(day(5), day(6)), DateRange(day(8), day(9))]) == [
        DateRange(FIRST, day(5)),
        DateRange(day(6), day(8)),
        DateRange(day(9)),
    ]


@pure
@given(date_ranges(), date_ranges())
def test_intersection_holds_the_common_days(a: DateRange, b: DateRange) -> None:
    assert days_of(a.intersect(b)) == days_of(a) & days_of(b)
    assert a.overlaps(b) is b.overlaps(a) is bool(days_of(a) & days_of(b))


@pure
@given(st.lists(date_ranges(), max_size=6))
def test_merged_ranges_hold_the_same_days_and_stay_apart(ranges: list[DateRange]) -> None:
    merged = merge_ranges(ranges)
    assert days_of(*merged) == days_of(*ranges)
    assert not any(r.is_empty for r in merged)
    assert all(a.end is not None and a.end < b.start for a, b in pairwise(merged))


@pure
@given(date_ranges(), st.lists(date_ranges(), max_size=6))
def test_subtracted_ranges_hold_the_remaining_days_and_stay_apart(
    whole: DateRange, removed: list[DateRange]
) -> None:
    left = subtract(whole, removed)
    assert days_of(*left) == days_of(whole) - days_of(*removed)
    assert left == merge_ranges(left)
