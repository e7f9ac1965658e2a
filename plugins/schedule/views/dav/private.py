"""Private calendars in the words of WebDAV: made, described, written into, read and deleted by a program of the person."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, tostring

from flask import Response, request

from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.icalendar.expanding import HEAD, TAIL, bodies
from plugins.schedule.icalendar.moments import UnreadableError
from plugins.schedule.queries import private as queries
from plugins.schedule.queries.events import not_found
from plugins.schedule.services import private as services
from plugins.schedule.views.dav import properties, xml
from plugins.schedule.views.dav.places import Place, new_calendar, place
from plugins.schedule.views.dav.xml import C, D, cal, dav

_COMPONENTS = f"{{{C}}}supported-calendar-component-set"
_TYPE = f"{{{D}}}resourcetype"


def read(at: Place) -> Response:
    """GET: the text of one entry, or everything as one calendar."""
    if at.kind == "private":
        texts = [row.text for row in queries.texts(at.private.id)]
        return Response(HEAD + bodies(texts) + TAIL, mimetype="text/calendar")
    row = entry(at)
    component = row.component.lower()
    response = Response(row.text, content_type=f"text/calendar; charset=utf-8; component={component}")
    response.set_etag(row.tag)
    response.last_modified = row.changed_at
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def entry(at: Place) -> Any:
    """What is at the address of an entry. Raises NotFound."""
    row = queries.by_names(at.private.id, [at.name]).get(at.name)
    if row is None:
        raise not_found()
    return row


def item(at: Place, row: Any, wanted: list[str] | None, text: str | None = None) -> str:
    """What is said of one entry."""
    values = properties.of_private_item(at, row, text)
    return properties.answered(at.calendar + quote(row.name), wanted, values)


def make(who: Actor, path: str, body: Element | None) -> Response:
    """MKCALENDAR, and MKCOL of a calendar (RFC 5689)."""
    slug, is_taken = new_calendar(who, path)
    if is_taken:
        return xml.error(dav("resource-must-be-null"), 405)
    given = [one for prop in body.iter(f"{{{D}}}prop") for one in prop] if body is not None else []
    kinds = {one.tag: one for one in given}
    if request.method == "MKCOL" and (_TYPE not in kinds or kinds[_TYPE].find(f"{{{C}}}calendar") is None):
        return xml.error(cal("calendar-collection-location-ok"))
    said = kinds.get(_COMPONENTS)
    components = [one.get("name", "").upper() for one in said] if said is not None else []
    values = {one.tag: inside(one) for one in given if one.tag not in (_COMPONENTS, _TYPE)}
    try:
        services.make(who, slug, components, values)
    except services.ComponentError:
        return xml.error(cal("supported-calendar-component-set"))
    except services.QuotaError as error:
        return xml.error(dav("quota-not-exceeded") + words(error.message), 507)
    made = place(who, path)
    if refused := properties.protected(made) & values.keys():
        responses = [xml.refused(made.address, sorted(refused), values.keys() - refused)]
        return xml.document("d:mkcol-response", "".join(responses), 403)
    response = Response(status=201)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Location"] = made.address
    return response


def describe(who: Actor, at: Place, body: Element | None) -> Response:
    """PROPPATCH: everything that is asked for, or nothing."""
    if body is None:
        raise Invalid(gettext("This is no XML that could be read."), code="xml")
    values: dict[str, str] = {}
    removed: set[str] = set()
    for step in body:
        for one in step.iterfind(f"{{{D}}}prop/*"):
            removed.discard(one.tag)
            values.pop(one.tag, None)
            if step.tag == f"{{{D}}}set":
                values[one.tag] = inside(one)
            else:
                removed.add(one.tag)
    names = [*values, *removed]
    if at.kind not in ("calendar", "private"):
        return xml.multistatus([xml.refused(at.address, names)])
    if refused := properties.protected(at) & set(names):
        return xml.multistatus([xml.refused(at.address, sorted(refused), set(names) - refused)])
    try:
        services.describe(who, at.slug, values, removed)
    except services.QuotaError as error:
        return xml.error(dav("quota-not-exceeded") + words(error.message), 507)
    return xml.multistatus([xml.response(at.address, list(map(xml.tag, names)))])


def inside(element: Element) -> str:
    """What stands in an element, as XML that says its own namespaces."""
    text = "".join(tostring(one, encoding="unicode") for one in element)
    return xml.text(element.text or "") + text


def put(who: Actor, at: Place, content: bytes, check: Callable[[Any | None], None]) -> Response:
    """Write an entry."""
    try:
        kept = services.put(who, at.slug, at.name, content, check)
    except services.UidTakenError as error:
        return xml.error(cal("no-uid-conflict", xml.href(at.calendar + quote(error.name))))
    except services.ComponentError as error:
        return xml.error(cal("supported-calendar-component") + words(error.message))
    except services.QuotaError as error:
        return xml.error(dav("quota-not-exceeded") + words(error.message), 507)
    except UnreadableError as error:
        condition = "valid-calendar-object-resource" if error.code == "one_entry" else "valid-calendar-data"
        return xml.error(cal(condition) + words(error.message))
    except Invalid as error:
        if error.code != "too_large":
            raise
        return xml.error(cal("max-resource-size") + words(error.message))
    response = Response(status=201 if kept.is_new else 204)
    response.set_etag(kept.tag)
    return response


def remove(who: Actor, at: Place, check: Callable[[Any | None], None]) -> Response:
    """DELETE of an entry, or of a calendar with all that is in it."""
    if at.kind == "private":
        services.drop(who, at.slug)
    else:
        services.remove(who, at.slug, at.name, check)
    return Response(status=204)


def words(message: Any) -> str:
    """A sentence beside a condition, for people."""
    return dav("responsedescription", xml.text(str(message)))
