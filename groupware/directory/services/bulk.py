"""Many rows in few statements, on both databases.

SQLite takes many parameter sets of one prepared statement; PostgreSQL takes columns as arrays, which needs a tenth of the
time of as many rows of parameters.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.inspection import inspect

from groupware.db import Base, session

ROWS = 20_000
CHUNK = 500


def insert_rows(model: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows; columns that are not named take their defaults, which must not be computed per row."""
    table = _table(model)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        if is_postgresql:
            arrays = [func.unnest(bindparam(name, type_=ARRAY(table.c[name].type))) for name in columns]
            statement = insert(table).from_select(list(columns), select(*arrays))
            values = dict(zip(columns, (list(column) for column in zip(*part, strict=True)), strict=True))
            session.connection().execute(statement, values)
        else:
            session.connection().execute(
                insert(table), [dict(zip(columns, row, strict=True)) for row in part]
            )


def update_rows(model: type[Base], changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Change rows by id. Rows of which the same columns change share a statement."""
    table = _table(model)
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for key, values in changes:
        by_columns[tuple(sorted(values))].append(
            {"b_id": key, **{f"b_{name}": value for name, value in values.items()}}
        )
    for columns, rows in by_columns.items():
        if not columns:
            continue
        statement = update(table).where(table.c.id == bindparam("b_id"))
        statement = statement.values({name: bindparam(f"b_{name}") for name in columns})
        session.connection().execute(statement, rows)


def delete_rows(model: type[Base], ids: Sequence[int]) -> None:
    """Remove rows by id."""
    table = _table(model)
    for start in range(0, len(ids), CHUNK):
        session.connection().execute(delete(table).where(table.c.id.in_(ids[start : start + CHUNK])))


def _table(model: type[Base]) -> Table:
    found = inspect(model).local_table
    assert isinstance(found, Table)
    return found
