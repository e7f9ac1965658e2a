"""Times in words, for sentences of services as for pages."""

from datetime import date, datetime, timedelta

from babel.dates import format_date

from groupware import clock
from groupware.i18n import current_locale

_WEEKDAYS = "月火水木金土日"


def day_words(value: date | datetime) -> str:
    """11月24日(火) or Tue 24 Nov."""
    day = clock.local(value).date() if isinstance(value, datetime) else value
    if current_locale.get() == "ja":
        return f"{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"
    return format_date(day, "EEE d MMM", "en")


def month_words(day: date) -> str:
    """2026年11月 or November 2026."""
    return (
        f"{day.year}年{day.month}月" if current_locale.get() == "ja" else format_date(day, "MMMM yyyy", "en")
    )


def short_month_words(day: date) -> str:
    """11月 or Nov."""
    return f"{day.month}月" if current_locale.get() == "ja" else format_date(day, "MMM", "en")


def time_words(instant: datetime) -> str:
    """9:05."""
    local = clock.local(instant)
    return f"{local.hour}:{local.minute:02d}"


def end_words(starts_at: datetime, ends_at: datetime) -> str:
    """The end of a time: 24:00 for midnight, with the day where it is another one."""
    local = clock.local(ends_at)
    first = clock.local(starts_at).date()
    if (local.hour, local.minute) == (0, 0) and local.date() - timedelta(days=1) == first:
        return "24:00"
    return time_words(ends_at) if local.date() == first else f"{day_words(ends_at)} {time_words(ends_at)}"


def span_words(starts_at: datetime, ends_at: datetime) -> str:
    """11月24日(火) 10:00〜11:00."""
    return f"{day_words(starts_at)} {time_words(starts_at)}〜{end_words(starts_at, ends_at)}"
