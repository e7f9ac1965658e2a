"""Days become instants, also those that a slip of the keys makes of a year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from groupware import clock


def test_day_begins_and_ends_at_local_midnight():
    assert clock.midnight(date(2026, 4, 1)) == datetime(2026, 3, 31, 15, tzinfo=UTC)
    assert clock.end_of(date(2026, 4, 1)) == clock.midnight(date(2026, 4, 2))


def test_days_at_the_ends_of_the_calendar_take_in_everything_that_happened():
    now = clock.now()
    assert clock.midnight(date.min) < now < clock.midnight(date.max)
    assert clock.end_of(date.min) < now < clock.end_of(date.max)
    assert clock.midnight(date.max) < clock.end_of(date.max)


def test_day_after_stays_at_for_ever():
    assert clock.day_after(date(2026, 2, 28)) == date(2026, 3, 1)
    assert clock.day_after(date.max) == date.max


def test_instant_is_read_with_its_offset():
    assert clock.instant_of("2026-04-01T09:00:00+09:00") == datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "いつか", "2026-04-01T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_what_says_no_instant_is_none(text):
    assert clock.instant_of(text) is None


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date.max])
def test_wall_clock_time_of_any_day_leaves_room_to_count(day):
    moment = clock.at(day, time(23, 30))
    assert (moment.hour, moment.minute) == (23, 30)
    assert moment - timedelta(days=30) < moment + timedelta(days=30)


def test_wall_clock_time_follows_the_change_of_the_clocks():
    berlin = ZoneInfo("Europe/Berlin")
    assert clock.at(date(2027, 3, 28), time(1), berlin).utcoffset() == timedelta(hours=1)
    assert clock.at(date(2027, 3, 28), time(12), berlin).utcoffset() == timedelta(hours=2)
    assert clock.at(date(2027, 3, 28), time(12), berlin).hour == 12
