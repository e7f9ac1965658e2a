"""Alembic's environment, always driven by `runner.py` with an open connection."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from groupware.db import Base, UTCDateTime

config = context.config
connection = config.attributes["connection"]
history = config.attributes["history"]


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Only the tables of the history at hand."""
    return kind != "table" or (
        name is not None and history.owns(name) and not name.endswith("schema_version")
    )


def include_object(_obj: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Only the models of the history at hand."""
    return kind != "table" or (name is not None and history.owns(name))


def render_item(kind: str, obj: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types by their names in `groupware.db`."""
    if kind == "type":
        if isinstance(obj, UTCDateTime):
            return "types.UTCDateTime()"
        if isinstance(obj, sa.JSON):
            return "types.JSON_TYPE"
        if isinstance(obj, sa.BigInteger):
            return "types.BIGINT"
    return False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=history.version_table,
    render_as_batch=True,
    compare_type=True,
    include_name=include_name,
    include_object=include_object,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
