"""The single times of an entry that is kept as it came, as a text of their own (RFC 4791, 9.6.5), and when it makes busy."""

import copy
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from plugins.schedule.icalendar.parsing import calendar_in
from plugins.schedule.icalendar.stored import entries_of
from plugins.schedule.icalendar.timeline import Happening, timeline
from plugins.schedule.icalendar.writing import written

_TIMES: Final = ("DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")


def instances(text: str, since: datetime, until: datetime) -> tuple[str, int]:
    """The text with exactly the times in [`since`, `until`), in UTC, without rule; and how many they are."""
    calendar = calendar_in(text)
    line = timeline(entries_of(calendar))
    zone = ZoneInfo(line.master.zone) if line.master is not None else UTC
    found = sorted(line.happenings(since, until), key=lambda one: one.starts_at)
    calendar.subcomponents = [_instance(one, zone) for one in found]
    return written(calendar), len(found)


def busy_times(text: str, since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime]]:
    """When the events of a text make busy."""
    for one in timeline(entries_of(calendar_in(text))).happenings(since, until):
        is_free = str(one.component.get("TRANSP", "")).upper() == "TRANSPARENT"
        is_off = str(one.component.get("STATUS", "")).upper() == "CANCELLED"
        if one.component.name == "VEVENT" and not is_free and not is_off:
            yield max(one.starts_at, since), min(one.ends_at, until)


def _instance(one: Happening, zone: Any) -> Any:
    component, made = one.component, copy.copy(one.component)
    made.subcomponents = list(component.subcomponents)
    original = getattr(component.get("RECURRENCE-ID"), "dt", None)
    starts = getattr(component.get("DTSTART"), "dt", None)
    end = "DUE" if component.name == "VTODO" else "DTEND"
    has_end = any(name in component for name in ("DTEND", "DUE", "DURATION"))
    for name in _TIMES:
        made.pop(name, None)
    is_day = starts is not None and not isinstance(starts, datetime)
    if starts is not None:
        made.add("DTSTART", _said(one.starts_at, zone, is_day=is_day))
    if has_end or (is_day and component.name == "VEVENT"):
        made.add(end, _said(one.ends_at, zone, is_day=is_day))
    if one.original is not None:
        wall = one.original
        made.add("RECURRENCE-ID", wall.date() if is_day else wall.replace(tzinfo=zone).astimezone(UTC))
    elif original is not None:
        made.add("RECURRENCE-ID", original.astimezone(UTC) if _is_aware(original) else original)
    return made


def _is_aware(at: date) -> bool:
    return isinstance(at, datetime) and at.tzinfo is not None


def _said(at: datetime, zone: Any, *, is_day: bool) -> date:
    return at.astimezone(zone).date() if is_day else at.astimezone(UTC)
