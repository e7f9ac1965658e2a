"""The retention clock of cases: it starts when a case is closed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from groupware.db import session
from groupware.disclosure.models import Case
from groupware.records.retention import has_run_out


def expired(day: date) -> Any:
    """Closed cases whose retention has ended on `day`, as (id, uid, title, since)."""
    return (
        select(Case.id, Case.uid, Case.subject.label("title"), Case.closed_at.label("since"))
        .where(Case.closed_at.is_not(None), has_run_out(Case.closed_at, Case.retention_years, day))
        .order_by(Case.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase cases with their copies and what was blackened in them."""
    session.execute(delete(Case).where(Case.id.in_(ids)))
