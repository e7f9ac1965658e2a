"""What a recurrence is made of, and whether it is one: the text of a rule with its parts, and what is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rrulestr

HolidayRule = Literal["keep", "skip", "previous", "next"]
Fault = Literal[
    "unknown_rule",
    "too_often",
    "interval",
    "too_long",
    "unknown_zone",
    "too_many_days",
    "out_of_range",
    "never",
]

LONGEST: Final = timedelta(days=366)
MOST_DAYS: Final = 1000
"""How many chosen days, and how many left out, one recurrence may name."""
FIRST: Final = datetime(1900, 1, 1)  # noqa: DTZ001  a wall clock
LAST: Final = datetime(2200, 1, 1)  # noqa: DTZ001  a wall clock
"""Starts are within these: arithmetic over a century or two must not meet the ends of the calendar."""
LONGEST_RULE: Final = 500

FREQUENCIES: Final = MappingProxyType({"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365})
"""How many days a step of the rule has at least."""
_LONGEST_INTERVAL: Final = MappingProxyType({"DAILY": 1000, "WEEKLY": 260, "MONTHLY": 120, "YEARLY": 50})
_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY"}
    | {"BYWEEKNO", "BYSETPOS"}
)
_WITHIN_A_DAY: Final = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_NUMBERED_DAY: Final = re.compile(r"[+-]?[0-9]")


WEEK: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class RecurrenceError(ValueError):
    """The recurrence cannot be used; `code` says why and is stable:

    - `unknown_rule`: no rule of RFC 5545, or a part that this house does not know,
    - `too_often`: more than once a day, `interval`: a step of decades,
    - `too_long`: one occurrence is longer than `LONGEST`, or has no length,
    - `unknown_zone`: no IANA time zone, `too_many_days`: more than `MOST_DAYS`,
    - `out_of_range`: a start before 1900 or after 2200,
    - `never`: there is no occurrence at all.
    """

    def __init__(self, code: Fault, text: str = "") -> None:
        super().__init__(f"{code}: {text[:80]!r}")
        self.code: Final[Fault] = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """`starts` (wall clock, naive) and `length` of the first, and how it happens again.

    `rule` is the text of an RRULE without its name, or empty where there are only `days` (RDATE). `left_out` (EXDATE) names
    occurrences by their original start. `days` were chosen one by one, so the holiday rule does not move them. A whole-day
    recurrence starts at midnight and lasts whole days. Raises `RecurrenceError`.
    """

    starts: datetime
    length: timedelta
    zone: str = "Asia/Tokyo"
    rule: str = ""
    days: tuple[datetime, ...] = ()
    left_out: frozenset[datetime] = frozenset()
    holidays: HolidayRule = "keep"
    parts: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not timedelta(0) < self.length <= LONGEST:
            raise RecurrenceError("too_long")
        if max(len(self.days), len(self.left_out)) > MOST_DAYS:
            raise RecurrenceError("too_many_days")
        if not all(FIRST <= day < LAST for day in (self.starts, *self.days)):
            raise RecurrenceError("out_of_range")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise RecurrenceError("unknown_zone", self.zone) from None
        object.__setattr__(self, "parts", parse_rule(self.rule))
        if self.rule:
            machine(self.parts, self.zone, self.starts, 1)


def parse_rule(text: str) -> Mapping[str, str]:
    """The parts of an RRULE by their names, all in capitals; none of an empty text. Raises `RecurrenceError`."""
    if not text:
        return MappingProxyType({})
    if len(text) > LONGEST_RULE:
        raise RecurrenceError("unknown_rule", text)
    pairs = [part.partition("=")[::2] for part in text.upper().rstrip(";").split(";")]
    parts = dict(pairs)
    if parts.get("FREQ") in {"SECONDLY", "MINUTELY", "HOURLY"} or not _WITHIN_A_DAY.isdisjoint(parts):
        raise RecurrenceError("too_often", text)
    frequency = parts.get("FREQ", "")
    if len(parts) != len(pairs) or frequency not in FREQUENCIES or not _PARTS.issuperset(parts):
        raise RecurrenceError("unknown_rule", text)
    if _contradicts_itself(parts, frequency):
        raise RecurrenceError("unknown_rule", text)
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isascii() and parts[name].isdigit() and int(parts[name]) > 0):
            raise RecurrenceError("unknown_rule", text)
    if int(parts.get("INTERVAL", 1)) > _LONGEST_INTERVAL[frequency]:
        raise RecurrenceError("interval", text)
    return MappingProxyType(parts)


def _contradicts_itself(parts: Mapping[str, str], frequency: str) -> bool:
    """What RFC 5545 (3.3.10) says must not stand together."""
    numbered = bool(_NUMBERED_DAY.search(parts.get("BYDAY", "")))
    return (
        ("COUNT" in parts and "UNTIL" in parts)
        or ("BYWEEKNO" in parts and (frequency != "YEARLY" or numbered))
        or ("BYYEARDAY" in parts and frequency != "YEARLY")
        or ("BYMONTHDAY" in parts and frequency == "WEEKLY")
        or (numbered and frequency not in {"MONTHLY", "YEARLY"})
        or ("BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts))
    )


def text_of(parts: Mapping[str, str]) -> str:
    """The rule that has these parts."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def last_day(recurrence: Recurrence) -> date | None:
    """The day that UNTIL names, in the zone of the recurrence; None where the rule names none. Raises `RecurrenceError`."""
    text = recurrence.parts.get("UNTIL", "")
    return _until(text, recurrence.zone).date() if text else None


def _until(text: str, zone: str) -> datetime:
    """UNTIL as wall-clock time: a day includes its whole, what ends with Z is UTC."""
    try:
        if "T" not in text:
            return datetime.combine(datetime.strptime(text, "%Y%m%d"), time.max)  # noqa: DTZ007  a wall clock
        if not text.endswith("Z"):
            return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007  a wall clock
        instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise RecurrenceError("unknown_rule", text) from None


def until_text(wall: datetime, zone: str) -> str:
    """`wall`, wall-clock time of `zone`, as UNTIL says it."""
    return f"{wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


class PassedError(Exception):
    """The rule has been followed beyond the window."""


class _Step(int):
    """An interval that dateutil adds, and that says when it has been added often enough.

    dateutil looks for the next occurrence until the year 9999 without coming up for air: a rule that never happens would
    keep it busy for seconds. All that it does between two steps is to add the interval.
    """

    left: int

    def __radd__(self, other: int) -> int:
        self._count()
        return other + int(self)

    def __mul__(self, other: int) -> int:
        self._count()
        return int(self) * other

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PassedError


def machine(parts: Mapping[str, str], zone: str, starts: datetime, steps: int) -> rrule:
    """dateutil's rule, which ends with `PassedError` after so many `steps`. Raises `RecurrenceError`."""
    parts = dict(parts)
    interval = _Step(parts.pop("INTERVAL", "1"))
    interval.left = steps
    until = _until(parts.pop("UNTIL"), zone) if "UNTIL" in parts else None
    try:
        found: Any = rrulestr(text_of(parts), dtstart=starts)
        made: rrule = found.replace(interval=interval, until=until)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise RecurrenceError("unknown_rule", text_of(parts)) from None
    return made
