"""What administrators see of the jobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, literal, select, union_all

from groupware import rules
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.directory.models import Person
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.plugin import Job

PAGE = 100
OVER = (JobState.DONE, JobState.CANCELLED)
MOST_OVER = 10_000
"""Jobs of each state that is over which are counted."""

_listed = (
    select(
        QueuedJob.id,
        QueuedJob.kind,
        QueuedJob.state,
        QueuedJob.due_at,
        QueuedJob.attempts,
        QueuedJob.last_error,
        QueuedJob.created_at,
        QueuedJob.finished_at,
        Person.display_name.label("person"),
    )
    .outerjoin(Person, Person.id == QueuedJob.person_id)
    .where(QueuedJob.state == bindparam("state"), QueuedJob.id < bindparam("before", type_=BIGINT))
    .order_by(QueuedJob.id.desc())
    .limit(bindparam("limit", type_=BIGINT))
)


def _number_of(state: JobState) -> Select[str, int]:
    """How many are in a state, told by the index: of those that are over only so many are counted."""
    some = select(QueuedJob.id).where(QueuedJob.state == state.value)
    if state in OVER:
        some = some.limit(bindparam("most", type_=BIGINT))
    return select(literal(state.value).label("state"), func.count().label("number")).select_from(
        some.subquery()
    )


_counts = union_all(*(_number_of(state) for state in JobState))
_oldest = select(func.min(QueuedJob.due_at)).where(
    QueuedJob.state == JobState.WAITING.value, QueuedJob.kind.in_(bindparam("kinds", expanding=True))
)

NEWEST = 2**62


def workable() -> dict[str, Job]:
    """The jobs that workers do: those of all functions that are switched on for the installation."""
    return {job.id: job for plugin in rules.enabled(None) for job in plugin.jobs}


def queued(state: JobState, before: int = NEWEST, limit: int = PAGE) -> Sequence[Row[Any]]:
    """Jobs in a state, newest first; `before` is the id of the last one seen."""
    return fetch(_listed, {"state": state.value, "before": before, "limit": limit}).all()


def counts(most: int = MOST_OVER) -> dict[JobState, int]:
    """How many jobs are in each state, of those that are over at most `most`: a week of them can be hundreds of thousands."""
    return {JobState(row.state): row.number for row in fetch(_counts, {"most": most})}


def lag(actor: Actor) -> float:
    """Seconds by which the job that has waited longest is late; 0 if none is. A worker that works keeps it below a few."""
    oldest: datetime | None = fetch(_oldest, {"kinds": list(workable()) or [""]}).scalar()
    return max(0.0, (actor.now - oldest).total_seconds()) if oldest is not None else 0.0


__all__ = ["MOST_OVER", "NEWEST", "OVER", "PAGE", "counts", "lag", "queued", "workable"]
