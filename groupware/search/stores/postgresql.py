"""PostgreSQL: the grams stand beside the document as a sorted array under a GIN index.

The planner knows how frequent a gram is, and decides whether to walk the newest documents or to intersect the index with
that of the containers.
"""

import json
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Text,
    and_,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as insert_into

from groupware.db import BIGINT, session
from groupware.given import records_of
from groupware.search.models import Document
from groupware.search.query import Query, Term
from groupware.search.stores.columns import DOCUMENTS, FOLDED, ID
from groupware.text.tokens import grams, needed

source = text(DOCUMENTS)
when: ColumnElement[int] = ID

_GRAMS: Final = "grams"
_TITLE_GRAMS: Final = "title_grams"
_NUMBERS: Final = ARRAY(Integer)

# The documents with the columns that this database alone has; the models know nothing of them.
_table = Document.__table__.to_metadata(MetaData())  # type: ignore[attr-defined]
_table.append_column(Column(_GRAMS, _NUMBERS))
_table.append_column(Column(_TITLE_GRAMS, _NUMBERS))


_given = records_of([(one.name, one.type) for one in _table.columns], bindparam("given", type_=Text()))
_insertion = (
    insert_into(_table)
    .from_select([one.name for one in _table.columns], select(_given))
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(_table.c.id)
)


def insert(rows: list[dict[str, Any]]) -> list[int]:
    """See `Store`."""
    given = [
        row
        | {
            _GRAMS: _numbers(grams(row["folded"])),
            _TITLE_GRAMS: _numbers(grams(row["folded"].partition("\n")[0])),
        }
        for row in rows
    ]
    return sorted(session.scalars(_insertion, {"given": json.dumps(given, ensure_ascii=False)}))


def erase(ids: list[int]) -> None:
    """See `Store`."""
    session.execute(delete(Document).where(Document.id.in_(ids)))


def leads(query: Query, kind: str, person_id: int | None, *, in_title: bool) -> ColumnElement[bool]:  # noqa: ARG001  the kind and the person have indexes of their own
    """See `Store`."""
    column = literal_column(f"{DOCUMENTS}.{_TITLE_GRAMS if in_title else _GRAMS}", _NUMBERS)

    def has(spelling: str) -> ColumnElement[bool]:
        return column.op("@>")(literal(_numbers(needed(spelling)), _NUMBERS))

    def leads_to(term: Term) -> ColumnElement[bool]:
        return or_(*(has(spelling) for spelling in (term.spellings[:1] if in_title else term.spellings)))

    return and_(*(leads_to(term) for term in query.wanted if term.is_indexed))


def holds(spelling: str, *, in_title: bool) -> ColumnElement[bool]:
    """See `Store`."""
    place = func.strpos(FOLDED, literal(spelling))
    if not in_title:
        return place > 0
    return and_(place > 0, place < func.strpos(FOLDED, literal("\n")))


def among(column: ColumnElement[int], ids: list[int]) -> ColumnElement[bool]:
    """See `Store`."""
    return column == func.any(literal(ids, ARRAY(BIGINT)))


def _numbers(found: set[int]) -> list[int]:
    """As the database's integers, which have a sign."""
    return sorted(number - (1 << 32) if number >> 31 else number for number in found)


__all__ = ["among", "erase", "holds", "insert", "leads", "source", "when"]
