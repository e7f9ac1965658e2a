"""Public holidays of Japan and the working days of a municipal office.

Sources. Holidays: 国民の祝日に関する法律 (Act on National Holidays) with its substitute holidays (振替休日) and days
between two holidays (国民の休日), and the special acts for imperial ceremonies. Closing days of an office: 地方自治法
(Local Autonomy Act) article 4-2, which leaves to the city's ordinance (休日条例) Saturdays, Sundays, the holidays of
the Act, and days at the turn of the year.

Known for 1949 to 2099; other years have no holidays here. Equinoxes beyond the coming year are astronomical forecasts:
the government announces them each February (暦要項).
"""

from collections.abc import Mapping, Set
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from holidays import country_holidays

MonthDay = tuple[int, int]

WEEKEND: Final = frozenset({5, 6})
"""Saturday and Sunday, as `date.weekday()` counts."""

YEAR_END_CLOSING: Final[frozenset[MonthDay]] = frozenset(
    {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)},
)
"""年末年始: 29 December to 3 January, as the state closes (行政機関の休日に関する法律) and most ordinances follow."""

_ONE_DAY: Final = timedelta(days=1)


def holiday_name(day: date, locale: str = "ja") -> str | None:
    """The name of the public holiday on `day`, Japanese for the locale `ja` and English for any other, or None."""
    return _holidays_of(day.year, "ja" if locale.startswith("ja") else "en_US").get((day.month, day.day))


def is_holiday(day: date) -> bool:
    """Whether `day` is a public holiday, substitute holidays included. A plain Sunday is none."""
    return holiday_name(day) is not None


def is_working_day(
    day: date,
    extra_closed: Set[date] = frozenset(),
    *,
    year_end: Set[MonthDay] = YEAR_END_CLOSING,
) -> bool:
    """Whether the office is open on `day`: no weekend, no holiday, not the turn of the year, not `extra_closed`.

    `year_end` are the (month, day) pairs of the city's ordinance.
    """
    return (
        day.weekday() not in WEEKEND
        and (day.month, day.day) not in year_end
        and day not in extra_closed
        and not is_holiday(day)
    )


def next_working_day(
    day: date,
    extra_closed: Set[date] = frozenset(),
    *,
    year_end: Set[MonthDay] = YEAR_END_CLOSING,
) -> date:
    """The first working day after `day`, never `day` itself. Raises `OverflowError` at the end of year 9999."""
    return _nearest_working_day(day, _ONE_DAY, extra_closed, year_end)


def previous_working_day(
    day: date,
    extra_closed: Set[date] = frozenset(),
    *,
    year_end: Set[MonthDay] = YEAR_END_CLOSING,
) -> date:
    """The last working day before `day`, never `day` itself. Raises `OverflowError` at the start of year 1."""
    return _nearest_working_day(day, -_ONE_DAY, extra_closed, year_end)


def _nearest_working_day(
    day: date, step: timedelta, extra_closed: Set[date], year_end: Set[MonthDay]
) -> date:
    day += step
    while not is_working_day(day, extra_closed, year_end=year_end):
        day += step
    return day


# Keyed by month and day, not by date, so that a datetime finds its day as well.
@lru_cache(maxsize=256)
def _holidays_of(year: int, language: str) -> Mapping[MonthDay, str]:
    found = country_holidays("JP", years=year, language=language)
    return MappingProxyType({(day.month, day.day): name for day, name in found.items()})
