"""Era names and the days they begin: 元号法 and the orders under it; 令和元年度: 申合せ of 1 April 2019."""

from datetime import date

import pytest

from groupware.calendar.eras import ERAS, era_of, format_wareki, format_wareki_fiscal


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2026, 11, 22), "令和8年11月22日", "R8.11.22"),
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
        (date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
        (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
        (date(1926, 12, 25), "昭和元年12月25日", "S1.12.25"),
        (date(1926, 12, 24), "大正15年12月24日", "T15.12.24"),
        (date(1912, 7, 30), "大正元年7月30日", "T1.7.30"),
        (date(1912, 7, 29), "明治45年7月29日", "M45.7.29"),
        (date(1873, 1, 1), "明治6年1月1日", "M6.1.1"),
    ],
)
def test_wareki_on_the_days_around_a_change_of_era(day: date, long: str, short: str) -> None:
    assert format_wareki(day) == long
    assert format_wareki(day, "short") == short


def test_wareki_before_the_gregorian_calendar_is_the_western_year() -> None:
    assert era_of(date(1872, 12, 31)) is None
    assert format_wareki(date(1872, 12, 31)) == "1872年12月31日"
    assert format_wareki(date(1872, 12, 31), "short") == "1872.12.31"


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (2026, "令和8年度"),
        (2020, "令和2年度"),
        (2019, "令和元年度"),
        (2018, "平成30年度"),
        (1989, "平成元年度"),
        (1988, "昭和63年度"),
        (1927, "昭和2年度"),
        (1926, "大正15年度"),
        (1912, "大正元年度"),
        (1911, "明治44年度"),
        (1872, "1872年度"),
    ],
)
def test_fiscal_year_name_around_a_change_of_era(year: int, name: str) -> None:
    assert format_wareki_fiscal(year) == name


def test_eras_are_in_order_and_their_marks_differ() -> None:
    assert sorted(ERAS, key=lambda era: era.start) == list(ERAS)
    marks = [mark for era in ERAS for mark in (era.name, era.name[0], era.letter)]
    assert len(set(marks)) == len(marks)
