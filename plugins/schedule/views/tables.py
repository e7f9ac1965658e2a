"""Own events come in as a table: paste the cells or choose a CSV file, look at every line, then enter those that can be."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.delivery.reading import decoded
from groupware.errors import Invalid
from groupware.i18n import gettext, ngettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from groupware.web.rows import block_of, parse_table
from plugins.schedule.services import table_import
from plugins.schedule.services.table_import import Judged, Outcome
from plugins.schedule.tables import COLUMNS
from plugins.schedule.views.blueprint import blueprint


@blueprint.get("/import-table")
@signed_in
def import_table() -> str:
    """Where it is pasted."""
    return _page("")


@blueprint.post("/import-table")
@signed_in
def take_table() -> ResponseReturnValue:
    """Look at it (nothing is entered), or enter what can be; lines that cannot stay on the page to be corrected."""
    text = _pasted()
    try:
        table, text = _sent()
        if request.form.get("step") != "take":
            return _page(text, table_import.examine(actor(), table))
        judged = table_import.take(actor(), table)
    except Invalid as error:
        return _page(text, fault=str(error.message)), error.status
    number = sum(one.outcome is Outcome.NEW for one in judged)
    words = ngettext("%(num)d event was entered.", "%(num)d events were entered.", number)
    refused = [one for one in judged if one.outcome is Outcome.REFUSED]
    if refused:
        return _page(_rest(refused), refused, done=words)
    flash(words, "success")
    return redirect(url_for("schedule.listing"))


def _pasted() -> str:
    return request.form.get("table", "").replace("\x00", "")


def _sent() -> tuple[list[list[str]], str]:
    """The cells, and the text that says them. Raises Invalid for a file that is no text."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return parse_table(_pasted()), _pasted()
    content = decoded(file.read())
    if content is None:
        raise Invalid(
            gettext(
                "The file cannot be read. Please save it in Excel as CSV, or paste the cells themselves."
            ),
            code="file",
        )
    table = parse_table(content.replace("\x00", ""))
    return table, block_of(table)


def _rest(refused: Sequence[Judged]) -> str:
    rows = [[one.line.cells.get(name, "") for name in COLUMNS] for one in refused]
    return block_of([list(map(str, COLUMNS.values())), *rows])


def _page(text: str, judged: Sequence[Judged] = (), *, fault: str = "", done: str = "") -> str:
    return render_template(
        "schedule/table.html",
        text=text,
        judged=sorted(judged, key=lambda one: one.outcome is not Outcome.REFUSED),
        counts={outcome: sum(one.outcome is outcome for one in judged) for outcome in Outcome},
        columns=COLUMNS,
        fault=fault,
        done=done,
        most=table_import.MOST_LINES,
    )
