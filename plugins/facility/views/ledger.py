"""A paper ledger comes in: paste or choose a file, look at every line, then book all of it or what fits."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, ngettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility import ledger as ledgers
from plugins.facility.forms import storable
from plugins.facility.queries.facilities import not_found
from plugins.facility.queries.requests import decides
from plugins.facility.services import ledger as services
from plugins.facility.services.ledger.judging import Outcome, Report
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.tables import cells_of, rest_of, sent_table


@blueprint.get("/ledger")
@signed_in
def ledger() -> str:
    """Where it is pasted."""
    _require()
    return _page("")


@blueprint.post("/ledger")
@signed_in
def take_ledger() -> ResponseReturnValue:
    """Look at it (nothing is booked), or book all of it, or what fits. Of what was booked only the other lines stay."""
    _require()
    try:
        table, text = sent_table()
        if request.form.get("step") == "check":
            return _page(text, services.examine(actor(), table, with_closed=_with_closed()))
        only_all = request.form.get("step") != "fits"
        report = services.take(actor(), table, only_all=only_all, with_closed=_with_closed())
    except (Invalid, Conflict) as error:
        fault = getattr(error, "fields", {}).get("table") or error.message
        return _page(storable(request.form.get("table")), fault=fault), error.status
    refused = report.of(Outcome.REFUSED)
    if only_all and refused:
        return _page(text, report), Conflict.status
    words = ngettext("%(num)d line was booked.", "%(num)d lines were booked.", report.added)
    if refused:
        return _page(rest_of(ledgers.COLUMNS, refused), Report(refused), done=words)
    flash(words, "success")
    return redirect(url_for("facility.ledger"))


@blueprint.post("/ledger/refused")
@signed_in
def refused_lines() -> ResponseReturnValue:
    """The lines that cannot be booked, each with its reason, as a workbook to be corrected and pasted again."""
    _require()
    try:
        table, _ = sent_table()
        report = services.examine(actor(), table, with_closed=_with_closed())
    except Invalid as error:
        return _page(storable(request.form.get("table")), fault=error.message), error.status
    columns = [*map(str, ledgers.COLUMNS.values()), gettext("Reason")]
    rows = [[*cells_of(ledgers.COLUMNS, one), str(one.reason)] for one in report.of(Outcome.REFUSED)]
    response: Response = table_response(pgettext("ledger", "Lines to correct"), columns, rows, "xlsx")
    return response


def _require() -> None:
    if not decides(actor()):
        raise not_found()


def _with_closed() -> bool:
    return request.form.get("with_closed") == "1"


def _page(text: str, report: Report | None = None, *, fault: Any = "", done: str = "") -> str:
    return render_template(
        "facility/ledger.html",
        text=text,
        report=report,
        refused=report.of(Outcome.REFUSED) if report is not None else [],
        others=[one for one in report.lines if one.outcome is not Outcome.REFUSED]
        if report is not None
        else [],
        fits=len(report.of(Outcome.FITS)) if report is not None and not done else 0,
        entered=len(report.of(Outcome.ENTERED)) if report is not None else 0,
        columns=ledgers.COLUMNS,
        with_closed=_with_closed(),
        fault=fault,
        done=done,
        most=services.MOST_LINES,
    )
