"""Connections to PostgreSQL: how many a process keeps, and which of them are tried before they are used."""

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

from groupware import clock

POOL = {
    "pool_size": 10,
    "max_overflow": 0,
    "pool_use_lifo": True,
    "pool_timeout": 15,
    "connect_args": {"connect_timeout": 5},
}
"""Connections of a process, which has one processor: with more at work at a time each takes longer, and one opened for a moment
prepares everything anew. Fifty who want one room at once are answered in three quarters of the time that thirty connections take.
Who waits for one longer than `pool_timeout` seconds is told so (503)."""
RESTED = 1.0
"""Seconds after which a connection that nobody used is tried first. SQLAlchemy's own pre-ping tries it at every use: one more
way to the server and back for every page."""
_BACK = "back_at"


def try_rested(engine: Engine) -> None:
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


__all__ = ["POOL", "RESTED", "try_rested"]
