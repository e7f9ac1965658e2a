"""Verbs of jobs. All of them run in the current write unit; the worker alone opens units of its own."""

import traceback
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import for_each_database, insert_new, run, session
from groupware.errors import Conflict, NotFound
from groupware.i18n import gettext
from groupware.jobs.enums import JobState
from groupware.jobs.models import QueuedJob
from groupware.plugin import Job
from groupware.registry import registry

MANAGE = "administration:system:manage"
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
KEPT = timedelta(days=7)
"""How long the row of a job that is done or cancelled stays to be looked at."""
LONGEST_ERROR = 4000


class LostLease(RuntimeError):
    """The job took longer than its lease and was begun by another worker: what this one wrote is rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker has taken. `attempts` is the number of this attempt."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


def enqueue(
    actor: Actor,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Have the declared job `kind` done with `payload` (ids, never content), at once or from `due_at` on.

    False if a job with this `key` exists already. Raises KeyError for a kind that no plugin declares.
    """
    known = registry().jobs[kind]
    if known.every is not None:
        raise KeyError(f"the job {kind!r} repeats by itself")
    values = {
        "kind": kind,
        "key": key,
        "payload": payload or {},
        "state": JobState.WAITING.value,
        "due_at": due_at or actor.now,
        "attempts": 0,
        "last_error": "",
        "person_id": actor.person_id,
        "created_at": actor.now,
    }
    return run(_enqueue(), values).first() is not None


@for_each_database
def _enqueue() -> Any:
    return insert_new(QueuedJob).returning(QueuedJob.id)


def plan_repeating(jobs: Iterable[Job], now: datetime) -> None:
    """Give every job that repeats its row. Called by each worker at its start."""
    rows = [
        {
            "kind": job.id,
            "key": job.id,
            "payload": {},
            "state": JobState.WAITING.value,
            "due_at": now,
            "attempts": 0,
            "last_error": "",
            "created_at": now,
        }
        for job in jobs
        if job.every is not None
    ]
    if rows:
        session.execute(insert_new(QueuedJob), rows)


def claim(kinds: Collection[str], now: datetime, limit: int) -> list[Claim]:
    """Take up to `limit` jobs that are due, or whose worker is gone, the oldest first; nobody else gets them meanwhile.

    A job that has taken as many workers with it as it has attempts is not given to another one: it has failed.
    """
    due = (
        select(QueuedJob)
        .where(
            QueuedJob.kind.in_(kinds),
            or_(
                (QueuedJob.state == JobState.WAITING.value) & (QueuedJob.due_at <= now),
                (QueuedJob.state == JobState.RUNNING.value) & (QueuedJob.leased_until <= now),
            ),
        )
        .order_by(QueuedJob.due_at, QueuedJob.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = []
    for row in session.scalars(due):
        job = registry().jobs[row.kind]
        if row.state == JobState.RUNNING and job.every is None and row.attempts >= job.attempts:
            row.state, row.leased_until, row.finished_at = JobState.FAILED.value, None, now
            row.last_error = "The worker did not come back."
            continue
        row.state = JobState.RUNNING.value
        row.leased_until = now + timedelta(seconds=job.lease)
        row.attempts += 1
        taken.append(Claim(row.id, row.kind, dict(row.payload), row.attempts))
    return taken


def finish(mine: Claim, now: datetime) -> None:
    """Say that the job is done, in the transaction of its writes. Raises LostLease if it is no longer this worker's."""
    every = registry().jobs[mine.kind].every
    values: dict[str, Any] = {"leased_until": None, "finished_at": now, "last_error": ""}
    if every is None:
        values |= {"state": JobState.DONE.value}
    else:
        values |= {"state": JobState.WAITING.value, "due_at": now + timedelta(seconds=every), "attempts": 0}
    if _change(mine, values) == 0:
        raise LostLease(f"job {mine.id} ({mine.kind}) was begun again by another worker")


def fail(mine: Claim, error: BaseException, now: datetime) -> None:
    """Keep why it failed, and try again after a pause that doubles; after the last attempt somebody must look."""
    job = registry().jobs[mine.kind]
    is_last = job.every is None and mine.attempts >= job.attempts
    pause = min(FIRST_PAUSE * 2 ** min(mine.attempts - 1, 16), LONGEST_PAUSE)
    said = "".join(traceback.format_exception(error))[-LONGEST_ERROR:]
    _change(
        mine,
        {
            "state": JobState.FAILED.value if is_last else JobState.WAITING.value,
            "due_at": now + pause,
            "leased_until": None,
            "last_error": said,
            "finished_at": now if is_last else None,
        },
    )


def _change(mine: Claim, values: dict[str, Any]) -> int:
    statement = (
        update(QueuedJob)
        .where(
            QueuedJob.id == mine.id,
            QueuedJob.attempts == mine.attempts,
            QueuedJob.state == JobState.RUNNING.value,
        )
        .values(**values)
        .returning(QueuedJob.id)
    )
    return len(session.scalars(statement).all())


def run_again(actor: Actor, job_id: int) -> None:
    """Have a waiting, failed or cancelled job done now. Raises NotFound, Conflict if it is running or done."""
    job = _locked(actor, job_id)
    if job.state in (JobState.RUNNING, JobState.DONE):
        raise Conflict(gettext("This job is running or done already."), code="state")
    job.state, job.due_at, job.attempts, job.finished_at = JobState.WAITING.value, actor.now, 0, None
    audit.record(actor, "job.run_again", object_type="core.job", object_id=job.id, details={"kind": job.kind})


def cancel(actor: Actor, job_id: int) -> None:
    """Let a job that waits or has failed not be done. Raises NotFound, Conflict if it runs, is over, or repeats."""
    job = _locked(actor, job_id)
    known = registry().jobs.get(job.kind)
    if job.state not in (JobState.WAITING, JobState.FAILED):
        raise Conflict(gettext("This job is running or over already."), code="state")
    if known is not None and known.every is not None:
        raise Conflict(gettext("This job repeats by itself and cannot be cancelled."), code="repeats")
    job.state, job.finished_at = JobState.CANCELLED.value, actor.now
    audit.record(actor, "job.cancelled", object_type="core.job", object_id=job.id, details={"kind": job.kind})


def _locked(actor: Actor, job_id: int) -> QueuedJob:
    access.require(actor, MANAGE)
    job = session.scalars(select(QueuedJob).where(QueuedJob.id == job_id).with_for_update()).one_or_none()
    if job is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return job


def tidy(actor: Actor) -> None:
    """Remove the rows of what was done or cancelled a week ago."""
    over: Sequence[str] = (JobState.DONE.value, JobState.CANCELLED.value)
    session.execute(
        delete(QueuedJob).where(QueuedJob.state.in_(over), QueuedJob.finished_at < actor.now - KEPT)
    )


__all__ = [
    "MANAGE",
    "Claim",
    "LostLease",
    "cancel",
    "claim",
    "enqueue",
    "fail",
    "finish",
    "plan_repeating",
    "run_again",
    "tidy",
]
