"""What pages on which a table is pasted have in common: the block or the file that was chosen, as cells and as text, and
the lines of it that must be corrected."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from groupware.directory.delivery.reading import decoded
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.plugin import Text
from groupware.web.rows import block_of, parse_table
from plugins.facility.forms import storable
from plugins.facility.tables import Judged


def sent_table() -> tuple[list[list[str]], str]:
    """What was pasted, or the file that was chosen. Raises Invalid at `table` for a file that is no text."""
    file = request.files.get("file")
    if file is None or not file.filename:
        text = storable(request.form.get("table"))
        return parse_table(text), text
    content = decoded(file.read())
    if content is None:
        fault = gettext(
            "The file cannot be read. Please save it in Excel as CSV, or paste the cells themselves."
        )
        raise Invalid(fault, fields={"table": fault})
    table = parse_table(storable(content))
    return table, block_of(table)


def cells_of(columns: Mapping[str, Text], one: Judged[Any]) -> list[str]:
    """A line again as it came, in the order of the columns."""
    return [one.line.cells.get(name, "") for name in columns]


def rest_of(columns: Mapping[str, Text], refused: Iterable[Judged[Any]]) -> str:
    """Lines that were not taken, below the headings, to be corrected on the page."""
    return block_of(
        [[str(label) for label in columns.values()], *(cells_of(columns, one) for one in refused)]
    )
