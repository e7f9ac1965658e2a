"""The fiscal year 年度 of a local government: 1 April to 31 March, named after the year in which it begins.

Source: 地方自治法 (Local Autonomy Act) article 208, paragraph 1.
"""

from datetime import date

FIRST_MONTH = 4


def fiscal_year(day: date) -> int:
    """The fiscal year `day` belongs to: 31 March 2026 lies in 2025, 1 April 2026 in 2026."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def fiscal_year_range(year: int) -> tuple[date, date]:
    """First day of fiscal year `year` and first day of the next one (half-open).

    Raises `ValueError` where one of the two lies outside the years 1 to 9999.
    """
    return date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1)
