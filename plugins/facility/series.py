"""Times that repeat, as the form of a booking offers them: rules of RFC 5545, found by the calendar of the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from groupware import clock
from groupware.calendar.eras import parse_date
from groupware.calendar.recurrence import Recurrence, RecurrenceError, occurrences
from groupware.capabilities import Span
from groupware.i18n import lazy_pgettext

REPEATS = {
    "": lazy_pgettext("repeat", "Does not repeat"),
    "daily": lazy_pgettext("repeat", "Every day"),
    "working": lazy_pgettext("repeat", "Monday to Friday"),
    "weekly": lazy_pgettext("repeat", "Every week"),
    "fortnightly": lazy_pgettext("repeat", "Every other week"),
    "monthly": lazy_pgettext("repeat", "Every month, the same date"),
    "nth": lazy_pgettext("repeat", "Every month, the same weekday"),
    "last": lazy_pgettext("repeat", "Every month, the last day"),
}
HOLIDAYS = {
    "keep": lazy_pgettext("holidays", "Book them as well"),
    "skip": lazy_pgettext("holidays", "Leave them out"),
    "previous": lazy_pgettext("holidays", "Take the working day before"),
    "next": lazy_pgettext("holidays", "Take the working day after"),
}
WEEKDAYS = {
    "MO": lazy_pgettext("weekday", "Mon"),
    "TU": lazy_pgettext("weekday", "Tue"),
    "WE": lazy_pgettext("weekday", "Wed"),
    "TH": lazy_pgettext("weekday", "Thu"),
    "FR": lazy_pgettext("weekday", "Fri"),
    "SA": lazy_pgettext("weekday", "Sat"),
    "SU": lazy_pgettext("weekday", "Sun"),
}
WEEK = tuple(WEEKDAYS)
PLACES = {
    "1": lazy_pgettext("weekday of a month", "First"),
    "2": lazy_pgettext("weekday of a month", "Second"),
    "3": lazy_pgettext("weekday of a month", "Third"),
    "4": lazy_pgettext("weekday of a month", "Fourth"),
    "-1": lazy_pgettext("weekday of a month", "Last"),
}
"""Which of the Tuesdays of a month."""
MOST = 400
"""Times of one series."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """How the first time repeats, to the end of a day."""

    repeat: str
    until: date | None
    holidays: str = "keep"
    weekdays: Sequence[str] = ()
    """MO, TU…; those of the first time where none is chosen."""
    places: Sequence[str] = ()
    """Which of these weekdays in a month: 1 to 4, -1 for the last."""

    def rule(self, first: date) -> str:
        """The RRULE of it; empty where nothing repeats."""
        if not self.repeat:
            return ""
        nth = (first.day - 1) // 7 + 1
        own = WEEK[first.weekday()]
        on = ",".join(self.weekdays or [own])
        places = self.places or [str(-1 if nth > 4 else nth)]
        placed = ",".join(place + day for place in places for day in self.weekdays or [own])
        parts = {
            "daily": "FREQ=DAILY",
            "working": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "weekly": f"FREQ=WEEKLY;BYDAY={on}",
            "fortnightly": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={on}",
            "monthly": "FREQ=MONTHLY",
            "nth": f"FREQ=MONTHLY;BYDAY={placed}",
            "last": "FREQ=MONTHLY;BYMONTHDAY=-1",
        }[self.repeat]
        last = self.until or first
        return f"{parts};UNTIL={last:%Y%m%d}T145959Z"


def times_of(span: Span, repetition: Repetition) -> list[Span]:
    """All the times; the first alone where nothing repeats or the rule makes no sense."""
    begins = clock.local(span.starts_at)
    rule = repetition.rule(begins.date())
    if not rule or span.ends_at <= span.starts_at:
        return [span]
    try:
        recurrence = Recurrence(
            starts=begins.replace(tzinfo=None),
            length=span.ends_at - span.starts_at,
            rule=rule,
            holidays=repetition.holidays if repetition.holidays in HOLIDAYS else "keep",  # type: ignore[arg-type]
        )
    except RecurrenceError:
        return [span]
    until = clock.midnight(clock.near(repetition.until or begins.date()) + timedelta(days=8))
    found = occurrences(recurrence, span.starts_at, until, MOST + 1)
    return [Span(one.starts_at, one.ends_at) for one in found] or [span]


def days_of(text: str, span: Span) -> tuple[list[Span], list[str]]:
    """The same time on days that were typed one a line, and the lines that are none."""
    found, wrong = [], []
    length = span.ends_at - span.starts_at
    begins = clock.local(span.starts_at)
    for line in filter(None, (line.strip() for line in text.splitlines())):
        day = _day(line, begins.date())
        if day is None:
            wrong.append(line)
            continue
        starts_at = clock.at(day, begins.time())
        found.append(Span(starts_at, starts_at + length))
    return found[:MOST], wrong


def _day(line: str, first: date) -> date | None:
    """A day as people write it; without a year the next one from `first`, so that 1/8 typed in November is next year's."""
    try:
        return parse_date(line).date
    except ValueError:
        text = line.replace("/", "-").replace(".", "-").replace("月", "-").rstrip("日")
    for year in (first.year, first.year + 1):
        try:
            day = datetime.strptime(f"{year}-{text}", "%Y-%m-%d").date()  # noqa: DTZ007  a day of the calendar
        except ValueError:
            continue
        if day >= first:
            return day
    return None
