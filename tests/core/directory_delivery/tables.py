"""The whole database as values, to tell whether anything has changed."""

from typing import Any

from sqlalchemy import select

from groupware.db import Base, session


def contents(*left_out: str) -> dict[str, list[tuple[Any, ...]]]:
    """Table → its rows, sorted, except the tables named."""
    return {
        table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name not in left_out
    }


def texts(found: dict[str, list[tuple[Any, ...]]]) -> str:
    """Everything that stands in the tables, as one text to search in."""
    return "\n".join(f"{name} {row!r}" for name, rows in found.items() for row in rows)
