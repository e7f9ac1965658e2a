"""What administrators see of the jobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from groupware import rules
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.directory.models import Person
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.plugin import Job
from groupware.registry import registry

PAGE = 100

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
_counts = select(QueuedJob.state, func.count().label("number")).group_by(QueuedJob.state)
_oldest = select(func.min(QueuedJob.due_at)).where(
    QueuedJob.state == JobState.WAITING.value, QueuedJob.kind.in_(bindparam("kinds", expanding=True))
)

NEWEST = 2**62


def workable() -> dict[str, Job]:
    """The jobs that workers do: those of all functions that are switched on for the installation."""
    return {job.id: job for plugin in registry() if rules.is_enabled(plugin, None) for job in plugin.jobs}


def queued(state: JobState, before: int = NEWEST, limit: int = PAGE) -> Sequence[Row[Any]]:
    """Jobs in a state, newest first; `before` is the id of the last one seen."""
    return fetch(_listed, {"state": state.value, "before": before, "limit": limit}).all()


def counts() -> dict[JobState, int]:
    """How many jobs are in each state."""
    found = dict.fromkeys(JobState, 0)
    for row in fetch(_counts):
        found[JobState(row.state)] = row.number
    return found


def lag(actor: Actor) -> float:
    """Seconds by which the job that has waited longest is late; 0 if none is. A worker that works keeps it below a few."""
    oldest: datetime | None = fetch(_oldest, {"kinds": list(workable()) or [""]}).scalar()
    return max(0.0, (actor.now - oldest).total_seconds()) if oldest is not None else 0.0


__all__ = ["NEWEST", "PAGE", "counts", "lag", "queued", "workable"]
