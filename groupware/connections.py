"""Connections to PostgreSQL: how many a process keeps, which of them are tried before they are used, where transactions begin."""

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError

from groupware import clock

POOL = {
    "pool_size": 10,
    "max_overflow": 0,
    "pool_use_lifo": True,
    "pool_timeout": 15,
    "connect_args": {"connect_timeout": 5, "cursor_factory": psycopg.RawCursor},
    "paramstyle": "numeric_dollar",
}
"""Connections of a process, which has one processor: with more at work at a time each takes longer, and one opened for a moment
prepares everything anew. Fifty who want one room at once are answered in three quarters of the time that thirty connections take.
Who waits for one longer than `pool_timeout` seconds is told so (503).
Statements are written as PostgreSQL reads them, with $1: of more than 4,096 characters or 50 values, as those of calendars are,
psycopg would look through each anew at every execution. The week of a section takes a tenth less of a processor."""
RESTED = 1.0
"""Seconds after which a connection that nobody used is tried first. SQLAlchemy's own pre-ping tries it at every use: one more
way to the server and back for every page."""
_BACK = "back_at"


def install(engine: Engine) -> None:
    """Let an engine's connections be tried, set up and begun as this module says."""
    _try_rested(engine)
    _set_up(engine)
    _begin_late(engine)


def _set_up(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # Nothing begins by itself: `_begin_late`.
        connection.autocommit = True
        connection.server_cursor_factory = psycopg.RawServerCursor
        # Instants come as we keep them, whatever the server's own zone is.
        connection.execute("SET TIME ZONE 'UTC'")


def _try_rested(engine: Engine) -> None:
    """Let what waited too long in the pool prove that the server still knows it; if it does not, the whole pool is made anew."""

    @event.listens_for(engine, "checkin")
    def _came_back(_connection: Any, record: Any) -> None:
        record.info[_BACK] = clock.monotonic()

    @event.listens_for(engine, "checkout")
    def _goes_out(connection: Any, record: Any, _proxy: Any) -> None:
        if clock.monotonic() - record.info.get(_BACK, clock.monotonic()) < RESTED:
            return
        dialect = engine.dialect
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            if not dialect.is_disconnect(error, connection, None):
                raise
            raise InvalidatePoolError("the server no longer knows this connection") from error


def _begin_late(engine: Engine) -> None:
    """Begin a transaction at the first statement that writes or locks, as what only reads before it needs none.

    Each statement sees what was committed before it, in a transaction as outside of one (READ COMMITTED). A page that only reads goes
    to the server and back twice less, and while it is put together it keeps no transaction open.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def _begin(
        connection: Connection, _cursor: object, _sql: str, _values: object, context: Any, _many: bool
    ) -> None:
        if not _only_reads(context):
            begin(connection)


def begin(connection: Connection) -> None:
    """Begin a transaction if there is none. What goes past SQLAlchemy to the driver asks for it by `db.writes_past`."""
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    raw: Any = connection.connection.driver_connection
    if raw.pgconn.transaction_status == TransactionStatus.IDLE:
        raw.execute("BEGIN", prepare=False)


def _only_reads(context: Any) -> bool:
    """Whether a statement is a SELECT that neither locks nor keeps a cursor on the server, and writes in none of its parts."""
    compiled = context.compiled
    return (
        compiled is not None
        and compiled.statement.is_select
        and getattr(compiled.statement, "_for_update_arg", True) is None
        and not context._is_server_side
        and not any(part.element.is_dml for part in compiled.ctes or ())
    )


__all__ = ["POOL", "RESTED", "begin", "install"]
