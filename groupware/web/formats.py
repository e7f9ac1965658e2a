"""One formatter for dates, times and numbers on all pages; wareki is an option of the person, not another formatter."""

from datetime import date, datetime

from babel.dates import format_date
from flask import Flask, g

from groupware import clock
from groupware.calendar.eras import format_wareki
from groupware.i18n import current_locale, gettext, ngettext

WEEKDAYS = "月火水木金土日"


def _is_wareki() -> bool:
    signed_in = g.get("signed_in")
    return signed_in is not None and signed_in.date_style == "wareki" and current_locale.get() == "ja"


def _day(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def date_text(value: date | datetime | None, with_weekday: bool = True) -> str:
    """2026年11月22日(日), 令和8年11月22日(日) or 22 Nov 2026; empty for None and for the open end."""
    if value is None:
        return ""
    day = _day(value)
    if day.year == 9999:
        return ""
    if current_locale.get() != "ja":
        return format_date(day, "d MMM y", "en")
    text = format_wareki(day) if _is_wareki() else f"{day.year}年{day.month}月{day.day}日"
    return f"{text}({WEEKDAYS[day.weekday()]})" if with_weekday else text


def time_text(value: datetime | None) -> str:
    """9:05, in the municipality's time zone."""
    if value is None:
        return ""
    local = clock.local(value)
    return f"{local.hour}:{local.minute:02d}"


def datetime_text(value: datetime | None) -> str:
    """Date and time of an instant."""
    return f"{date_text(value)} {time_text(value)}".strip() if value is not None else ""


def wareki_text(value: date | datetime | None) -> str:
    """令和8年11月22日 regardless of the person's choice: print headers and documents."""
    if value is None:
        return ""
    day = _day(value)
    return format_wareki(day) if current_locale.get() == "ja" else format_date(day, "d MMM y", "en")


def relative_text(value: datetime | None) -> str:
    """今日 9:05, 昨日 17:30, 11月20日, 2025年3月1日: as short as it stays unambiguous."""
    if value is None:
        return ""
    day, today = _day(value), clock.today()
    days = (today - day).days
    if days == 0:
        return str(gettext("Today %(time)s", time=time_text(value)))
    if days == 1:
        return str(gettext("Yesterday %(time)s", time=time_text(value)))
    if day.year == today.year and not _is_wareki():
        return (
            f"{day.month}月{day.day}日" if current_locale.get() == "ja" else format_date(day, "d MMM", "en")
        )
    return date_text(day, with_weekday=False)


def days_left_text(value: datetime | date | None) -> str:
    """あと3日, 今日まで, 期限を過ぎています."""
    if value is None:
        return ""
    days = (_day(value) - clock.today()).days
    if days < 0:
        return str(gettext("Overdue"))
    if days == 0:
        return str(gettext("Due today"))
    return str(ngettext("%(num)d day left", "%(num)d days left", days))


def number_text(value: int) -> str:
    """21,036, written so in both languages."""
    return f"{value:,}"


def file_size_text(value: int) -> str:
    """12 KB, 3.4 MB, 1.2 GB: bytes as people compare them, never as 0 KB."""
    if value < 1000 * 1024:
        return f"{max(1, round(value / 1024)):,} KB"
    for unit, size in (("MB", 1024**2), ("GB", 1024**3)):
        if value < 1000 * size or unit == "GB":
            break
    return f"{value / size:,.1f} {unit}"


def capped_text(value: int) -> str:
    """A number as marks and portlets show it: up to 99, then 99+."""
    return "99+" if value > 99 else str(value)


def install(app: Flask) -> None:
    """Make the formatter available as template filters."""
    app.jinja_env.filters.update(
        date=date_text,
        time=time_text,
        datetime=datetime_text,
        wareki=wareki_text,
        relative=relative_text,
        days_left=days_left_text,
        number=number_text,
        file_size=file_size_text,
        capped=capped_text,
    )
    app.jinja_env.globals.update(now=clock.now, today=clock.today)
