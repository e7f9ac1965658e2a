"""The columns of the documents as a search names them, without naming the table they come from."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Text, literal_column

from groupware.db import BIGINT

DOCUMENTS: Final = "core_search_documents"


def _column(name: str, kind: Any) -> ColumnElement[Any]:
    return literal_column(f"{DOCUMENTS}.{name}", kind)


ID = _column("id", BIGINT)
KIND = _column("kind", Text())
KEY = _column("key", BIGINT)
PART = _column("part", BIGINT)
CONTAINER = _column("container_id", BIGINT)
UNIT = _column("unit_id", BIGINT)
PERSON = _column("person_id", BIGINT)
NAME = _column("name", Text())
FOLDED = _column("folded", Text())
