"""Moments as iCalendar says them: days, wall clocks of a zone, instants. Reading raises `UnreadableError` for what is none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import icalendar
from icalendar.timezone import tzid_from_dt

from groupware import clock
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.icalendar.parts import name_of


class UnreadableError(Invalid):
    """The text is no calendar, or says something that no event of ours can say."""

    default_code = "ical"


def param_of(value: Any, name: str) -> str:
    """A parameter of a property; empty where it has none."""
    return str(getattr(value, "params", {}).get(name, ""))


def rule_of(rule: Any) -> str:
    """The text of an RRULE; empty for none. Raises UnreadableError."""
    if rule is None:
        return ""
    if not isinstance(rule, icalendar.vRecur):
        raise UnreadableError(gettext("This repetition is not understood."), code="rules")
    return str(rule.to_ical().decode())  # type: ignore[no-untyped-call]


def moment_of(value: Any) -> date:
    """What a property with a time says: a day, a wall clock (naive) or a time of a zone. Raises UnreadableError."""
    found = getattr(value, "dt", None)
    if not isinstance(found, date):
        raise UnreadableError(gettext("The time of the event cannot be read."), code="time")
    tzid = param_of(value, "TZID")
    if isinstance(found, datetime) and found.tzinfo is None and tzid:
        raise UnreadableError(
            gettext("The time zone “%(zone)s” is not known.", zone=tzid[:60]), code="unknown_zone"
        )
    return found


@cache
def _known_zones() -> frozenset[str]:
    """The names of all zones: looked for on the disk, which takes as long as everything else together."""
    return frozenset(available_timezones())


def zone_of(moment: datetime) -> str:
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


def instant_of(moment: date, zone: str) -> datetime:
    """When it is, in UTC; a wall clock is that of `zone`, a day begins with it here. Raises UnreadableError."""
    try:
        if not isinstance(moment, datetime):
            return clock.midnight(moment)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        raise UnreadableError(gettext("Please enter a date between 1990 and 2099."), code="time") from None


def walls_of(value: Any, zone: str) -> Iterator[str]:
    """The starts that RDATE or EXDATE name, by the wall clock of the zone."""
    for group in value if isinstance(value, list) else [value] if value is not None else []:
        for one in getattr(group, "dts", []):
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if not isinstance(moment, date):
                raise UnreadableError(gettext("The time of the event cannot be read."), code="time")
            yield name_of(wall_of(moment, zone))


def wall_of(moment: date, zone: str) -> datetime:
    """The wall clock of a zone at a moment, naive."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
