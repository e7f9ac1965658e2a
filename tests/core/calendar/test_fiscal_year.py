"""地方自治法 208条1項: the fiscal year runs from 1 April to 31 March."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.calendar.fiscal import fiscal_year, fiscal_year_range

pure = settings(deadline=None, database=None, derandomize=True)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2024, 2, 29), 2023),
    ],
)
def test_fiscal_year_changes_on_the_first_of_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year


def test_fiscal_year_range_is_half_open() -> None:
    assert fiscal_year_range(2026) == (date(2026, 4, 1), date(2027, 4, 1))


def test_fiscal_year_range_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="year"):
        fiscal_year_range(9999)


@pure
@given(st.dates(min_value=date(2, 1, 1), max_value=date(9998, 12, 31)))
def test_every_day_lies_in_the_range_of_its_fiscal_year(day: date) -> None:
    first, following = fiscal_year_range(fiscal_year(day))
    assert first <= day < following
