"""The table of jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Key
from groupware.jobs.enums import JobState


class QueuedJob(Base):
    """One piece of work. A job that repeats has one row for ever, found by its `key`."""

    __tablename__ = "core_jobs"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in JobState)})", name="state"),
        CheckConstraint("(state = 'running') = (leased_until IS NOT NULL)", name="lease"),
        Index("ix_core_jobs_due", "state", "due_at"),
    )

    id: Mapped[Key]
    kind: Mapped[Code]
    """The id of the declared `Job`."""
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Who asks twice with the same key gets one job."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE, default=dict)
    state: Mapped[Code] = mapped_column(default=JobState.WAITING.value)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was begun; also says whose it is: a worker that was too slow finds another number."""
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(BIGINT)
    """Who caused it; None is the installation."""
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
