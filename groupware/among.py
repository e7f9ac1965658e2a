"""A column is one of many values: `among` those that come with each execution as a single one, or `one_of` a few known codes.

`in_` with an expanding parameter writes another text for every count of values: SQLAlchemy expands it at every execution, the
driver parses it, and PostgreSQL plans it. Statements that are asked all day have one text and one plan with this: an array on
PostgreSQL, JSON on SQLite. Codes that the programme itself names stand in the text.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Dialect,
    String,
    TypeDecorator,
    Uuid,
    bindparam,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import coercions, roles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine


class _Many(TypeDecorator[Sequence[Any]]):
    """Many values of one type as a single one."""

    impl = String
    cache_ok = True

    def __init__(self, of: type[TypeEngine[Any]]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.of()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        if dialect.name == "postgresql":
            return values
        return json.dumps([one.hex for one in values] if self.of is Uuid else values)


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
    """Criterion: the column is one of the numbers, texts or UUIDs, as its type is, in parameter `name`, any iterable of them.

    None of them: no row.
    """
    expected = coercions.expect(roles.ColumnArgumentRole, column)
    of = next((known for known in (String, Uuid) if isinstance(expected.type, known)), BigInteger)
    return _Among(expected, bindparam(name, type_=_Many(of)))


def one_of(column: Any, codes: Iterable[str]) -> ColumnElement[bool]:
    """Criterion: the column has one of these codes of the programme; with `~` none of them.

    Raises ValueError for what is no code: nothing that somebody typed may stand in a statement.
    """
    wanted = list(codes)
    if not all(code.isidentifier() for code in wanted):
        raise ValueError(f"these are no codes: {wanted}")
    found: ColumnElement[bool] = column.in_([literal_column(f"'{code}'", String) for code in wanted])
    return found
