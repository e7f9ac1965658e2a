"""Read iCalendar texts of other programs. Raises `UnreadableError`, whose message can be shown, for what cannot be an event.

Times without a zone are those of the municipality, as are zones that only a name stands for and that nobody knows. A VTIMEZONE of
one's own is taken where a known zone has the same offsets.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from groupware import clock
from groupware.i18n import gettext
from plugins.schedule.icalendar.moments import (
    UnreadableError,
    instant_of,
    moment_of,
    param_of,
    rule_of,
    wall_of,
    walls_of,
    zone_of,
)
from plugins.schedule.icalendar.parsing import mend, parsed, without_broken_alarms
from plugins.schedule.icalendar.parts import Attendee, Family, Part, Unread, name_of
from plugins.schedule.icalendar.writing import empty, written

MOST_COMPONENTS: Final = 5000
MOST_OCCURRENCES: Final = 1000
"""Changed occurrences of one series, and such that do not take place."""
MOST_ATTENDEES: Final = 1000
_SHORTEST: Final = timedelta(minutes=1)
"""A moment without length is a minute long here: nothing in a calendar has no end."""
_IMPORTANT: Final = range(1, 5)
"""PRIORITY that RFC 5545 (3.8.1.9) calls high."""


def families(content: bytes) -> list[Family]:
    """The events of a calendar, by UID in the order in which they come. Raises UnreadableError."""
    return list(_families(calendars(content)))


@dataclass(frozen=True, slots=True)
class FromFile:
    """An event of a file with a text of its own that says it with all its alarms and further properties."""

    said: Family | Unread
    text: str = ""
    has_lost_alarms: bool = False
    """Whether alarms that cannot be read were left out."""


def families_with_texts(content: bytes) -> list[FromFile]:
    """The same, each with its text. What cannot be read of one event leaves the others as they are, and an alarm its event."""
    found = calendars(content, mends=False)
    zones = [one for calendar in found for one in calendar.subcomponents if one.name == "VTIMEZONE"]
    for zone in zones:
        mend(zone)
    read: list[FromFile] = []
    for uid, components in _grouped(found).items():
        calendar = empty()
        try:
            has_lost = sum(map(without_broken_alarms, components)) > 0
            for one in components:
                mend(one)
            for one in (*zones, *components):
                calendar.add_component(one)
            text = written(calendar)
            read.append(FromFile(_family(uid, components), text, has_lost))
        except UnreadableError as error:
            title = str(components[0].get("SUMMARY", ""))
            read.append(FromFile(Unread(title=title, reason=str(error.message))))
    return read


def family(content: bytes) -> Family:
    """The one event that a text holds, with its changed occurrences. Raises UnreadableError for none and for several."""
    found = families(content)
    if len(found) != 1:
        raise UnreadableError(gettext("Exactly one event was expected."), code="one_event")
    return found[0]


def calendars(content: bytes, *, mends: bool = True) -> list[Any]:
    """The VCALENDARs of a text; `mends` as `parsed` has it. Raises UnreadableError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(
            gettext("The file is not in UTF-8. Please export it once more as iCalendar (UTF-8)."),
            code="not_utf8",
        ) from None
    found = parsed(text, mends=mends)
    if not found or any(one.name != "VCALENDAR" for one in found):
        raise UnreadableError(gettext("This is no calendar file (iCalendar)."), code="malformed")
    return found


def _families(found: Iterable[Any]) -> Iterator[Family]:
    for uid, components in _grouped(found).items():
        yield _family(uid, components)


def _grouped(found: Iterable[Any]) -> dict[str, list[Any]]:
    """The VEVENTs by their UID."""
    by_uid: dict[str, list[Any]] = {}
    number = 0
    for calendar in found:
        for one in calendar.subcomponents:
            if one.name != "VEVENT":
                continue
            number += 1
            if number > MOST_COMPONENTS:
                raise UnreadableError(
                    gettext("The file has more than %(limit)d events.", limit=MOST_COMPONENTS),
                    code="too_many",
                )
            uid = str(one.get("UID", "")).strip()
            if not 0 < len(uid) <= 255:
                raise UnreadableError(gettext("An event in the file has no usable UID."), code="no_uid")
            by_uid.setdefault(uid, []).append(one)
    return by_uid


