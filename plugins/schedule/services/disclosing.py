"""Records of the schedule that hold the words of a request for disclosure, whoever may see them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import clock
from groupware.db import session


def records_with(
    model: Any,
    at: Any,
    words: Sequence[str],
    since: date | None,
    until: date | None,
    units: frozenset[int] | None,
    limit: int,
) -> Sequence[Any]:
    """(id, uid, title, at, unit_id) of rows of these organisations (None: of all) that hold every folded word, newest first.

    `at` is the column by which they are counted to the days `since` to `until`, the last one included.
    """
    statement = select(model.id, model.uid, model.title, at.label("at"), model.unit_id).where(
        *(model.search_text.contains(word, autoescape=True) for word in words)
    )
    if since is not None:
        statement = statement.where(at >= clock.midnight(since))
    if until is not None:
        statement = statement.where(at < clock.end_of(until))
    if units is not None:
        statement = statement.where(model.unit_id.in_(sorted(units)))
    return session.execute(statement.order_by(at.desc(), model.id.desc()).limit(limit)).all()
