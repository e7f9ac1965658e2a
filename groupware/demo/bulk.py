"""Many rows into one table, the fastest way each database has: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Dialect, insert

from groupware.db import Base, session

Process = Callable[[Any], Any]


def insert_rows(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that have the same keys. What they leave out gets the default of its column, or NULL."""
    if not rows:
        return
    table: Any = model.__table__
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.execute(insert(table), list(rows))


def _copy(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    given = [column for column in table.columns if column.key in rows[0]]
    preset = [column for column in table.columns if column.key not in rows[0] and column.default is not None]
    processes = {column.key: _process(column, connection.dialect) for column in (*given, *preset)}
    names = ", ".join(f'"{column.name}"' for column in (*given, *preset))
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            values = [row[column.key] for column in given] + list(_defaults(preset))
            copy.write_row(
                [processes[c.key](value) for c, value in zip((*given, *preset), values, strict=True)]
            )


def _process(column: Column[Any], dialect: Dialect) -> Process:
    """What SQLAlchemy does with a value of the column before the driver gets it."""
    found: Process | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found or _unchanged


def _unchanged(value: Any) -> Any:
    return value


def _defaults(columns: Sequence[Column[Any]]) -> Iterator[Any]:
    for column in columns:
        default: Any = column.default
        yield default.arg(None) if default.is_callable else default.arg
