"""When something happens again: recurrence rules of RFC 5545 with what offices add to them.

A `Recurrence` is a rule (`FREQ=MONTHLY;BYDAY=2TU`), chosen days, days left out, and what becomes of days on which the office
is closed. It is wall-clock time of an IANA zone: a meeting at ten stays at ten when the clocks change. A wall-clock time that
the change skips is read with the offset before it, one that comes twice is the first (RFC 5545, 3.3.5); every occurrence has
the same exact length. `occurrences` says which fall into a window; every answer is bounded by the window and by `limit`,
whatever the rule says, because rules come from other people's calendars.

Not taken: rules within a day (HOURLY and finer, BYHOUR, BYMINUTE, BYSECOND) and intervals of decades. A start that the rule
does not meet is no occurrence.
"""

from groupware.calendar.recurrence.expanding import Occurrence, check, occurrences, split
from groupware.calendar.recurrence.rules import (
    LONGEST,
    MOST_DAYS,
    HolidayRule,
    Recurrence,
    RecurrenceError,
    last_day,
    parse_rule,
    text_of,
)
from groupware.calendar.recurrence.words import in_words

__all__ = [
    "LONGEST",
    "MOST_DAYS",
    "HolidayRule",
    "Occurrence",
    "Recurrence",
    "RecurrenceError",
    "check",
    "in_words",
    "last_day",
    "occurrences",
    "parse_rule",
    "split",
    "text_of",
]
