"""The methods of HTTP and WebDAV on everything below /dav/."""

from typing import Final
from xml.etree.ElementTree import Element

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from groupware.actor import Actor
from groupware.db import unit
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import called_by, own_units, public
from plugins.schedule.forms_programs import SYNC
from plugins.schedule.queries import private as queries
from plugins.schedule.queries import programs
from plugins.schedule.queries.programs import Entry
from plugins.schedule.services import paging
from plugins.schedule.services.following import follow
from plugins.schedule.views.dav import (
    moving,
    principals,
    private,
    private_reports,
    properties,
    reports,
    storing,
    xml,
)
from plugins.schedule.views.dav.outbox import asked_busy
from plugins.schedule.views.dav.places import Place, children, place
from plugins.schedule.views.dav.preconditions import check
from plugins.schedule.views.dav.xml import D, cal, dav
from plugins.schedule.views.keeping import keep_later

COMPLIANCE: Final = (
    "1, 3, access-control, calendar-access, extended-mkcol, calendar-schedule, calendar-auto-schedule"
)
ALLOWED: Final = (
    "OPTIONS, GET, HEAD, PUT, DELETE, POST, COPY, MOVE, PROPFIND, PROPPATCH, MKCALENDAR, MKCOL, REPORT"
)


@public
def well_known() -> ResponseReturnValue:
    """Where the calendars are (RFC 6764)."""
    return redirect("/dav/", 301)


@own_units
@called_by("personal", scope=SYNC, takes_basic=True)
def ask(path: str = "") -> ResponseReturnValue:
    """Whatever only reads. Calendars that are asked about for the first time are followed from then on."""
    if request.method == "OPTIONS":
        return _announced(Response(status=200))
    body = xml.parsed(request.get_data()) if request.method in ("PROPFIND", "REPORT") else None
    with unit("read"):
        at = place(actor(), path)
        new = _not_followed(at)
        if not new:
            return _answer(at, body)
    with unit("write"):
        follow(new)
    with unit("read"):
        return _answer(at, body)


def _not_followed(at: Place) -> set[int]:
    if request.method not in ("PROPFIND", "REPORT") or at.kind not in ("home", "calendar"):
        return set()
    people = {one.person.id for one in _listed(at) if one.kind == "calendar"}
    return people - programs.seqs(people).keys()


def _listed(at: Place) -> list[Place]:
    return [at, *(children(actor(), at) if request.headers.get("Depth") == "1" else [])]


def _answer(at: Place, body: Element | None) -> Response:
    if request.method == "PROPFIND":
        return _announced(_properties(actor(), at, body))
    if request.method == "REPORT":
        if body is None:
            raise Invalid(gettext("This is no XML that could be read."), code="xml")
        if body.tag in (principals.SEARCH, principals.SEARCHED):
            return _announced(principals.report(actor(), at, body))
        if at.private is not None:
            return _announced(private_reports.report(actor(), at, body))
        return _announced(reports.report(actor(), at, body))
    return _announced(_read(actor(), at))


def _announced(response: Response) -> Response:
    response.headers["DAV"] = COMPLIANCE
    if request.method == "OPTIONS":
        response.headers["Allow"] = ALLOWED
    return response


def _read(who: Actor, at: Place) -> Response:
    """GET: the text of one entry, or of a whole calendar."""
    if at.private is not None:
        return private.read(at)
    if at.kind == "calendar":
        entries = programs.entries(who, at.person.id, has_texts=True)
        try:
            text = paging.whole(who, at.person.id, entries, keep_later)
        except paging.TooMuchError:
            return xml.error(dav("number-of-matches-within-limits"), 507)
        return Response(text, mimetype="text/calendar")
    if at.kind != "item":
        return Response(gettext("Calendar programs find the schedule here."), mimetype="text/plain")
    entry = storing.entry_of(who, at, has_text=True)
    text = storing.text_of(who, at, entry)
    response = Response(text, content_type="text/calendar; charset=utf-8; component=vevent")
    response.set_etag(entry.tag)
    response.headers["Schedule-Tag"] = f'"{entry.tag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


# ---- PROPFIND ----


def _properties(who: Actor, at: Place, body: Element | None) -> Response:
    depth = request.headers.get("Depth", "infinity")
    if depth not in ("0", "1"):
        if at.kind not in ("item", "private_item"):
            return xml.error(dav("propfind-finite-depth"))
        depth = "0"
    wanted = _wanted(body)
    if at.kind == "private_item":
        return xml.multistatus([private.item(at, private.entry(at), wanted)])
    if at.kind == "item":
        return xml.multistatus([_item(at, storing.entry_of(who, at), wanted)])
    listed = [at, *(children(who, at) if depth == "1" else [])]
    seqs = programs.seqs({one.person.id for one in listed if one.kind == "calendar"})
    is_said = any(one.slug for one in listed)
    said = queries.properties(at.me.id) if is_said else {}
    responses = [
        properties.answered(one.address, wanted, properties.known(one, seqs, said.get(one.slug, {})))
        for one in listed
    ]
    if at.kind == "private" and depth == "1":
        responses += [private.item(at, row, wanted) for row in queries.entries(at.private.id)]
    if at.kind == "calendar" and depth == "1":
        entries = programs.entries(who, at.person.id)
        if len(entries) > reports.MOST:
            return xml.error(dav("number-of-matches-within-limits"), 507)
        responses += [_item(at, entry, wanted) for entry in entries]
    return xml.multistatus(responses)


def _wanted(body: Element | None) -> list[str] | None:
    prop = body.find(f"{{{D}}}prop") if body is not None else None
    return [one.tag for one in prop] if prop is not None else None


def _item(at: Place, entry: Entry, wanted: list[str] | None) -> str:
    values = properties.of_item(at, entry, None)
    return properties.answered(reports.item_address(at, entry.name), wanted, values)


# ---- Writing ----


@called_by("personal", scope=SYNC, takes_basic=True)
def change(path: str) -> ResponseReturnValue:
    """Whatever writes, and the question of the outbox."""
    who = actor()
    if request.method in ("MKCALENDAR", "MKCOL"):
        return _announced(private.make(who, path, xml.parsed(request.get_data())))
    at = place(who, path)
    if request.method == "POST" and at.kind == "outbox":
        return asked_busy(who, request.get_data())
    if request.method == "PROPPATCH":
        return private.describe(who, at, xml.parsed(request.get_data()))
    if request.method in ("COPY", "MOVE"):
        return moving.transfer(who, at)
    if at.kind == "private" and request.method == "DELETE":
        return private.remove(who, at, check)
    if at.kind not in ("item", "private_item") or request.method == "POST":
        raise MethodNotAllowed(valid_methods=ALLOWED.split(", "))
    if request.method == "DELETE":
        return storing.remove(who, at, check)
    if request.mimetype not in ("text/calendar", ""):
        return xml.error(cal("supported-calendar-data"))
    return storing.put(who, at, request.get_data(), check)
