"""国民の祝日に関する法律, the special acts for ceremonies, and 休日条例 under 地方自治法 4条の2."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.calendar.holidays import (
    YEAR_END_CLOSING,
    holiday_name,
    is_holiday,
    is_working_day,
    next_working_day,
    previous_working_day,
)

pure = settings(deadline=None, database=None, derandomize=True)
known_days = st.dates(min_value=date(1950, 1, 1), max_value=date(2098, 12, 31))


def test_holidays_of_2026_are_complete() -> None:
    year = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert {day: holiday_name(day) for day in year if is_holiday(day)} == {
        date(2026, 1, 1): "元日",
        date(2026, 1, 12): "成人の日",
        date(2026, 2, 11): "建国記念の日",
        date(2026, 2, 23): "天皇誕生日",
        date(2026, 3, 20): "春分の日",
        date(2026, 4, 29): "昭和の日",
        date(2026, 5, 3): "憲法記念日",
        date(2026, 5, 4): "みどりの日",
        date(2026, 5, 5): "こどもの日",
        date(2026, 5, 6): "振替休日",
        date(2026, 7, 20): "海の日",
        date(2026, 8, 11): "山の日",
        date(2026, 9, 21): "敬老の日",
        date(2026, 9, 22): "国民の休日",
        date(2026, 9, 23): "秋分の日",
        date(2026, 10, 12): "スポーツの日",
        date(2026, 11, 3): "文化の日",
        date(2026, 11, 23): "勤労感謝の日",
    }


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(1989, 2, 24), "大喪の礼"),
        (date(1993, 6, 9), "結婚の儀"),
        (date(2018, 12, 23), "天皇誕生日"),
        (date(2019, 2, 23), None),
        (date(2019, 4, 30), "国民の休日"),
        (date(2019, 5, 1), "天皇の即位の日"),
        (date(2019, 10, 22), "即位礼正殿の儀が行われる日"),
        (date(2019, 12, 23), None),
        (date(2019, 10, 14), "体育の日"),
        (date(2020, 7, 24), "スポーツの日"),
        (date(2020, 10, 12), None),
        (date(2021, 8, 8), "山の日"),
        (date(2021, 8, 9), "振替休日"),
        (date(2021, 8, 11), None),
        (date(1973, 2, 12), None),
        (date(1973, 4, 30), "振替休日"),
        (date(1985, 5, 4), None),
        (date(1988, 5, 4), "国民の休日"),
    ],
)
def test_holiday_moved_or_made_by_a_special_act(day: date, name: str | None) -> None:
    assert holiday_name(day) == name


def test_holiday_name_in_english() -> None:
    assert holiday_name(date(2026, 11, 23), "en") == "Labor Thanksgiving Day"
    assert holiday_name(date(2026, 11, 24), "en") is None


def test_holiday_is_found_for_a_datetime_of_that_day() -> None:
    assert holiday_name(datetime.fromisoformat("2026-11-23T15:00:00+09:00")) == "勤労感謝の日"


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), False),
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2026, 12, 31), False),
        (date(2029, 1, 2), False),
        (date(2029, 1, 3), False),
        (date(2029, 1, 4), True),
    ],
)
def test_working_day_excludes_weekend_holiday_and_turn_of_the_year(day: date, is_open: bool) -> None:
    assert is_working_day(day) is is_open


def test_working_day_follows_the_ordinance_of_the_city() -> None:
    later_by_a_day = YEAR_END_CLOSING - {(12, 29)} | {(1, 4)}
    assert is_working_day(date(2026, 12, 29), year_end=later_by_a_day)
    assert not is_working_day(date(2027, 1, 4), year_end=later_by_a_day)
    assert next_working_day(date(2026, 12, 29), year_end=later_by_a_day) == date(2027, 1, 5)


def test_working_day_excludes_extra_closed_days() -> None:
    ceremony = frozenset({date(2026, 11, 24)})
    assert not is_working_day(date(2026, 11, 24), ceremony)
    assert next_working_day(date(2026, 11, 20), ceremony) == date(2026, 11, 25)
    assert previous_working_day(date(2026, 11, 25), ceremony) == date(2026, 11, 20)


def test_nearest_working_days_step_over_the_turn_of_the_year() -> None:
    assert next_working_day(date(2026, 12, 28)) == date(2027, 1, 4)
    assert previous_working_day(date(2027, 1, 4)) == date(2026, 12, 28)


@pure
@given(known_days)
def test_nearest_working_day_has_no_working_day_before_it(day: date) -> None:
    following, preceding = next_working_day(day), previous_working_day(day)
    assert preceding < day < following
    between = range(preceding.toordinal(), following.toordinal() + 1)
    open_days = [n for n in between if is_working_day(date.fromordinal(n))]
    assert set(open_days) - {day.toordinal()} == {preceding.toordinal(), following.toordinal()}
