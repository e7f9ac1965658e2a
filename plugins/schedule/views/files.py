"""Calendar files: one event or a time of one's own calendar goes out, a file comes in."""

import base64
import binascii
import uuid
import zlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.errors import Invalid
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import gettext, ngettext
from groupware.web.boundary import actor
from groupware.web.exports import download, record_leaving
from groupware.web.gate import signed_in
from plugins.schedule.enums import OWNER
from plugins.schedule.forms_programs import CalendarFileForm
from plugins.schedule.queries.events import opened
from plugins.schedule.services import importing, paging, telling
from plugins.schedule.services.content import EARLIEST
from plugins.schedule.services.importing import Line, Outcome
from plugins.schedule.views.blueprint import blueprint

ICS: Final = "text/calendar; charset=utf-8"
LONGEST: Final = 1100
"""Days that one file can hold: a fiscal year before, this one, and the next."""


@blueprint.get("/<uuid:uid>.ics")
@signed_in
def event_file(uid: uuid.UUID) -> Response:
    """One event as a file, as much of it as the actor sees."""
    who = actor()
    zoning.require(who, Act.DOWNLOAD)
    found = opened(who, uid)
    text = telling.alone(who, found.event, found.sight)
    record_leaving("ics", 1, object_type=OWNER, object_id=found.event.id, unit_id=found.event.unit_id)
    return download(text.encode(), found.event.title, "ics", ICS)


@blueprint.get("/export.ics")
@signed_in
def export_calendar() -> Response:
    """A time of one's own calendar as a file. Raises Invalid for one that is too long."""
    who = actor()
    assert who.person_id is not None, "only people sign in"
    zoning.require(who, Act.DOWNLOAD)
    first, last = _day("first", who.today), _day("last", who.today + timedelta(days=92))
    if not 0 <= (last - first).days <= LONGEST:
        raise Invalid(gettext("Please ask for at most %(days)s days.", days=LONGEST), code="days")
    since, until = clock.midnight(first), clock.end_of(last)
    entries = telling.in_window(who, who.person_id, since, until, has_texts=True)
    text = paging.whole(who, who.person_id, entries, lambda _: None)
    record_leaving("ics", len(entries))
    return download(text.encode(), gettext("My schedule"), "ics", ICS)


def _day(name: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
    return found if 1990 <= found.year < 2100 else otherwise


# ---- In ----


@blueprint.get("/import")
@signed_in
def import_file() -> str:
    """Choose a file."""
    return _page(CalendarFileForm())


@blueprint.post("/import")
@signed_in
def take_file() -> ResponseReturnValue:
    """Look at it, and then take over what was looked at."""
    form = CalendarFileForm()
    if not form.validate():
        return _page(form), 422
    try:
        if request.form.get("step") == "take":
            lines = importing.take(actor(), _held(form.held.data or ""))
            number = sum(line.outcome in (Outcome.NEW, Outcome.CHANGED) for line in lines)
            words = ngettext("%(num)d event was taken over.", "%(num)d events were taken over.", number)
            flash(words, "success")
            return redirect(url_for("schedule.week"), 303)
        content = _chosen(form)
        lines = importing.examine(actor(), content)
    except Invalid as error:
        form.file.errors = [importing.reason_of(error)]
        return _page(form), 422
    form.held.data = base64.b64encode(zlib.compress(content)).decode()
    return _page(form, lines)


def _chosen(form: CalendarFileForm) -> bytes:
    content = b""
    if form.file.data:
        content = form.file.data.stream.read(importing.MOST_BYTES + 1)
        form.file.data.close()
    if not content:
        raise Invalid(gettext("Please choose a file."), code="file")
    return content


def _held(text: str) -> bytes:
    """What the page held of the file that was looked at. Raises Invalid for anything else."""
    try:
        machine = zlib.decompressobj()
        content = machine.decompress(base64.b64decode(text, validate=True), importing.MOST_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise Invalid(gettext("Please choose a file."), code="file") from None
    return content


def _page(form: CalendarFileForm, lines: Sequence[Line] = ()) -> str:
    counts = {outcome: sum(line.outcome is outcome for line in lines) for outcome in Outcome}
    return render_template(
        "schedule/import.html",
        form=form,
        lines=sorted(
            lines, key=lambda line: (line.outcome is not Outcome.REFUSED, line.starts_at or EARLIEST)
        ),
        counts=counts,
        number=counts[Outcome.NEW] + counts[Outcome.CHANGED],
        most=importing.MOST_EVENTS,
        megabytes=importing.MOST_BYTES // 1024 // 1024,
    )
