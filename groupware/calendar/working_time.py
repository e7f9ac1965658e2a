"""Working time of an office: hours of the clock on working days.

Times are wall-clock times; whoever calls converts to the municipality's time zone first. Working days are those of
`holidays.is_working_day`.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Self

from groupware.calendar.holidays import YEAR_END_CLOSING, MonthDay, is_working_day, next_working_day

WHOLE_DAY: Final = time(0, 0)
"""As an end: midnight, at the end of the day."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """From `begins` up to, but not including, `ends`. Raises `ValueError` where `ends` does not follow `begins`."""

    begins: time
    ends: time

    def __post_init__(self) -> None:
        if self.ends != WHOLE_DAY and self.ends <= self.begins:
            raise ValueError(f"the hours end at {self.ends} and begin at {self.begins}")

    def contains(self, moment: time) -> bool:
        """Whether the clock time belongs to the hours."""
        return self.begins <= moment and (self.ends == WHOLE_DAY or moment < self.ends)

    def common(self, other: Self) -> Self | None:
        """The hours that belong to both, or None."""
        begins = max(self.begins, other.begins)
        ends = min((one.ends for one in (self, other) if one.ends != WHOLE_DAY), default=WHOLE_DAY)
        return type(self)(begins, ends) if ends == WHOLE_DAY or begins < ends else None


def is_working_time(
    moment: datetime,
    hours: WorkingHours,
    extra_closed: Set[date] = frozenset(),
    *,
    year_end: Set[MonthDay] = YEAR_END_CLOSING,
) -> bool:
    """Whether people are at work at `moment`."""
    return hours.contains(moment.time()) and is_working_day(moment.date(), extra_closed, year_end=year_end)


def from_working_time(
    moment: datetime,
    hours: WorkingHours,
    extra_closed: Set[date] = frozenset(),
    *,
    year_end: Set[MonthDay] = YEAR_END_CLOSING,
) -> datetime:
    """`moment` itself if it is working time, otherwise the beginning of the next. Keeps the time zone of `moment`."""
    if is_working_time(moment, hours, extra_closed, year_end=year_end):
        return moment
    day = moment.date()
    is_before = moment.time() < hours.begins and is_working_day(day, extra_closed, year_end=year_end)
    if not is_before:
        day = next_working_day(day, extra_closed, year_end=year_end)
    return datetime.combine(day, hours.begins, moment.tzinfo)


__all__ = ["WHOLE_DAY", "WorkingHours", "from_working_time", "is_working_time"]
