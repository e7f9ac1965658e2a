"""What somebody has booked."""

from typing import Any

from flask import Response, render_template

from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility.queries import bookings
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.showing import unit_names

MOST = 200
"""Bookings of a list."""


@blueprint.get("/own")
@signed_in
def own() -> str:
    """Bookings to come, made by or for whoever looks."""
    return _list(is_past=False)


@blueprint.get("/own/past")
@signed_in
def past() -> str:
    """The latest bookings that are over or were cancelled."""
    return _list(is_past=True)


@blueprint.get("/export/own.<format>")
@signed_in
def export_own(format: str) -> Response:  # noqa: A002  the word users know
    """The bookings to come as a file."""
    rows: list[list[Any]] = [
        [name, where, item.starts_at, item.ends_at, item.title, item.user_name, str(item.status.label)]
        for item, name, where in bookings.listed(actor(), is_past=False, limit=10_000)
    ]
    columns = [
        gettext("Facility"),
        pgettext("facility", "Place"),
        pgettext("booking", "From"),
        pgettext("booking", "To"),
        gettext("Purpose"),
        pgettext("booking", "For"),
        pgettext("booking", "State"),
    ]
    return table_response(gettext("My bookings"), columns, rows, format)


def _list(*, is_past: bool) -> str:
    return render_template(
        "facility/own.html",
        rows=bookings.listed(actor(), is_past=is_past, limit=MOST),
        is_past=is_past,
        most=MOST,
        units=unit_names(),
        person_id=actor().person_id,
    )
