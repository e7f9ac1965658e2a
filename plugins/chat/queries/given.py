"""Rows that a statement is given as one JSON value: it has one text and one plan for any number of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, BindParameter, cast, column, func, select

from groupware.db import session


def table_of(columns: Sequence[tuple[str, Any]], value: BindParameter[str], name: str = "given") -> Any:
    """The rows, a list of objects, as a table of these columns in the dialect of the current database."""
    if session().get_bind().dialect.name == "postgresql":
        return (
            func.json_to_recordset(cast(value, JSON))
            .table_valued(*(column(one, kind) for one, kind in columns))
            .render_derived(name=name, with_types=True)
        )
    each = func.json_each(value).table_valued("value", name=f"{name}_each")
    return select(
        *(func.json_extract(each.c.value, f"$.{one}", type_=kind).label(one) for one, kind in columns)
    ).subquery(name)


__all__ = ["table_of"]
