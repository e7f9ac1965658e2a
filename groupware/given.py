"""Many rows that a statement is given as one JSON value: it has one text and one plan for any number of them.

On PostgreSQL each row of an `executemany` is a statement of its own, and where something is returned, a statement with a place for every
value of every row has to be read and planned anew for every number of them. SQLite reads a statement once and steps through the rows faster
than it reads JSON, so there they are executed row by row.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    ColumnElement,
    CursorResult,
    Executable,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from groupware.db import Base, run, session, upsert

Kinds = Sequence[tuple[str, Any]]
"""The columns of given rows with their types."""

_VALUE = "given"


def records_of(columns: Kinds, value: BindParameter[str], name: str = _VALUE) -> Any:
    """The rows, a list of objects, as a table of these columns, for PostgreSQL alone."""
    return (
        func.json_to_recordset(cast(value, JSON))
        .table_valued(*(column(one, kind) for one, kind in columns))
        .render_derived(name=name, with_types=True)
    )


def table_of(columns: Kinds, value: BindParameter[str], name: str = _VALUE) -> Any:
    """The same in the dialect of the current database."""
    if _is_one_value():
        return records_of(columns, value, name)
    each = func.json_each(value).table_valued("value", name=f"{name}_each")
    return select(
        *(func.json_extract(each.c.value, f"$.{one}", type_=kind).label(one) for one, kind in columns)
    ).subquery(name)


def few_of(columns: Kinds) -> Any:
    """The same for a handful of rows that others are looked up by; the value is the parameter `given`, made by `few`.

    PostgreSQL expects ten rows of an array and a hundred of JSON: for a hundred it would rather read the whole of a middling table.
    """
    if not _is_one_value():
        return table_of(columns, bindparam(_VALUE, type_=Text()))
    many = cast(bindparam(_VALUE, type_=ARRAY(Text())), ARRAY(JSONB))
    each = func.unnest(many).table_valued(column("value", JSONB)).render_derived(name="each")
    said = {one: each.c.value.op("->>")(literal_column(f"'{one}'")) for one, _ in columns}
    return select(*(cast(said[one], kind).label(one) for one, kind in columns)).subquery(_VALUE)


def few(rows: Iterable[Mapping[str, Any]]) -> Any:
    """The value of `few_of`."""
    return [_json(row) for row in rows] if _is_one_value() else _json(list(rows))


def insertion(model: type[Base], *names: str) -> Any:
    """INSERT of these columns of given rows into a model's table, for `write`; it has `returning` and `on_conflict_do_update`.

    Built in the dialect of the current database: it belongs into a function under `for_each_database`.
    """
    statement = upsert(model)
    if not _is_one_value():
        return statement
    columns = model.__table__.c
    kinds = [(name, columns[name].type) for name in names]
    return statement.from_select(list(names), select(records_of(kinds, bindparam(_VALUE, type_=Text()))))


def row_of(*columns: tuple[str, Any]) -> Mapping[str, ColumnElement[Any]]:
    """The values of a given row in an UPDATE or DELETE for `write`, by name; no name may be that of a column that is set.

    Built in the dialect of the current database, as `insertion`.
    """
    if _is_one_value():
        return dict(few_of(columns).c.items())
    return {name: bindparam(name, type_=kind) for name, kind in columns}


def write(statement: Executable, rows: Sequence[Mapping[str, Any]]) -> CursorResult[*tuple[Any, ...]]:
    """Execute such a statement for these rows, of which there is at least one and which all have its columns. Raises as `run`."""
    if not _is_one_value():
        return run(statement, rows)
    return run(statement, {_VALUE: _json(rows) if statement.is_insert else few(rows)})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_text)


def _is_one_value() -> bool:
    return session().get_bind().dialect.name == "postgresql"


def _text(value: object) -> str:
    """What JSON has no form for, as PostgreSQL reads it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be given")


__all__ = ["few", "few_of", "insertion", "records_of", "row_of", "table_of", "write"]
