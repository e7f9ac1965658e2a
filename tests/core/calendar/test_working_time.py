"""Hours of the clock on working days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.calendar.holidays import is_working_day
from groupware.calendar.working_time import WHOLE_DAY, WorkingHours, from_working_time, is_working_time

OFFICE = WorkingHours(time(8, 30), time(17, 15))
pure = settings(deadline=None, database=None, derandomize=True)
moments = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01"))
quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


def at(text):
    return datetime.fromisoformat(text)


@st.composite
def hours(draw):
    begins, ends = draw(quarters), draw(quarters)
    return WorkingHours(min(begins, ends), max(begins, ends) if begins != ends else WHOLE_DAY)


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2026-11-20 08:30", "2026-11-20 08:30"),
        ("2026-11-20 12:00", "2026-11-20 12:00"),
        ("2026-11-20 17:14", "2026-11-20 17:14"),
        ("2026-11-20 08:29", "2026-11-20 08:30"),
        ("2026-11-20 00:00", "2026-11-20 08:30"),
        # Friday evening; Monday 23 November is 勤労感謝の日.
        ("2026-11-20 17:15", "2026-11-24 08:30"),
        ("2026-11-21 10:00", "2026-11-24 08:30"),
        ("2026-11-23 10:00", "2026-11-24 08:30"),
        # The turn of the year, up to Monday 4 January.
        ("2026-12-28 17:20", "2027-01-04 08:30"),
        ("2026-12-31 23:59", "2027-01-04 08:30"),
        # Golden week, with a substitute holiday on 6 May.
        ("2026-05-01 18:00", "2026-05-07 08:30"),
    ],
)
def test_what_happens_outside_of_working_time_waits_for_the_next(moment, then):
    assert from_working_time(at(moment), OFFICE) == at(then)


def test_day_that_the_city_closes_besides_is_no_working_time():
    closed = frozenset({date(2026, 11, 20)})
    assert from_working_time(at("2026-11-20 10:00"), OFFICE, closed) == at("2026-11-24 08:30")


def test_office_that_works_at_the_turn_of_the_year():
    assert is_working_time(at("2026-12-30 10:00"), OFFICE, year_end=frozenset())


def test_time_zone_is_kept():
    assert from_working_time(datetime(2026, 11, 20, 3, tzinfo=UTC), OFFICE).tzinfo is UTC


def test_hours_that_end_at_midnight_last_until_then():
    late = WorkingHours(time(13), WHOLE_DAY)
    assert is_working_time(at("2026-11-20 23:59"), late)
    assert not is_working_time(at("2026-11-20 12:59"), late)


@pytest.mark.parametrize(("begins", "ends"), [(time(9), time(9)), (time(17), time(9))])
def test_hours_that_end_before_they_begin_are_an_error(begins, ends):
    with pytest.raises(ValueError, match="begin"):
        WorkingHours(begins, ends)


@pytest.mark.parametrize(
    ("other", "common"),
    [
        (WorkingHours(time(9), time(12)), WorkingHours(time(9), time(12))),
        (WorkingHours(time(0), WHOLE_DAY), OFFICE),
        (WorkingHours(time(16), time(20)), WorkingHours(time(16), time(17, 15))),
        (WorkingHours(time(17, 15), time(20)), None),
    ],
)
def test_common_hours(other, common):
    assert OFFICE.common(other) == common
    assert other.common(OFFICE) == common


@pure
@given(moments, hours())
def test_next_working_time_is_working_time_and_nothing_before_it_is(moment, open_hours):
    then = from_working_time(moment, open_hours)
    assert then >= moment
    assert is_working_time(then, open_hours)
    assert is_working_day(then.date())
    step = (then - moment) / 7
    if step > timedelta(0):
        assert not any(is_working_time(moment + step * n, open_hours) for n in range(7))


@pure
@given(moments, hours(), hours())
def test_moment_of_common_hours_belongs_to_both(moment, one, other):
    common = one.common(other)
    is_in_both = one.contains(moment.time()) and other.contains(moment.time())
    assert (common is not None and common.contains(moment.time())) == is_in_both
