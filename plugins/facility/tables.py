"""Tables that people bring: which column is which, by its heading or by its place. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from groupware.plugin import Text
from groupware.text.folding import fold

_SURE = 3
"""As many known headings make a line one of headings."""
Outcome = TypeVar("Outcome", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table, counted from 1 with the headings, by column. A column that is not there is empty."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Judged(Generic[Outcome]):
    """A line with what becomes of it, and why that is."""

    line: Line
    outcome: Outcome
    reason: Text = ""


class Unreadable(ValueError):
    """A cell that cannot be read; the argument is its column."""


@dataclass(frozen=True)
class Layout:
    """The columns of a table in their order, with the words above them on the page.

    `headings` are further words that people write above a column, separated by spaces; columns that nobody knows are left out.
    """

    columns: Mapping[str, Text]
    needed: Sequence[str]
    headings: Mapping[str, str]

    def lines_of(self, table: Sequence[Sequence[str]]) -> tuple[list[Line], list[str]]:
        """The lines that hold anything, and the columns that are needed and missing (then there are no lines)."""
        rows = [(number, [_plain(cell) for cell in row]) for number, row in enumerate(table, 1)]
        rows = [(number, cells) for number, cells in rows if any(cells)]
        if not rows:
            return [], []
        order = self._order(rows[0][1])
        if order is None:
            order = list(self.columns)
        else:
            rows = rows[1:]
        missing = [name for name in self.needed if name not in order]
        if missing:
            return [], missing
        return [
            Line(number, {name: cell for name, cell in zip(order, cells, strict=False) if name is not None})
            for number, cells in rows
        ], []

    def _order(self, cells: Sequence[str]) -> list[str | None] | None:
        known = {fold(word): name for name, words in self.headings.items() for word in words.split()}
        known |= {fold(str(label), spaces="remove"): name for name, label in self.columns.items()}
        found: list[str | None] = []
        for cell in cells:
            name = known.get(fold(cell, spaces="remove"))
            found.append(name if name not in found else None)
        return found if sum(name is not None for name in found) >= _SURE else None


def _plain(cell: str) -> str:
    return " ".join(cell.replace("\x00", "").split())
