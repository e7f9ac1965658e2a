"""The ways personnel departments write a date, and what is refused."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.calendar.eras import ERA_OVERRUN_YEARS, DateFormatError, format_wareki, parse_date

pure = settings(deadline=None, database=None, derandomize=True)
days = st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2024-04-01",
        "2024/4/1",
        "2024/04/01",
        "2024.4.1",
        "2024年4月1日",
        "20240401",
        "令和6年4月1日",
        "令和06年04月01日",
        "令和６年４月１日",
        "令和 6年 4月 1日",
        "令6.4.1",
        "R6.4.1",
        "r6.4.1",
        "Ｒ６．４．１",
        "R 6. 4. 1",
        "R6/4/1",
        "R06-04-01",
        "R060401",
        "㋿6年4月1日",
        "\u3000２０２４／４／１ ",
        "2024\u22124\u22121",
        "２０２４ー４ー１",
        "2024/4/1 0:00",
        "2024-04-01 00:00:00",
        "2024-04-01T00:00:00.000",
        "令和6年4月1日 0:00",
    ],
)
def test_date_in_every_common_form_is_read(text: str) -> None:
    parsed = parse_date(text)
    assert (parsed.date, parsed.remark) == (date(2024, 4, 1), None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("H5.4.1", date(1993, 4, 1)),
        ("㍻5年4月1日", date(1993, 4, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("S60/4/1", date(1985, 4, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("㍼60年4月1日", date(1985, 4, 1)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("T15.12.24", date(1926, 12, 24)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("M6.1.1", date(1873, 1, 1)),
        ("平成8年2月29日", date(1996, 2, 29)),
        ("9999/12/31", date(9999, 12, 31)),
        ("令和99年12月31日", date(2117, 12, 31)),
    ],
)
def test_era_date_within_its_era_is_read_without_remark(text: str, day: date) -> None:
    parsed = parse_date(text)
    assert (parsed.date, parsed.remark) == (day, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成0年4月1日", date(1988, 4, 1)),
        ("平成32年3月31日", date(2020, 3, 31)),
        ("平成33年4月1日", date(2021, 4, 1)),
        ("昭和65年4月1日", date(1990, 4, 1)),
        ("平成31年5月1日", date(2019, 5, 1)),
        ("令和元年4月30日", date(2019, 4, 30)),
        ("昭和64年1月8日", date(1989, 1, 8)),
        ("R0.4.1", date(2018, 4, 1)),
    ],
)
def test_era_date_just_outside_its_era_is_read_with_a_remark(text: str, day: date) -> None:
    parsed = parse_date(text)
    assert (parsed.date, parsed.remark) == (day, "era_year_out_of_range")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("昭和99年4月1日", "era_year_out_of_range"),
        (f"平成{31 + ERA_OVERRUN_YEARS + 1}年4月1日", "era_year_out_of_range"),
        ("令和100年4月1日", "era_year_out_of_range"),
        ("令和2024年4月1日", "era_year_out_of_range"),
        ("明治5年12月2日", "era_year_out_of_range"),
        ("昭和99年13月1日", "era_year_out_of_range"),
        ("令和7年13月1日", "no_such_day"),
        ("2025-02-29", "no_such_day"),
        ("2025/4/31", "no_such_day"),
        ("2025/0/1", "no_such_day"),
        ("0000-01-01", "no_such_day"),
        ("99999999", "no_such_day"),
        ("H31.9.31", "no_such_day"),
        ("", "unknown_format"),
        ("\u3000", "unknown_format"),
        ("未定", "unknown_format"),
        ("令和6年4月", "unknown_format"),
        ("令和年4月1日", "unknown_format"),
        ("慶応3年10月14日", "unknown_format"),
        ("24/4/1", "unknown_format"),
        ("2024/4-1", "unknown_format"),
        ("4/1/2024", "unknown_format"),
        ("2024 1 111", "unknown_format"),
        ("2024-04-010:00", "unknown_format"),
        ("2024-04-01 09:30", "unknown_format"),
        ("2024-04-01から", "unknown_format"),
        ("45383", "unknown_format"),
        ("元年4月1日", "unknown_format"),
        ("2024元年4月1日", "unknown_format"),
    ],
)
def test_text_that_is_no_date_is_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(DateFormatError) as refusal:
        parse_date(text)
    assert (refusal.value.code, refusal.value.text) == (code, text)


def test_refusal_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"unknown_format: '明日'"):
        parse_date("明日")


@pure
@given(days)
def test_date_written_in_either_era_style_is_read_back(day: date) -> None:
    for written in (format_wareki(day), format_wareki(day, "short")):
        parsed = parse_date(written)
        assert (parsed.date, parsed.remark) == (day, None)


def outcome(text: str) -> str:
    try:
        return "read" if parse_date(text).remark is None else "remarked upon"
    except DateFormatError as refusal:
        return refusal.code


@pure
@given(st.from_regex(r"\A(令和|平成|昭和|大正|明治|[RHSTM])[0-9]{1,3}年[0-9]{1,2}月[0-9]{1,2}日\Z"))
def test_any_era_date_is_read_or_refused_for_its_day_or_year(text: str) -> None:
    assert outcome(text) in {"read", "remarked upon", "no_such_day", "era_year_out_of_range"}


@pure
@given(st.text(alphabet="令和平成昭元年月日RHS0123456789/.-:T 　", max_size=14) | st.text())
def test_any_text_is_read_or_refused_with_a_known_code(text: str) -> None:
    assert outcome(text) in {
        "read",
        "remarked upon",
        "unknown_format",
        "no_such_day",
        "era_year_out_of_range",
    }
