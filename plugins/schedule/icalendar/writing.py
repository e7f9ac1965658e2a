"""Write events as iCalendar texts, and add to them what a person's own program had written besides."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar

from plugins.schedule.icalendar.parsing import calendar_in
from plugins.schedule.icalendar.parts import PRODUCT, Family, Part

OURS: Final = frozenset(
    {
        "UID",
        "DTSTAMP",
        "LAST-MODIFIED",
        "SEQUENCE",
        "RECURRENCE-ID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "SUMMARY",
        "LOCATION",
    }
    | {"DESCRIPTION", "URL", "STATUS", "TRANSP", "CLASS", "PRIORITY", "RRULE", "RDATE", "EXDATE", "EXRULE"}
    | {"ORGANIZER", "ATTENDEE", "CATEGORIES"}
)
"""Properties that say what an event of ours says; all others belong to the program that wrote them."""


def text_of(family: Family, stamp: datetime, *, sequence: int = 0, with_zones: bool = True) -> str:
    """The whole text of a family."""
    calendar = empty()
    if with_zones:
        for zone in sorted(zones_of([family])):
            calendar.add_component(timezone_of(zone))
    for component in components_of(family, stamp, sequence):
        calendar.add_component(component)
    return written(calendar)


def written(calendar: Any) -> str:
    """The text of a calendar with the order of its parts kept."""
    return str(calendar.to_ical(sorted=False).decode())


def empty() -> Any:
    """A calendar without anything in it."""
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    return calendar


def zones_of(families: Iterable[Family]) -> set[str]:
    """The zones whose definition the texts need."""
    return {
        part.zone
        for family in families
        for part in (family.master, *family.parts.values())
        if part is not None and not part.is_all_day and part.zone != "UTC"
    }


@cache
def timezone_of(zone: str) -> Any:
    """The VTIMEZONE of an IANA zone."""
    return icalendar.Timezone.from_tzid(zone, last_date=date(2040, 1, 1))


def components_of(family: Family, stamp: datetime, sequence: int = 0) -> list[Any]:
    """The VEVENTs of a family, the series first."""
    made = []
    if family.master is not None:
        made.append(_component(family.uid, family.master, stamp, sequence))
    zone = family.master.zone if family.master is not None else ""
    is_all_day = family.master is not None and family.master.is_all_day
    for original, part in sorted(family.parts.items()):
        one = _component(family.uid, part, stamp, sequence)
        one.add("RECURRENCE-ID", moment(datetime.fromisoformat(original), zone or part.zone, is_all_day))
        made.append(one)
    return made


def moment(wall: datetime, zone: str, is_all_day: bool) -> date:
    """A wall-clock time as iCalendar says it: a day, or a time with its zone."""
    return wall.date() if is_all_day else wall.replace(tzinfo=ZoneInfo(zone))


def _component(uid: str, part: Part, stamp: datetime, sequence: int) -> Any:
    one = icalendar.Event()
    one.add("UID", uid)
    one.add("DTSTAMP", stamp.astimezone(UTC))
    one.add("LAST-MODIFIED", stamp.astimezone(UTC))
    if sequence:
        one.add("SEQUENCE", sequence)
    zone = ZoneInfo(part.zone)
    for name, instant in (("DTSTART", part.starts_at), ("DTEND", part.ends_at)):
        one.add(name, moment(instant.astimezone(zone), part.zone, part.is_all_day))
    one.add("SUMMARY", part.title)
    for name, text in (("LOCATION", part.place), ("DESCRIPTION", part.text), ("URL", part.web_meeting)):
        if text:
            one.add(name, text)
    if part.category:
        one.add("CATEGORIES", [part.category])
    one.add("STATUS", "CANCELLED" if part.is_cancelled else "TENTATIVE" if part.is_tentative else "CONFIRMED")
    one.add("TRANSP", "OPAQUE" if part.is_busy else "TRANSPARENT")
    if part.secrecy:
        one.add("CLASS", part.secrecy)
    if part.is_important:
        one.add("PRIORITY", 1)
    _repeats(one, part)
    _people(one, part)
    return one


def _repeats(one: Any, part: Part) -> None:
    if part.rule:
        rule = icalendar.vRecur.from_ical(part.rule)
        until = rule.get("UNTIL", [None])[0]
        if part.is_all_day and isinstance(until, datetime):
            rule["UNTIL"] = [until.astimezone(ZoneInfo(part.zone)).date() if until.tzinfo else until.date()]
        one.add("RRULE", rule)
    for name, walls in (("RDATE", part.days), ("EXDATE", part.left_out)):
        if walls:
            moments = [moment(datetime.fromisoformat(wall), part.zone, part.is_all_day) for wall in walls]
            one.add(name, moments, parameters={"VALUE": "DATE"} if part.is_all_day else None)


def _people(one: Any, part: Part) -> None:
    if part.organiser:
        address = icalendar.vCalAddress(part.organiser)
        address.params["CN"] = part.organiser_name
        one.add("ORGANIZER", address)
    for attendee in part.attendees:
        address = icalendar.vCalAddress(attendee.address)
        address.params["CN"] = attendee.name
        address.params["PARTSTAT"] = attendee.partstat
        if attendee.partstat == "NEEDS-ACTION":
            address.params["RSVP"] = "TRUE"
        one.add("ATTENDEE", address)


def with_own(text: str, copy: str) -> str:
    """`text` with what `copy` says besides: alarms and properties that are not `OURS`, of the same occurrences."""
    calendar, own = calendar_in(text), calendar_in(copy)
    known = {_original(one): one for one in own.walk("VEVENT")}
    for one in calendar.walk("VEVENT"):
        before = known.get(_original(one)) or known.get("")
        if before is None:
            continue
        for name, value in before.property_items(recursive=False, sorted=False):
            if name.upper() not in OURS and name.upper() not in ("BEGIN", "END"):
                one.add(name, value, encode=False)
        for inner in before.subcomponents:
            one.add_component(inner)
    return written(calendar)


def _original(one: Any) -> str:
    found = one.get("RECURRENCE-ID")
    if found is None:
        return ""
    at = found.dt
    return (at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo else at).isoformat()
