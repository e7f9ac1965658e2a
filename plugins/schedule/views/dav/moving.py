"""COPY and MOVE of entries between the calendars of a person (RFC 4918, 9.8 and 9.9; RFC 4791, 5.3.2.1).

The calendars of iOS and macOS move an event by MOVE; Thunderbird, Evolution and DAVx5 write it anew and delete the old one. Both
come to the same services, so what is moved is guarded, recorded and limited as what is written. A refusal leaves both
calendars as they were. Calendars as a whole are neither copied nor moved.
"""

from urllib.parse import unquote, urlsplit

from flask import Response, request

from groupware.actor import Actor
from groupware.errors import Invalid, NotFound
from groupware.i18n import gettext
from plugins.schedule.icalendar.reading import family
from plugins.schedule.queries import programs
from plugins.schedule.views.dav import private, storing, xml
from plugins.schedule.views.dav.places import Place, place
from plugins.schedule.views.dav.preconditions import check
from plugins.schedule.views.dav.xml import cal

ENTRIES = ("item", "private_item")


def transfer(who: Actor, at: Place) -> Response:
    """Copy or move an entry to the address that the header Destination names. Raises what reading and writing raise."""
    to = _destination(who)
    if isinstance(to, Response):
        return to
    is_move = request.method == "MOVE"
    if at.kind not in ENTRIES or to.kind not in ENTRIES:
        return _refused(gettext("Only entries can be copied and moved here, not whole calendars."))
    storing.require_own(to)
    if is_move:
        storing.require_own(at)
    if at.address == to.address:
        return _refused(gettext("This is where the entry is already."))
    text, refusal = _text(who, at, is_move=is_move)
    if refusal is not None:
        return refusal
    if at.kind == to.kind == "item" and at.is_own:
        # In the schedule an event is one entry, whatever a program calls it.
        return xml.error(cal("no-uid-conflict", xml.href(at.address)))
    if request.headers.get("Overwrite", "T").upper() == "F" and _is_there(who, to):
        return Response(status=412)
    if is_move:
        storing.remove(who, at, check)
    return storing.put(who, to, text.encode(), lambda _: None)


def _destination(who: Actor) -> Place | Response:
    said = urlsplit(request.headers.get("Destination", "").strip())
    if not said.path:
        raise Invalid(gettext("The header Destination is missing."), code="destination")
    if said.netloc and said.netloc.lower() != request.host.lower():
        return Response(status=502)
    try:
        return place(who, unquote(said.path).removeprefix("/dav/"))
    except NotFound:
        return Response(status=409)


def _text(who: Actor, at: Place, *, is_move: bool) -> tuple[str, Response | None]:
    """The text of what is copied or moved, and why it stays where it is if it does."""
    if at.kind == "private_item":
        row = private.entry(at)
        check(row)
        return row.text, None
    entry = storing.entry_of(who, at, has_text=True)
    check(entry)
    text = storing.text_of(who, at, entry)
    if not is_move:
        return text, None
    said = family(text.encode())
    if programs.organiser_of(entry.root) != who.person_id:
        return "", _held(
            "attendee", gettext("You take part in this event; it stays in the schedule of its organiser.")
        )
    parts = [*said.parts.values(), *([said.master] if said.master is not None else [])]
    if any(part.attendees for part in parts):
        return "", _held("organizer", gettext("Others take part in this event; it stays in the schedule."))
    return text, None


def _held(role: str, words: str) -> Response:
    return xml.error(cal(f"allowed-{role}-scheduling-object-change") + private.words(words))


def _refused(words: str) -> Response:
    return xml.error(private.words(words))


def _is_there(who: Actor, to: Place) -> bool:
    try:
        _ = private.entry(to) if to.kind == "private_item" else storing.entry_of(who, to)
    except NotFound:
        return False
    return True
