"""Times and changes of events in words."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from groupware import clock
from groupware.calendar.holidays import holiday_name, is_working_day
from groupware.i18n import current_locale, gettext, pgettext
from groupware.web.formats import date_text, time_text
from plugins.schedule.enums import FIELD_LABELS, WEEKDAY_LABELS, Act
from plugins.schedule.queries.spans import Item


def times_of(item: Item, day: date) -> str:
    """When an occurrence takes place, as a cell of `day` says it: 9:00–10:00, 15:00–, –12:00; nothing for a whole day."""
    if item.is_all_day:
        return ""
    begins, ends = item.begins, item.ends
    last = (ends - timedelta(microseconds=1)).date()
    if begins.date() < day < last:
        return ""
    first = time_text(begins) if begins.date() == day else ""
    end = (time_text(ends) if ends.date() == day else "24:00") if last == day else ""
    return f"{first}–{end}"


def wall_text(instant: datetime) -> str:
    """A time on the wall as fields of pages take it: 2026-11-24T09:00."""
    return instant.isoformat()[:16]


def item_words(item: Item) -> str:
    """What stands on a block."""
    return item.title or str(pgettext("event", "Busy"))


def changed_words(changed: Iterable[str]) -> str:
    """What changed, each name once."""
    words = dict.fromkeys(str(FIELD_LABELS[name]) for name in changed if name in FIELD_LABELS)
    return str(gettext(", ")).join(words)


def act_words(act: str) -> str:
    """What was done with an event."""
    return str(Act(act).label)


def weekday_words(day: date) -> str:
    """月 or Mon."""
    return str(WEEKDAY_LABELS[day.weekday()])


def holiday_words(day: date) -> str:
    """The public holiday of a day, or nothing."""
    return holiday_name(day, current_locale.get()) or ""


def is_closed(day: date) -> bool:
    """Whether the office is closed."""
    return not is_working_day(day)


def day_before(day: date) -> date:
    """The last day of what ends before `day`."""
    return day - timedelta(days=1)


def local_day(instant: datetime) -> date:
    """The day of an instant by the clock on the wall."""
    return clock.local(instant).date()


def when_between(starts_at: datetime, ends_at: datetime) -> str:
    """The time of what has no occurrence yet: 2026年11月24日(火) 10:00–11:00."""
    begins, ends = clock.local(starts_at), clock.local(ends_at)
    if ends.date() == begins.date():
        return f"{date_text(begins)} {time_text(begins)}–{time_text(ends)}"
    return f"{date_text(begins)} {time_text(begins)} – {date_text(ends)} {time_text(ends)}"


def when(event: Any, starts_at: datetime, ends_at: datetime) -> str:
    """The whole time of an occurrence: 2026年11月24日(火) 10:00–11:00, or from day to day."""
    begins, ends = clock.local(starts_at), clock.local(ends_at)
    last = (ends - timedelta(microseconds=1)).date()
    if event.is_all_day:
        if last == begins.date():
            return str(gettext("%(day)s, all day", day=date_text(begins)))
        return f"{date_text(begins)} – {date_text(last)}"
    return when_between(starts_at, ends_at)


def when_of(event: Any) -> str:
    """The whole time of what has `starts_at`, `ends_at` and `is_all_day`."""
    return when(event, event.starts_at, event.ends_at)


def event_columns() -> list[str]:
    """The columns of a table of events that leaves: times, title, place, kind."""
    return [
        pgettext("event", "From"),
        pgettext("event", "To"),
        gettext("All day"),
        pgettext("event", "Title"),
        pgettext("event", "Place"),
        pgettext("event", "Kind"),
    ]
