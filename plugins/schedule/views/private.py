"""The private calendars that a person's programs made, on the page of the programs: what there is, as a file, and away with it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import unescape

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from groupware.actor import Actor
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from groupware.web.boundary import actor
from groupware.web.exports import download, record_leaving
from groupware.web.gate import signed_in
from plugins.schedule.icalendar.expanding import HEAD, TAIL, bodies
from plugins.schedule.queries import private as queries
from plugins.schedule.queries.events import not_found
from plugins.schedule.services import private as services
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.files import ICS

KINDS: Final = {
    "VEVENT": lazy_gettext("Events"),
    "VTODO": lazy_pgettext("private calendar", "Tasks"),
    "VJOURNAL": lazy_pgettext("private calendar", "Notes"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A private calendar in words."""

    uid: uuid.UUID
    name: str
    kinds: str
    entries: int
    changed_at: datetime


def listed(who: Actor) -> list[Listed]:
    """Those of the person. Two queries where there are some, one otherwise."""
    assert who.person_id is not None, "only people sign in"
    rows = queries.calendars(who.person_id)
    said = queries.properties(who.person_id) if rows else {}
    return [
        Listed(
            uid=row.uid,
            name=_name(row, said.get(row.slug, {})),
            kinds=gettext(", ").join(str(KINDS[one]) for one in row.components.split()),
            entries=row.entries,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


@blueprint.get("/private/<uuid:uid>.ics")
@signed_in
def private_file(uid: uuid.UUID) -> Response:
    """Everything in one of them as a file."""
    who = actor()
    zoning.require(who, Act.DOWNLOAD)
    row = _row(who, uid)
    name = _name(row, queries.properties(row.person_id).get(row.slug, {}))
    entries = queries.texts(row.id)
    record_leaving("ics", len(entries), object_type=services.OBJECT, object_id=row.id, unit_id=who.unit_id)
    text = HEAD + bodies(one.text for one in entries) + TAIL
    return download(text.encode(), name, "ics", ICS)


@blueprint.post("/private/<uuid:uid>/delete")
@signed_in
def delete_private(uid: uuid.UUID) -> ResponseReturnValue:
    """Delete one of them with everything in it."""
    who = actor()
    services.drop(who, _row(who, uid).slug)
    flash(gettext("The private calendar was deleted."), "success")
    return redirect(url_for("schedule.programs"), 303)


def _row(who: Actor, uid: uuid.UUID) -> Any:
    assert who.person_id is not None, "only people sign in"
    row = next((one for one in queries.calendars(who.person_id) if one.uid == uid), None)
    if row is None:
        raise not_found()
    return row


def _name(row: Any, said: dict[str, str]) -> str:
    return unescape(said.get("{DAV:}displayname", "")).strip() or str(row.slug)
