"""Requests to decide on (仮予約), for those who decide."""

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility.events import group_topic
from plugins.facility.forms import storable
from plugins.facility.queries.facilities import not_found
from plugins.facility.queries.requests import decided_groups, decides, waiting
from plugins.facility.services import deciding
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.showing import unit_names


@blueprint.get("/requests")
@signed_in
def requests() -> str:
    """What waits for a decision, the next first."""
    _require()
    return _page()


@blueprint.get("/requests/now")
@signed_in
def requests_now() -> str:
    """The list alone, as it is now."""
    _require()
    return render_template("facility/_requests.html", **_rows())


@blueprint.get("/export/requests.<format>")
@signed_in
def export_requests(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    _require()
    columns = [
        gettext("Facility"),
        pgettext("booking", "From"),
        pgettext("booking", "To"),
        gettext("Purpose"),
        pgettext("booking", "For"),
        gettext("Organisation"),
        gettext("Telephone"),
    ]
    rows = [
        [
            one.facility_name,
            one.item.starts_at,
            one.item.ends_at,
            one.item.title,
            one.item.user_name,
            unit_names().get(one.item.unit_id, ""),
            one.item.contact,
        ]
        for one in waiting(actor())
    ]
    return table_response(gettext("Tentative bookings"), columns, rows, format)


@blueprint.post("/requests/<uuid:uid>/confirm")
@signed_in
def confirm(uid: uuid.UUID) -> ResponseReturnValue:
    """本予約にする."""
    deciding.confirm(actor(), uid)
    flash(gettext("The booking was confirmed."), "success")
    return redirect(url_for("facility.requests"))


@blueprint.post("/requests/<uuid:uid>/reject")
@signed_in
def reject(uid: uuid.UUID) -> ResponseReturnValue:
    """不承認にする, with a reason."""
    reason = storable(request.form.get("reason"))
    try:
        deciding.reject(actor(), uid, reason)
    except Invalid as error:
        return _page(
            at=uid, reason=reason, fault=str(error.fields.get("reason", error.message))
        ), error.status
    flash(gettext("The request was refused."), "success")
    return redirect(url_for("facility.requests"))


def _require() -> None:
    if not decides(actor()):
        raise not_found()


def _page(at: uuid.UUID | None = None, reason: str = "", fault: str = "") -> str:
    return render_template(
        "facility/requests.html",
        topics=[(group_topic(one.id), one.seq) for one in decided_groups(actor())],
        **_rows(at, reason, fault),
    )


def _rows(at: uuid.UUID | None = None, reason: str = "", fault: str = "") -> dict[str, Any]:
    """The list; `at` is the request whose refusal lacked a reason."""
    return {
        "rows": waiting(actor()),
        "units": unit_names(),
        "at": at,
        "reason": reason,
        "fault": fault,
    }
