"""Tasks of a room and what they said before, whoever may see them: for records and for requests for disclosure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from groupware.db import BIGINT, UTCDateTime, fetch, session
from plugins.chat.models import Task, TaskAssignee, TaskRevision

_SINCE, _UNTIL = (bindparam(name, type_=UTCDateTime()) for name in ("since", "until"))
_then = (
    Task.room_id == bindparam("room", type_=BIGINT),
    Task.created_at >= bindparam("made_since", type_=UTCDateTime()),
    or_(
        (Task.created_at >= _SINCE) & (Task.created_at < _UNTIL),
        (Task.done_at >= _SINCE) & (Task.done_at < _UNTIL),
    ),
)
_tasks = select(Task).where(*_then).order_by(Task.created_at, Task.id)
_number = select(func.count()).select_from(Task).where(*_then, Task.deleted_at.is_(None))
_assignees = (
    select(TaskAssignee.task_id, TaskAssignee.label)
    .join(Task, Task.id == TaskAssignee.task_id)
    .where(*_then)
    .order_by(TaskAssignee.task_id, TaskAssignee.principal_id)
)
_earlier = (
    select(TaskRevision)
    .join(Task, Task.id == TaskRevision.task_id)
    .where(*_then)
    .order_by(TaskRevision.task_id, TaskRevision.id)
)


def tasks(room_id: int, since: datetime, until: datetime, made_since: datetime) -> Sequence[Task]:
    """What was set or done from `since` until before `until`, of what was set since `made_since`; deleted tasks as well."""
    return session.scalars(_tasks, _values(room_id, since, until, made_since)).all()


def number(room_id: int, since: datetime, until: datetime, made_since: datetime) -> int:
    """How many of them stand."""
    return fetch(_number, _values(room_id, since, until, made_since)).scalar() or 0


def assignees(room_id: int, since: datetime, until: datetime, made_since: datetime) -> dict[int, list[str]]:
    """Task → the names of those whom it is for, as they were called then."""
    rows = fetch(_assignees, _values(room_id, since, until, made_since)).all()
    return {key: [one.label for one in some] for key, some in groupby(rows, key=attrgetter("task_id"))}


def earlier_wordings(
    room_id: int, since: datetime, until: datetime, made_since: datetime
) -> dict[int, list[Any]]:
    """Task → what it said before each time that it was changed, done or opened again, oldest first."""
    rows = session.scalars(_earlier, _values(room_id, since, until, made_since)).all()
    return {key: list(some) for key, some in groupby(rows, key=attrgetter("task_id"))}


def _values(room_id: int, since: datetime, until: datetime, made_since: datetime) -> dict[str, Any]:
    return {"room": room_id, "since": since, "until": until, "made_since": made_since}


__all__ = ["assignees", "earlier_wordings", "number", "tasks"]
