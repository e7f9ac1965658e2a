"""Tables of inputs: many things of a kind entered at once, or pasted as a block from a spreadsheet.

    entered = Rows.from_form(request.form, {"name": _("Name"), "url": _("Address")}, most=100)
    for row in entered:
        try:
            services.add(actor(), row.values["name"], row.values["url"])
        except Invalid as error:
            entered.refuse(row, error.fields)

`ui.input_table` shows them. With scripts a block goes into the cells of the page (static/js/paste.js), without them it
arrives as the text `pasted`; both read it alike. A view that answers 422 keeps none of the rows: all or nothing.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from werkzeug.datastructures import MultiDict

from groupware.i18n import gettext

PASTED: Final = "pasted"
FEWEST: Final = 5
"""Rows that an empty table shows."""

# What Excel and LibreOffice put on the clipboard: only a cell with a line break, a tab or a quote is quoted, with its
# quotes doubled. A quote that is not closed at the end of a cell is a letter like any other.
_CELL: Final = re.compile(r'"([^"]*(?:""[^"]*)*)"(?=[\t\n]|\Z)|([^\t\n]*)')
_GUARDED: Final = re.compile(r"'[=+\-@|＝＋－＠]")
"""As `exports.cell_text` writes what a spreadsheet would run."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, counted from 1 as on the page."""

    number: int
    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    """By column."""


@dataclass(slots=True)
class Rows:
    """The rows that hold anything, without gaps. Iterating gives them."""

    columns: Mapping[str, str]
    """Names of the fields with the words above them."""
    most: int
    rows: list[Row] = field(default_factory=list)
    refusal: str = ""
    """What is wrong with the table as a whole."""

    @classmethod
    def from_form(cls, form: MultiDict[str, str], columns: Mapping[str, str], most: int) -> "Rows":
        """The rows of the page, then those of `pasted`; none, or more than `most`, is a `refusal`."""
        lines = [list(line) for line in zip_longest(*map(form.getlist, columns), fillvalue="")]
        lines += parse_block(form.get(PASTED, ""))
        filled = [cells for line in lines if any(cells := [" ".join(cell.split()) for cell in line])]
        found, last = cls(columns, most), list(columns)[-1]
        if not filled:
            found.refusal = gettext("Please enter at least one row.")
        elif len(filled) > most:
            found.refusal = gettext(
                "Please enter at most %(most)s rows at once (now %(now)s). The first ones are still here.",
                most=most,
                now=len(filled),
            )
        for number, cells in enumerate(filled[:most], start=1):
            row = Row(number, dict(zip(columns, cells + [""] * len(columns), strict=False)))
            if any(cells[len(columns) :]):
                row.problems[last] = gettext("This row has more cells than the table.")
            found.rows.append(row)
        return found

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def refuse(self, row: Row, fields: Mapping[str, object]) -> dict[str, object]:
        """Note at the cells why a row was refused; returns the fields that are no column of the table."""
        row.problems.update({name: str(why) for name, why in fields.items() if name in self.columns})
        return {name: why for name, why in fields.items() if name not in self.columns}

    def problems(self) -> list[tuple[str, str]]:
        """Every fault as (id of its cell, "Row 3: why"), from the top down."""
        return [
            (cell_id(name, row.number), gettext("Row %(row)s: %(why)s", row=row.number, why=why))
            for row in self.rows
            for name, why in row.problems.items()
        ]

    def shown(self) -> list[Row]:
        """The rows as the page shows them, with empty ones after them."""
        last = min(max(FEWEST, len(self.rows) + 1), self.most)
        return self.rows + [Row(number, {}) for number in range(len(self.rows) + 1, last + 1)]


def cell_id(column: str, number: int) -> str:
    """The id of an input of the table."""
    return f"{column}-{number}"


def parse_block(text: str) -> list[list[str]]:
    """A block as spreadsheets put it on the clipboard: rows of cells, of a cell with line breaks all lines."""
    text = re.sub(r"\r\n?", "\n", text).removesuffix("\n")
    if not text:
        return []
    rows: list[list[str]] = [[]]
    at = 0
    while (match := _CELL.match(text, at)) is not None:
        quoted, plain = match.groups()
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end() + 1
        if at > len(text):
            break
        if text[at - 1] == "\n":
            rows.append([])
    return rows


def parse_table(text: str) -> list[list[str]]:
    """A block of a spreadsheet if there is a tab in it, else CSV. A line that is no CSV ends it as one cell.

    The apostrophe that lists which left this program have before what a spreadsheet would run is taken away again.
    """
    if "\t" in text:
        return parse_block(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend([cell[1:] if _GUARDED.match(cell) else cell for cell in row] for row in reader)
    except csv.Error:
        rows.append([gettext("This line is no CSV. What follows it was not read.")])
    return rows


def block_of(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells as a block of a spreadsheet: `parse_block` reads it back."""
    return "\n".join("\t".join(_cell(cell) for cell in row) for row in rows)


def _cell(text: str) -> str:
    if any(letter in text for letter in '\t\r\n"'):
        return '"' + text.replace('"', '""') + '"'
    return text


__all__ = ["PASTED", "Row", "Rows", "block_of", "cell_id", "parse_block", "parse_table"]
