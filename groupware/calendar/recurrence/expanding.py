"""The times at which something happens, out of its recurrence."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from groupware.calendar.holidays import (
    YEAR_END_CLOSING,
    MonthDay,
    is_working_day,
    next_working_day,
    previous_working_day,
)
from groupware.calendar.recurrence.rules import (
    FREQUENCIES,
    WEEK,
    HolidayRule,
    PassedError,
    Recurrence,
    RecurrenceError,
    machine,
    text_of,
    until_text,
)

SEARCHED: Final = timedelta(days=366 * 100)
"""Within this time a rule must happen at all. 29 February on a Sunday comes every 28 or 40 years."""
_FARTHEST_SHIFT: Final = timedelta(days=15)
"""No office in Japan is closed for longer (ten days in 2019), with some to spare for closing days of its own."""


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One time: half-open, in UTC. `original` is the wall-clock start by the rule, which names it even if it was moved."""

    starts_at: datetime
    ends_at: datetime
    original: datetime


def occurrences(
    recurrence: Recurrence,
    since: datetime,
    until: datetime,
    limit: int = 1000,
    extra_closed: Set[date] = frozenset(),
    *,
    year_end: Set[MonthDay] = YEAR_END_CLOSING,
) -> Iterator[Occurrence]:
    """Those that have a moment in common with [`since`, `until`), by their start, lazily, at most `limit`.

    `since` and `until` are aware. `extra_closed` and `year_end` are the city's closing days, as in `holidays`. Of several
    occurrences that the holiday rule moves to one day the first stays.
    """
    zone = ZoneInfo(recurrence.zone)
    # A wall clock is at most a day away from UTC, and the holiday rule moves by days.
    begin = since.astimezone(UTC).replace(tzinfo=None) - recurrence.length - _FARTHEST_SHIFT
    end = until.astimezone(UTC).replace(tzinfo=None) + _FARTHEST_SHIFT
    by_rule = (
        (moved, start)
        for start in _starts(recurrence, begin, end)
        if start not in recurrence.left_out
        and (moved := _moved(start, recurrence.holidays, extra_closed, year_end)) is not None
    )
    chosen = (
        (day, day) for day in sorted(recurrence.days) if begin <= day and day not in recurrence.left_out
    )
    last: datetime | None = None
    for start, original in merge(by_rule, chosen):
        if start == last:
            continue
        last = start
        starts_at = start.replace(tzinfo=zone).astimezone(UTC)
        ends_at = _end(start, starts_at, recurrence.length, zone)
        if starts_at >= until or limit <= 0:
            return
        if ends_at > since:
            limit -= 1
            yield Occurrence(starts_at, ends_at, original)


def check(recurrence: Recurrence) -> Occurrence:
    """The first occurrence. Raises `RecurrenceError` (`never`) where there is none within `SEARCHED`."""
    first = min(chain([recurrence.starts], recurrence.days)).replace(tzinfo=UTC) - _FARTHEST_SHIFT
    found = next(occurrences(recurrence, first, first + SEARCHED, 1), None)
    if found is None:
        raise RecurrenceError("never", recurrence.rule)
    return found


def split(recurrence: Recurrence, at: datetime) -> tuple[Recurrence, Recurrence]:
    """What happens before the occurrence with the original start `at`, and what happens from it on.

    The second begins at `at` with what is left of the number of times. Either may have no occurrence any more.
    """
    before, after = dict(recurrence.parts), dict(recurrence.parts)
    if "COUNT" in before:
        # Days left out count, because they are occurrences of the rule.
        passed = sum(1 for start in _starts(recurrence, recurrence.starts, at) if start < at)
        left = int(before.pop("COUNT")) - passed
        after["COUNT"] = str(max(left, 1))
    if before:
        before["UNTIL"] = until_text(at - timedelta(seconds=1), recurrence.zone)
    return (
        replace(
            recurrence,
            rule=text_of(before),
            days=tuple(day for day in recurrence.days if day < at),
            left_out=frozenset(day for day in recurrence.left_out if day < at),
        ),
        replace(
            recurrence,
            starts=at,
            rule=text_of(after),
            days=tuple(day for day in recurrence.days if day >= at),
            left_out=frozenset(day for day in recurrence.left_out if day >= at),
        ),
    )


def _end(start: datetime, starts_at: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """Whole days end at a midnight of the zone, however long the days are; anything else has its exact length."""
    if start.time() == time.min and length % timedelta(days=1) == timedelta(0):
        return (start + length).replace(tzinfo=zone).astimezone(UTC)
    return starts_at + length


def _moved(
    start: datetime, rule: HolidayRule, extra_closed: Set[date], year_end: Set[MonthDay]
) -> datetime | None:
    day = start.date()
    if rule == "keep" or is_working_day(day, extra_closed, year_end=year_end):
        return start
    if rule == "skip":
        return None
    nearest = previous_working_day if rule == "previous" else next_working_day
    return datetime.combine(nearest(day, extra_closed, year_end=year_end), start.time())


def _starts(recurrence: Recurrence, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Wall-clock starts by the rule from `begin` on; what comes after `end` may be missing."""
    if not recurrence.rule:
        return
    starts, parts = _jump(recurrence, begin)
    days = max((end - starts).days, 0) + 366
    per_step = FREQUENCIES[parts["FREQ"]] * int(parts.get("INTERVAL", 1))
    try:
        for start in machine(parts, recurrence.zone, starts, days // per_step + 2):
            if start > end:
                return
            if start >= max(begin, recurrence.starts):
                yield start
    except (PassedError, OverflowError):
        return


def _jump(recurrence: Recurrence, begin: datetime) -> tuple[datetime, Mapping[str, str]]:
    """A later beginning from which the rule goes on alike, so that old series are not followed from their first day."""
    starts, parts = recurrence.starts, dict(recurrence.parts)
    if "COUNT" in parts or begin - starts < timedelta(days=800):
        return starts, parts
    frequency, interval = parts["FREQ"], int(parts.get("INTERVAL", 1))
    if frequency in {"DAILY", "WEEKLY"}:
        if frequency == "WEEKLY":
            parts.setdefault("BYDAY", WEEK[starts.weekday()])
            starts -= timedelta(days=(starts.weekday() - WEEK.index(parts.get("WKST", "MO"))) % 7)
        step = timedelta(days=interval * FREQUENCIES[frequency])
        return starts + step * max((begin - starts) // step, 0), parts
    if not any(name in parts for name in ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")):
        parts["BYMONTHDAY"] = str(starts.day)
        if frequency == "YEARLY":
            parts.setdefault("BYMONTH", str(starts.month))
    if frequency == "YEARLY":
        return starts.replace(
            year=starts.year + (begin.year - 1 - starts.year) // interval * interval, month=1, day=1
        ), parts
    months = (begin.year - starts.year) * 12 + begin.month - 1 - starts.month
    month = starts.year * 12 + starts.month - 1 + months // interval * interval
    return starts.replace(year=month // 12, month=month % 12 + 1, day=1), parts
