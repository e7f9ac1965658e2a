"""Remind those whom a task is for on the last working day before it is due."""

from sqlalchemy import bindparam, or_, select

from groupware import clock, events
from groupware.actor import Actor
from groupware.calendar.holidays import is_working_day, next_working_day
from groupware.db import session
from plugins.chat.events import TASK_DUE, room_topic
from plugins.chat.models import Room, Task

REMIND = "chat.remind_tasks"
"""The job."""
FROM = 8
"""The hour of the day from which on people are reminded."""
AT_ONCE = 500

_due = (
    select(Task)
    .join(Room, Room.id == Task.room_id)
    .where(
        Task.done_at.is_(None),
        Task.deleted_at.is_(None),
        Task.due_on > bindparam("today"),
        Task.due_on <= bindparam("until"),
        or_(Task.reminded_for.is_(None), Task.reminded_for != Task.due_on),
        Room.archived_at.is_(None),
        Room.deleted_at.is_(None),
    )
    .order_by(Task.room_id, Task.id)
    .limit(AT_ONCE)
    .with_for_update(of=Task)
)


def remind(actor: Actor) -> None:
    """Have everybody told of what is due until the next working day; what was told of a day is not told of it again."""
    if clock.local(actor.now).hour < FROM or not is_working_day(actor.today):
        return
    values = {"today": actor.today, "until": next_working_day(actor.today)}
    for task in session.scalars(_due, values).all():
        task.reminded_for = task.due_on
        events.emit(actor, room_topic(task.room_id), TASK_DUE, room_id=task.room_id, task_id=task.id)


__all__ = ["REMIND", "remind"]
