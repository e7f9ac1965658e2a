"""Many rows in few statements, the fastest way each database has.

They are added by COPY on PostgreSQL and by one prepared statement on SQLite, past SQLAlchemy, which takes longer to look at
each row than either to write it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Table, bindparam, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.inspection import inspect

from groupware.db import Base, session, writes_past

CHUNK = 500

Process = Callable[[Any], Any]


def insert_rows(model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows of these columns. Columns that are not named get their default, or NULL.

    Raises SQLAlchemy's errors, as every other statement does.
    """
    table = _table(model)
    connection = session.connection()
    given = [table.c[name] for name in columns]
    preset = [one for one in table.columns if one.name not in columns and one.default is not None]
    names = ", ".join(f'"{one.name}"' for one in (*given, *preset))
    driver = writes_past(connection)
    made = _made(rows, given, preset, connection.dialect)
    known: Any = connection.dialect.loaded_dbapi
    try:
        if connection.dialect.name == "postgresql":
            with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in made:
                    copy.write_row(row)
        else:
            places = ", ".join("?" * (len(given) + len(preset)))
            driver.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', made)  # noqa: S608  our own names
    except known.Error as error:
        raise DBAPIError.instance(
            None, None, error, known.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


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


def _made(
    rows: Iterable[Sequence[Any]],
    given: Sequence[Column[Any]],
    preset: Sequence[Column[Any]],
    dialect: Dialect,
) -> Iterator[list[Any]]:
    """The values of each row as the driver takes them, in the order of the columns."""
    processes = [_process(column, dialect) for column in given]
    defaults = [(column.default, _process(column, dialect)) for column in preset]
    for row in rows:
        values = [process(value) for process, value in zip(processes, row, strict=True)]
        for default, process in defaults:
            value: Any = default
            values.append(process(value.arg(None) if value.is_callable else value.arg))
        yield values


def _process(column: Column[Any], dialect: Dialect) -> Process:
    """What SQLAlchemy does with a value of the column before the driver gets it."""
    found: Process | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found or _unchanged


def _unchanged(value: Any) -> Any:
    return value


def _table(model: type[Base]) -> Table:
    found = inspect(model).local_table
    assert isinstance(found, Table)
    return found
