"""The waiting list (キャンセル待ち): what somebody waits for, and what is offered to them."""

import uuid
from datetime import timedelta

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility.queries.queue import open_entries
from plugins.facility.services import queueing
from plugins.facility.views.blueprint import blueprint


@blueprint.get("/own/waiting")
@signed_in
def waiting() -> str:
    """What whoever looks waits for."""
    return render_template("facility/waiting.html", rows=open_entries(actor()))


@blueprint.get("/export/waiting.<format>")
@signed_in
def export_waiting(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    columns = [
        gettext("Facility"),
        pgettext("booking", "From"),
        pgettext("booking", "To"),
        pgettext("booking", "Minutes needed"),
        gettext("Purpose"),
        pgettext("booking", "Offered"),
    ]
    rows = [
        [
            one.facility_name or one.group_name,
            one.starts_at,
            one.ends_at,
            (one.ends_at - one.last_start) // timedelta(minutes=1),
            one.title,
            one.offered_until,
        ]
        for one in open_entries(actor())
    ]
    return table_response(gettext("Waiting list"), columns, rows, format)


@blueprint.post("/own/waiting/<uuid:uid>/accept")
@signed_in
def accept_offer(uid: uuid.UUID) -> ResponseReturnValue:
    """Take what is offered."""
    made = queueing.accept(actor(), uid)
    flash(gettext("The facilities were booked."), "success")
    return redirect(url_for("facility.reservation", uid=made.uid))


@blueprint.post("/own/waiting/<uuid:uid>/leave")
@signed_in
def leave_queue(uid: uuid.UUID) -> ResponseReturnValue:
    """Wait no longer."""
    queueing.leave(actor(), uid)
    flash(gettext("You do not wait for it any more."), "success")
    return redirect(url_for("facility.waiting"))
