"""Read iCalendar texts of other programs. Raises `UnreadableError`, whose message can be shown, for what cannot be an event.

Times without a zone are those of the municipality, as are zones that only a name stands for and that nobody knows. A VTIMEZONE of
one's own is taken where a known zone has the same offsets.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

import icalendar
from icalendar.timezone import tzid_from_dt

from groupware import clock
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.icalendar.parts import Attendee, Family, Part, name_of
from plugins.schedule.icalendar.writing import empty, written

MOST_COMPONENTS: Final = 5000
MOST_OCCURRENCES: Final = 1000
"""Changed occurrences of one series."""
_SHORTEST: Final = timedelta(minutes=1)
"""A moment without length is a minute long here: nothing in a calendar has no end."""
_IMPORTANT: Final = range(1, 5)
"""PRIORITY that RFC 5545 (3.8.1.9) calls high."""


class UnreadableError(Invalid):
    """The text is no calendar, or says something that no event of ours can say."""

    default_code = "ical"


def families(content: bytes) -> list[Family]:
    """The events of a calendar, by UID in the order in which they come. Raises UnreadableError."""
    return list(_families(calendars(content)))


def families_with_texts(content: bytes) -> list[tuple[Family, str]]:
    """The same, each with a text of its own that says it with all its alarms and further properties."""
    found = calendars(content)
    zones = [one for calendar in found for one in calendar.subcomponents if one.name == "VTIMEZONE"]
    texts: dict[str, str] = {}
    grouped = list(_grouped(found).items())
    for uid, components in grouped:
        calendar = empty()
        for one in (*zones, *components):
            calendar.add_component(one)
        texts[uid] = written(calendar)
    return [(_family(uid, components), texts[uid]) for uid, components in grouped]


def family(content: bytes) -> Family:
    """The one event that a text holds, with its changed occurrences. Raises UnreadableError for none and for several."""
    found = families(content)
    if len(found) != 1:
        raise UnreadableError(gettext("Exactly one event was expected."), code="one_event")
    return found[0]


def calendars(content: bytes) -> list[Any]:
    """The VCALENDARs of a text. Raises UnreadableError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(
            gettext("The file is not in UTF-8. Please export it once more as iCalendar (UTF-8)."),
            code="not_utf8",
        ) from None
    try:
        found = icalendar.Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError, RecursionError):
        raise UnreadableError(gettext("This is no calendar file (iCalendar)."), code="malformed") from None
    if not found or any(one.name != "VCALENDAR" for one in found):
        raise UnreadableError(gettext("This is no calendar file (iCalendar)."), code="malformed")
    return list(found)


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
        parts[name_of(_wall(_moment(original), zone))] = part
    return Family(uid=uid, master=master, parts=parts)


def part_of(one: Any) -> Part:
    """What a VEVENT says. Raises UnreadableError."""
    starts = _moment(one.get("DTSTART"))
    is_all_day = not isinstance(starts, datetime)
    zone = _zone_of(starts) if isinstance(starts, datetime) else clock.DEFAULT_ZONE.key
    starts_at = _instant(starts, zone)
    rules = one.get("RRULE")
    if isinstance(rules, list):
        raise UnreadableError(gettext("This repetition is not understood."), code="rules")
    category = one.get("CATEGORIES")
    categories = category if isinstance(category, list) else [category] if category is not None else []
    organiser = one.get("ORGANIZER")
    attendees = one.get("ATTENDEE", [])
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
        rule=_rule(rules),
        days=tuple(_listed(one.get("RDATE"), zone)),
        left_out=tuple(sorted(_listed(one.get("EXDATE"), zone))),
        organiser=str(organiser).lower() if organiser is not None else "",
        organiser_name=_param(organiser, "CN"),
        attendees=tuple(map(_attendee, attendees if isinstance(attendees, list) else [attendees])),
    )


def _attendee(one: Any) -> Attendee:
    return Attendee(
        address=str(one).lower(),
        name=_param(one, "CN"),
        partstat=_param(one, "PARTSTAT").upper() or "NEEDS-ACTION",
    )


def _param(value: Any, name: str) -> str:
    return str(getattr(value, "params", {}).get(name, ""))


def _address(one: Any) -> str:
    for name in ("URL", "CONFERENCE"):
        value = one.get(name)
        found = str(value[0] if isinstance(value, list) else value or "")
        if found.startswith(("https://", "http://")) and len(found) <= 500:
            return found
    return ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _rule(rule: Any) -> str:
    if rule is None:
        return ""
    if not isinstance(rule, icalendar.vRecur):
        raise UnreadableError(gettext("This repetition is not understood."), code="rules")
    return str(rule.to_ical().decode())  # type: ignore[no-untyped-call]


def _moment(value: Any) -> date:
    found = getattr(value, "dt", None)
    if not isinstance(found, date):
        raise UnreadableError(gettext("An event in the file has no readable time."), code="time")
    tzid = _param(value, "TZID")
    if isinstance(found, datetime) and found.tzinfo is None and tzid:
        raise UnreadableError(
            gettext("The time zone “%(zone)s” is not known.", zone=tzid[:60]), code="unknown_zone"
        )
    return found


@cache
def _known_zones() -> frozenset[str]:
    """The names of all zones: looked for on the disk, which takes as long as everything else together."""
    return frozenset(available_timezones())


def _zone_of(moment: datetime) -> str:
    """The IANA name of its zone, or of one with the same offsets."""
    if moment.tzinfo is None:
        return clock.DEFAULT_ZONE.key
    name = tzid_from_dt(moment) or ""
    if name in _known_zones():
        return name
    zone = moment.tzinfo
    likely = clock.DEFAULT_ZONE
    # Summer and winter of the year: what has no summer time in either is the same zone to us.
    if all(
        zone.utcoffset(day) == likely.utcoffset(day)
        for day in (datetime(moment.year, month, 1) for month in (1, 7))  # noqa: DTZ001  a wall clock
    ):
        return likely.key
    same = icalendar.timezone.tzids_from_tzinfo(zone)
    return next((one for one in same if one in _known_zones()), "UTC")


def _instant(moment: date, zone: str) -> datetime:
    try:
        if not isinstance(moment, datetime):
            return clock.midnight(moment)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        raise UnreadableError(gettext("Please enter a date between 1990 and 2099."), code="time") from None


def _end(one: Any, starts: date, starts_at: datetime, zone: str) -> datetime:
    if "DTEND" in one:
        ends_at = _instant(_moment(one["DTEND"]), zone)
    elif "DURATION" in one:
        length = getattr(one["DURATION"], "dt", None)
        if not isinstance(length, timedelta):
            raise UnreadableError(gettext("An event in the file has no readable time."), code="time")
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


def _listed(value: Any, zone: str) -> Iterator[str]:
    """The starts that RDATE or EXDATE name, by the wall clock of the zone."""
    for group in value if isinstance(value, list) else [value] if value is not None else []:
        for one in getattr(group, "dts", []):
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if not isinstance(moment, date):
                raise UnreadableError(gettext("An event in the file has no readable time."), code="time")
            yield name_of(_wall(moment, zone))


def _wall(moment: date, zone: str) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
