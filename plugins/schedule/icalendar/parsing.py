"""From a text to its components: the one door to the parser of the library, which trusts whoever wrote a text.

It would open a file where a text is the name of one, work out a VTIMEZONE for as long as its rule goes on, and take the zone that
one text has defined for that name in all others. Here a text is a text, a zone changes once in a while, and is forgotten.
"""

import threading
from collections.abc import Iterable
from typing import Any, Final

import icalendar
from icalendar.parser import Contentlines

from groupware.i18n import gettext
from plugins.schedule.icalendar.moments import UnreadableError

MOST_CHANGES: Final = 2000
"""Of the offset of all zones that a text defines: twice a year since 1601, as Outlook has it, for two of them."""
LAST_YEAR: Final = 2038
"""To which the library works out rules without an end."""
_PARTS: Final = frozenset({"FREQ", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "INTERVAL", "WKST"})
_TIMES: Final = frozenset(
    {"DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "TRIGGER", "REPEAT"}
)
_FAULTS: Final = (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError, RecursionError)
_DEEPEST: Final = 2
"""VTIMEZONE and STANDARD or DAYLIGHT."""
_parsing = threading.Lock()
# As the library does for events: what is wrong in an alarm is noted there, and the rest of the text is read.
icalendar.Alarm.ignore_exceptions = True


def parsed(text: str, *, mends: bool = True) -> list[Any]:
    """The components of a text, which the caller has to `mend` one by one unless this does. Raises UnreadableError."""
    has_zones = "VTIMEZONE" in text.upper()
    try:
        if has_zones:
            _require_sane(Contentlines.from_ical(text))  # type: ignore[no-untyped-call]
        with _parsing:
            try:
                # With the end of a line it cannot be the name of a file.
                found = list(icalendar.Calendar.from_ical(text + "\r\n", multiple=True))
            finally:
                if has_zones:
                    icalendar.use_zoneinfo()  # type: ignore[no-untyped-call]
        for component in found if mends else ():
            mend(component)
        return found
    except UnreadableError:
        raise
    except _FAULTS:
        raise UnreadableError(gettext("This is no calendar file (iCalendar)."), code="malformed") from None


def calendar_in(text: str) -> Any:
    """The one calendar of a text that was looked at when it came."""
    return parsed(text)[0]


def mend(component: Any) -> None:
    """Take out what could not be read. Raises UnreadableError where that is a time."""
    for one in component.walk():
        for name, _ in one.errors:
            if name in _TIMES:
                raise UnreadableError(gettext("The time of the event cannot be read."), code="time")
            if name is not None:
                one.pop(name, None)


def without_broken_alarms(component: Any) -> bool:
    """Take out the alarms in which something cannot be read; whether there were some."""
    sound = [one for one in component.subcomponents if one.name != "VALARM" or not one.errors]
    has_lost = len(sound) < len(component.subcomponents)
    component.subcomponents = sound
    return has_lost


def _require_sane(lines: Iterable[Any]) -> None:
    """Raise UnreadableError for zones whose changes nobody could count."""
    changes, depth = 0, 0
    since, rule = LAST_YEAR, ""
    for line in lines:
        name, value = _said(line)
        if name == "BEGIN" and (depth or value == "VTIMEZONE"):
            depth += 1
            since, rule = LAST_YEAR, ""
        elif depth and name == "END":
            changes += 1 + (_a_year(rule) * max(_last_year(rule) - since, 1) if rule else 0)
            depth -= 1
            since, rule = LAST_YEAR, ""
        elif depth and name == "DTSTART":
            since = min(since, int(value[:4]))
        elif depth and name == "RRULE":
            if rule:
                raise _strange()
            rule = value
        elif depth and name == "RDATE":
            changes += value.count(",") + 1
        if changes > MOST_CHANGES or depth > _DEEPEST:
            raise _strange()


def _said(line: Any) -> tuple[str, str]:
    """Name and value, in capitals."""
    if not line:
        return "", ""
    name, _, value = line.parts()
    return name.upper(), value.upper().strip()


def _last_year(rule: str) -> int:
    until = rule.partition("UNTIL=")[2][:4]
    return min(int(until), LAST_YEAR) if until else LAST_YEAR


def _a_year(rule: str) -> int:
    """How often a year the offset changes at most."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    months = parts.get("BYMONTH", "")
    if parts.get("FREQ") != "YEARLY" or not parts.keys() <= _PARTS or not months.isdecimal():
        raise _strange()
    days = len(parts["BYMONTHDAY"].split(",")) if "BYMONTHDAY" in parts else 31
    weekdays = parts.get("BYDAY", "").split(",")
    if "BYDAY" in parts:
        # The last Sunday is one day, every Sunday is five.
        days = min(days, sum(1 if one[:-2] else 5 for one in weekdays))
    elif "BYMONTHDAY" not in parts:
        days = 1
    return days


def _strange() -> UnreadableError:
    return UnreadableError(gettext("The time zone of the file cannot be followed."), code="zone")
