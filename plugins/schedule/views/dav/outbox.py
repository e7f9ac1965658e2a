"""The outbox: a program asks when people are busy before it proposes a time (RFC 6638, 5)."""

from datetime import UTC
from typing import Any, Final

from flask import Response

from groupware.actor import Actor
from groupware.directory.queries.roll import is_seen, roll
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.icalendar.reading import calendars
from plugins.schedule.queries import programs
from plugins.schedule.views.dav import xml
from plugins.schedule.views.dav.busy import busy_lines, busy_text
from plugins.schedule.views.dav.filters import Window
from plugins.schedule.views.dav.xml import cal

MOST_ATTENDEES: Final = 100
LONGEST: Final = 92
"""Days."""


def asked_busy(who: Actor, body: bytes) -> Response:
    """When the attendees of a VFREEBUSY are busy. Raises Invalid for anything else."""
    asked = next((one for calendar in calendars(body) for one in calendar.walk("VFREEBUSY")), None)
    if asked is None:
        raise Invalid(gettext("Only the times of people can be asked for here."), code="outbox")
    window = _window(asked)
    listed = asked.get("ATTENDEE", [])
    addresses = [str(one).lower() for one in (listed if isinstance(listed, list) else [listed])]
    if len(addresses) > MOST_ATTENDEES:
        raise Invalid(
            gettext("Please ask for at most %(limit)s people.", limit=MOST_ATTENDEES), code="outbox"
        )
    found = programs.people_of_addresses(addresses)
    organiser = str(asked.get("ORGANIZER", ""))
    answers = [
        _answer(one, found.get(one), window, who, organiser, str(asked.get("UID", ""))) for one in addresses
    ]
    return xml.document("c:schedule-response", "".join(answers), 200)


def _window(asked: Any) -> Window:
    try:
        since, until = (asked[name].dt.astimezone(UTC) for name in ("DTSTART", "DTEND"))
    except (KeyError, AttributeError, TypeError, OverflowError):
        raise Invalid(gettext("A time needs a beginning or an end."), code="outbox") from None
    if not since < until or (until - since).days > LONGEST:
        raise Invalid(gettext("Please ask for at most %(days)s days.", days=LONGEST), code="outbox")
    return Window(since, until)


def _answer(address: str, person_id: int | None, window: Window, who: Actor, organiser: str, uid: str) -> str:
    recipient = cal("recipient", xml.href(address))
    if person_id is None or person_id not in roll().place or not is_seen(person_id):
        return cal("response", recipient + cal("request-status", "3.7;Invalid calendar user"))
    head = f"UID:{_line(uid)}\r\nORGANIZER:{_line(organiser)}\r\nATTENDEE:{_line(address)}\r\n"
    text = busy_text(who, window, busy_lines(person_id, window), head, "REPLY")
    data = cal("calendar-data", xml.text(text))
    return cal("response", recipient + cal("request-status", "2.0;Success") + data)


def _line(text: str) -> str:
    return " ".join(text.split())
