"""One reservation: see it, cancel it."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.tree import org_tree
from groupware.i18n import gettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.gate import signed_in
from plugins.facility.forms import uid_of
from plugins.facility.notifications import KINDS
from plugins.facility.queries.reservations import opened
from plugins.facility.services import bookings
from plugins.facility.views.blueprint import blueprint


@blueprint.get("/bookings/<uuid:uid>")
@signed_in
def reservation(uid: uuid.UUID) -> str:
    """Who has which facility when, what for, and how to reach them."""
    found = opened(actor(), uid)
    who, signed_in_now = actor(), signed_in_person()
    if signed_in_now is not None and signed_in_now.unread_notices:
        afterwards(lambda: read_about(who, KINDS, found.row.id))
    return render_template(
        "facility/reservation.html",
        found=found,
        row=found.row,
        unit=org_tree(actor().today).path_name(found.row.unit_id),
    )


@blueprint.post("/bookings/<uuid:uid>/withdraw")
@signed_in
def withdraw(uid: uuid.UUID) -> ResponseReturnValue:
    """Cancel all of it, or the bookings that were chosen."""
    opened(actor(), uid)
    chosen = [uid_of(text) for text in request.form.getlist("booking")]
    bookings.withdraw(actor(), uid, chosen)
    flash(gettext("The booking was cancelled."), "success")
    return redirect(url_for("facility.reservation", uid=uid))
