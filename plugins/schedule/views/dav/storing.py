"""Entries by their address, in whichever calendar they lie: their texts are read, written and deleted by one way."""

from collections.abc import Callable
from typing import Any

from flask import Response

from groupware.actor import Actor
from groupware.errors import Denied
from groupware.i18n import gettext
from plugins.schedule.icalendar.reading import UnreadableError
from plugins.schedule.queries.events import not_found
from plugins.schedule.queries.programs import Entry
from plugins.schedule.services import programs as writing
from plugins.schedule.services import telling
from plugins.schedule.views.dav import private, reports, xml
from plugins.schedule.views.dav.places import Place
from plugins.schedule.views.dav.xml import cal
from plugins.schedule.views.keeping import keep_later

Check = Callable[[Any | None], None]
"""What a service calls with what is there, locked (None: nothing); it may raise."""


def entry_of(who: Actor, at: Place, *, has_text: bool = False) -> Entry:
    """What is at an address of the schedule. Raises NotFound."""
    found = reports.by_names(who, at, {at.name}, has_texts=has_text).get(at.name)
    if found is None:
        raise not_found()
    return found


def text_of(who: Actor, at: Place, entry: Entry) -> str:
    """The text of an entry of the schedule, as this person is told it."""
    found, made = telling.texts(who, at.person.id, [entry])
    if made:
        keep_later(made)
    return found[entry.root]


def put(who: Actor, at: Place, content: bytes, check: Check) -> Response:
    """Write a text at an address. Raises Denied for the calendars of others, and what the services raise."""
    if at.kind == "private_item":
        return private.put(who, at, content, check)
    require_own(at)
    try:
        written = writing.put(who, at.name, content, check)
    except writing.UidTakenError as error:
        taken = reports.item_address(at, error.name)
        return xml.error(cal("no-uid-conflict", xml.href(taken)))
    except UnreadableError as error:
        return xml.error(cal("valid-calendar-data") + private.words(error.message))
    response = Response(status=201 if written.is_new else 204)
    if written.tag is not None:
        response.set_etag(written.tag)
        response.headers["Schedule-Tag"] = f'"{written.tag}"'
    return response


def remove(who: Actor, at: Place, check: Check) -> Response:
    """Delete an entry. Raises NotFound, and Denied for the calendars of others."""
    if at.kind == "private_item":
        return private.remove(who, at, check)
    require_own(at)
    writing.remove(who, at.name, check)
    return Response(status=204)


def require_own(at: Place) -> None:
    """Raise Denied unless the calendar is one's own."""
    if not at.is_own:
        raise Denied(gettext("The calendars of others can only be read here."), code="read_only")
