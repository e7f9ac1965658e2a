"""The index in the database at hand: the only place that knows how the two of them differ.

Both keep the grams of a text as a set, lead to the few documents that have all grams of the words, and compare these with
the words themselves; so both find exactly what looking through everything would find.
"""

from typing import Any, Protocol, cast

from sqlalchemy import ColumnElement, FromClause, TextClause

from groupware.db import session
from groupware.search.query import Query
from groupware.search.stores import postgresql, sqlite


class Store(Protocol):
    """What a database brings."""

    source: FromClause | TextClause
    """What a search selects from."""
    when: ColumnElement[int]
    """The id of a document, as a search orders and bounds it."""

    def insert(self, rows: list[dict[str, Any]]) -> list[int]:
        """Add documents with their grams; returns which of the rows were added. The others' ids are taken."""

    def erase(self, ids: list[int]) -> None:
        """Remove documents with their grams."""

    def leads(self, query: Query, kind: str, person_id: int | None, *, in_title: bool) -> ColumnElement[bool]:
        """Criterion: the index leads there. It leaves out nothing that holds the words."""

    def holds(self, spelling: str, *, in_title: bool) -> ColumnElement[bool]:
        """Criterion: the folded lines (the first of them) hold a spelling."""

    def among(self, column: ColumnElement[int], ids: list[int]) -> ColumnElement[bool]:
        """Criterion: the column is one of the ids; one statement for any number of them."""


def store() -> Store:
    """The one of the current database."""
    is_postgresql = session().get_bind().dialect.name == "postgresql"
    return cast("Store", postgresql if is_postgresql else sqlite)


__all__ = ["Store", "store"]
