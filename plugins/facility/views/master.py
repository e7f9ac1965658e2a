"""Facilities as a table, both ways: the export, and the same table coming back with changes."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, ngettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires
from plugins.facility.forms import storable
from plugins.facility.permissions import MANAGE
from plugins.facility.services import master as services
from plugins.facility.services.master import Outcome
from plugins.facility.tables import Judged
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.tables import rest_of, sent_table


@blueprint.get("/export/facilities.<format>")
@requires(MANAGE)
def export_facilities(format: str) -> Response:  # noqa: A002  the word users know
    """The facilities that somebody manages, as a file that can be changed and taken back."""
    columns = [str(label) for label in services.COLUMNS.values()]
    return table_response(gettext("Facilities"), columns, services.cells_of(actor()), format)


@blueprint.get("/manage/table")
@requires(MANAGE)
def facility_table() -> str:
    """Where the table is pasted."""
    return _page("")


@blueprint.post("/manage/table")
@requires(MANAGE)
def take_facility_table() -> ResponseReturnValue:
    """Look at it, or take all of it, or what is in order. Of what was taken only the other lines stay."""
    try:
        table, text = sent_table()
        if request.form.get("step") == "check":
            return _page(text, services.examine(actor(), table))
        only_all = request.form.get("step") != "fits"
        judged = services.take(actor(), table, only_all=only_all)
    except Invalid as error:
        fault = error.fields.get("table") or error.message
        return _page(storable(request.form.get("table")), fault=fault), error.status
    refused = [one for one in judged if one.outcome is Outcome.REFUSED]
    if only_all and refused:
        return _page(text, judged), Conflict.status
    number = sum(one.outcome in (Outcome.NEW, Outcome.CHANGED) for one in judged)
    words = ngettext("%(num)d facility was saved.", "%(num)d facilities were saved.", number)
    if refused:
        return _page(rest_of(services.COLUMNS, refused), refused, done=words)
    flash(words, "success")
    return redirect(url_for("facility.manage"))


def _page(text: str, judged: Sequence[Judged[Outcome]] = (), *, fault: Any = "", done: str = "") -> str:
    counts = {outcome: sum(one.outcome is outcome for one in judged) for outcome in Outcome}
    return render_template(
        "facility/manage_table.html",
        text=text,
        judged=sorted(judged, key=lambda one: one.outcome is not Outcome.REFUSED),
        counts=counts,
        to_take=0 if done else counts[Outcome.NEW] + counts[Outcome.CHANGED],
        refused=counts[Outcome.REFUSED],
        columns=services.COLUMNS,
        fault=fault,
        done=done,
        most=services.MOST_LINES,
    )