def _family(uid: str, components: list[Any]) -> Family:
    masters = [one for one in components if "RECURRENCE-ID" not in one]
    if len(masters) > 1 or len(components) > MOST_OCCURRENCES:
        raise UnreadableError(gettext("The same event stands in the file more than once."), code="twice")
    master = part_of(masters[0]) if masters else None
    parts: dict[str, Part] = {}
    for one in components:
        if "RECURRENCE-ID" not in one:
            continue
        original = one["RECURRENCE-ID"]
        if str(getattr(original, "params", {}).get("RANGE", "")).upper() == "THISANDFUTURE":
            raise UnreadableError(
                gettext("“This and all following” cannot be taken over. Please change the series here."),
                code="range",
            )
        part = part_of(one)
        zone = master.zone if master is not None else part.zone
        parts[name_of(wall_of(moment_of(original), zone))] = part
    return Family(uid=uid, master=master, parts=parts)


def part_of(one: Any) -> Part:
    """What a VEVENT says. Raises UnreadableError."""
    starts = moment_of(one.get("DTSTART"))
    is_all_day = not isinstance(starts, datetime)
    zone = zone_of(starts) if isinstance(starts, datetime) else clock.DEFAULT_ZONE.key
    starts_at = instant_of(starts, zone)
    rules = one.get("RRULE")
    if isinstance(rules, list):
        raise UnreadableError(gettext("This repetition is not understood."), code="rules")
    category = one.get("CATEGORIES")
    categories = category if isinstance(category, list) else [category] if category is not None else []
    organiser = one.get("ORGANIZER")
    attendees = one.get("ATTENDEE", [])
    left_out = set(walls_of(one.get("EXDATE"), zone))
    if len(left_out) > MOST_OCCURRENCES or (isinstance(attendees, list) and len(attendees) > MOST_ATTENDEES):
        raise UnreadableError(gettext("An event in the file says too much."), code="too_much")
    return Part(
        title=str(one.get("SUMMARY", "")),
        starts_at=starts_at,
        ends_at=_end(one, starts, starts_at, zone),
        zone=zone,
        is_all_day=is_all_day,
        place=str(one.get("LOCATION", "")),
        text=str(one.get("DESCRIPTION", "")),
        web_meeting=_address(one),
        category=next((str(name) for group in categories for name in getattr(group, "cats", [])), ""),
        is_tentative=str(one.get("STATUS", "")).upper() == "TENTATIVE",
        is_cancelled=str(one.get("STATUS", "")).upper() == "CANCELLED",
        is_important=_number(one.get("PRIORITY")) in _IMPORTANT,
        is_busy=str(one.get("TRANSP", "")).upper() != "TRANSPARENT",
        secrecy=str(one.get("CLASS", "")).upper(),
        rule=rule_of(rules),
        days=tuple(walls_of(one.get("RDATE"), zone)),
        left_out=tuple(sorted(left_out)),
        organiser=str(organiser).lower() if organiser is not None else "",
        organiser_name=param_of(organiser, "CN"),
        attendees=tuple(map(_attendee, attendees if isinstance(attendees, list) else [attendees])),
    )


def _attendee(one: Any) -> Attendee:
    return Attendee(
        address=str(one).lower(),
        name=param_of(one, "CN"),
        partstat=param_of(one, "PARTSTAT").upper() or "NEEDS-ACTION",
    )


def _address(one: Any) -> str:
    for name in ("URL", "CONFERENCE"):
        value = one.get(name)
        found = str(value[0] if isinstance(value, list) else value or "")
        if found.startswith(("https://", "http://")) and len(found) <= 500:
            return found
    return ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _end(one: Any, starts: date, starts_at: datetime, zone: str) -> datetime:
    if "DTEND" in one:
        ends_at = instant_of(moment_of(one["DTEND"]), zone)
    elif "DURATION" in one:
        length = getattr(one["DURATION"], "dt", None)
        if not isinstance(length, timedelta):
            raise UnreadableError(gettext("The time of the event cannot be read."), code="time")
        try:
            ends_at = starts_at + length
        except OverflowError:
            raise UnreadableError(gettext("An event lasts a year at most."), code="time") from None
    elif isinstance(starts, datetime):
        ends_at = starts_at
    else:
        ends_at = starts_at + timedelta(days=1)
    if ends_at == starts_at:
        return starts_at + (_SHORTEST if isinstance(starts, datetime) else timedelta(days=1))
    return ends_at


__all__ = ["FromFile", "UnreadableError", "calendars", "families", "families_with_texts", "family", "part_of"]
