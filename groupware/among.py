"""`among(column, name)`: a column is one of many numbers or texts that come as a single value.

`in_` with an expanding parameter writes another text for every count of values: SQLAlchemy expands it at every execution, the
driver parses it, and PostgreSQL plans it. Statements that are asked all day have one text and one plan with this: an array on
PostgreSQL, JSON on SQLite.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import coercions, roles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

from groupware.db import BIGINT


class _Many(TypeDecorator[Sequence[Any]]):
    """Many numbers, or many texts, as one value."""

    impl = String
    cache_ok = True

    def __init__(self, of_texts: bool) -> None:
        super().__init__()
        self.of_texts = of_texts

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        array = ARRAY(String() if self.of_texts else BIGINT)
        return dialect.type_descriptor(array if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class _Among(ColumnElement[bool]):
    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True
    _traverse_internals = [  # noqa: RUF012  SQLAlchemy's own protocol
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], values: BindParameter[Any]) -> None:
        self.column, self.values = column, values

    @property
    def _from_objects(self) -> list[FromClause]:
        return self.column._from_objects


@compiles(_Among)
def _as_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in (element.column, element.values))
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  both are compiled expressions


@compiles(_Among, "postgresql")
def _as_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in (element.column, element.values))
    return f"{column} = ANY ({values})"


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Criterion: the column is one of the numbers or texts, as its type is, in parameter `name`, any iterable of them.

    None of them: no row.
    """
    expected = coercions.expect(roles.ColumnArgumentRole, column)
    return _Among(expected, bindparam(name, type_=_Many(isinstance(expected.type, String))))
