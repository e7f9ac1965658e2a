"""The desk at which equipment is handed out and comes back: today, one tap each."""

import uuid
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.errors import Invalid
from groupware.i18n import gettext, ngettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility.enums import Status
from plugins.facility.forms import storable
from plugins.facility.queries import bookings
from plugins.facility.queries import loans as queries
from plugins.facility.queries.bookings import Item
from plugins.facility.queries.facilities import Place, not_found
from plugins.facility.queries.requests import decides
from plugins.facility.services import loans as services
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.sending import sent_once
from plugins.facility.views.showing import unit_names


class Waiting(NamedTuple):
    """A booking of today of which `left` pieces are still to be handed out."""

    item: Item
    place: Place
    left: int


@blueprint.get("/desk")
@signed_in
def desk() -> str:
    """What is overdue, what comes back, what is handed out today."""
    _require()
    return _page()


@blueprint.get("/export/loans.<format>")
@signed_in
def export_loans(format: str) -> Response:  # noqa: A002  the word users know
    """Everything that is out, as a file."""
    _require()
    places = {one.id: one for one in queries.kept(actor())}
    columns = [
        gettext("Facility"),
        pgettext("loan", "Pieces out"),
        pgettext("loan", "Taken by"),
        gettext("Organisation"),
        gettext("Telephone"),
        gettext("Purpose"),
        pgettext("loan", "Handed out"),
        pgettext("loan", "Due"),
        pgettext("loan", "Overdue"),
    ]
    rows = [
        [
            places[one.facility_id].name,
            one.quantity - one.returned,
            one.taken_by,
            unit_names().get(one.unit_id, ""),
            one.contact,
            one.title,
            one.handed_at,
            one.ends_at,
            one.ends_at < actor().now,
        ]
        for one in queries.out(list(places))
    ]
    return table_response(pgettext("loan", "Equipment that is out"), columns, rows, format)


@blueprint.post("/desk/hand-out/<uuid:uid>")
@signed_in
def hand_out(uid: uuid.UUID) -> ResponseReturnValue:
    """Hand out pieces of a booking."""
    _require()
    number = _number()
    try:
        sent_once(lambda: services.hand_out(actor(), uid, number, storable(request.form.get("taken_by"))).uid)
    except Invalid as error:
        return _page(at=uid, fault=_reason(error)), error.status
    flash(ngettext("%(num)d piece was handed out.", "%(num)d pieces were handed out.", number), "success")
    return redirect(url_for("facility.desk"))


@blueprint.post("/desk/take-back/<uuid:uid>")
@signed_in
def take_back(uid: uuid.UUID) -> ResponseReturnValue:
    """Take pieces of a loan back."""
    _require()
    number = _number()
    try:
        sent_once(
            lambda: services.take_back(actor(), uid, number, storable(request.form.get("condition"))).uid
        )
    except Invalid as error:
        return _page(at=uid, fault=_reason(error)), error.status
    flash(ngettext("%(num)d piece came back.", "%(num)d pieces came back.", number), "success")
    return redirect(url_for("facility.desk"))


def _require() -> None:
    if not decides(actor()):
        raise not_found()


def _number() -> int:
    text = request.form.get("quantity", "").strip()
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _reason(error: Invalid) -> str:
    return str(next(iter(error.fields.values()), error.message))


def _page(at: uuid.UUID | None = None, fault: str = "") -> str:
    who = actor()
    places = {one.id: one for one in queries.kept(who)}
    midnight = clock.midnight(who.today)
    items = bookings.within(places, midnight, midnight + timedelta(days=1)) if places else {}
    loans = queries.out(list(places))
    out: dict[int, int] = {}
    for one in loans:
        out[one.booking_id] = out.get(one.booking_id, 0) + one.quantity - one.returned
    waiting = [
        Waiting(item, places[facility], left)
        for facility, some in items.items()
        for item in some
        if item.status is Status.CONFIRMED and not item.is_blocking and item.ends_at > who.now
        if (left := item.quantity - out.get(item.id, 0)) > 0
    ]
    values: dict[str, Any] = {
        "loans": loans,
        "places": places,
        "waiting": sorted(waiting, key=lambda one: (one.item.starts_at, one.item.id)),
        "overdue": sum(one.ends_at < who.now for one in loans),
        "units": unit_names(),
        "at": at,
        "fault": fault,
    }
    return render_template("facility/desk.html", **values)
