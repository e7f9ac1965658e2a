"""Many rows into one table, the fastest way each database has: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Dialect

from groupware.db import Base, session

Process = Callable[[Any], Any]


def insert_rows(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that have the same keys. What they leave out gets the default of its column, or NULL."""
    if not rows:
        return
    table: Any = model.__table__
    connection = session.connection()
    given = [column for column in table.columns if column.key in rows[0]]
    preset = [column for column in table.columns if column.key not in rows[0] and column.default is not None]
    columns = (*given, *preset)
    names = ", ".join(f'"{column.name}"' for column in columns)
    driver: Any = connection.connection.driver_connection
    made = _made(rows, given, preset, connection.dialect)
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in made:
                copy.write_row(row)
    else:
        # Past SQLAlchemy, which takes longer to look at each row than SQLite to write it.
        places = ", ".join("?" * len(columns))
        driver.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', made)  # noqa: S608  our own names


def _made(
    rows: Sequence[dict[str, Any]],
    given: Sequence[Column[Any]],
    preset: Sequence[Column[Any]],
    dialect: Dialect,
) -> Iterator[list[Any]]:
    """The values of each row as the driver takes them, in the order of the columns."""
    keys = [(column.key, _process(column, dialect)) for column in given]
    defaults = [(column.default, _process(column, dialect)) for column in preset]
    for row in rows:
        values = [process(row[key]) for key, process in keys]
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
