"""Tasks of chat rooms for programs: the same queries, services and permissions as the pages."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy import Uuid, bindparam, select

from groupware.actor import Actor
from groupware.api.reading import wrong_position
from groupware.api.shapes import Input, Instant, Output, Text
from groupware.db import fetch
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Collection, Operation, Slice
from plugins.chat.models import Room, Task
from plugins.chat.queries import rooms, tasks
from plugins.chat.queries.rooms import not_found
from plugins.chat.queries.tasks import TaskLine
from plugins.chat.services import tasks as services
from plugins.chat.services.tasks import TaskPlan


class TaskItem(Output):
    """A task. `assignees` are the names of those whom it is for; `message` is the number of the message that it was made of; `task_id` is
    what events of its room call it."""

    uid: UUID
    task_id: int
    room: UUID
    room_title: str
    message: int | None
    what: str
    assignees: list[str]
    due_on: date | None
    asked_by: str
    created_at: Instant
    done_at: Instant | None
    done_by: str
    is_mine: bool
    url: str


class TaskArguments(Input):
    """Which tasks: those of the person across their rooms, or all of a `room`; open ones, or those that are done."""

    done: bool = False
    room: UUID | None = None


class NewTask(Input):
    """A task to be set in a room. `assignees` are refs of the directory, as `person:77` or `unit_tree:12`."""

    room: UUID
    what: Text = Field(min_length=1, max_length=500)
    assignees: list[Text] = Field(default=[], max_length=30)
    due_on: date | None = None
    message: int | None = Field(None, ge=1, le=2**63 - 1)


def _item(task: TaskLine) -> TaskItem:
    return TaskItem(
        uid=task.uid,
        task_id=task.id,
        room=task.room_uid,
        room_title=task.room_title,
        message=task.seq,
        what=task.what,
        assignees=list(task.assignees),
        due_on=task.due_on,
        asked_by=task.created_by_name,
        created_at=task.created_at,
        done_at=task.done_at,
        done_by=task.done_by_name,
        is_mine=task.is_mine,
        url=url_for("chat.task", uid=task.room_uid, task_uid=task.uid),
    )


def _found(actor: Actor, wanted: TaskArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    if after is not None and not (len(after) == 1 and isinstance(after[0], int) and after[0] >= 0):
        raise wrong_position()
    start = after[0] if after is not None else 0
    lines = _lines(actor, wanted)
    shown = lines[start : start + limit]
    following = (start + limit,) if len(lines) > start + limit else None
    return Slice(items=[_item(one) for one in shown], next=following)


def _lines(actor: Actor, wanted: TaskArguments) -> list[TaskLine]:
    if wanted.room is not None:
        shown = rooms.one(actor, wanted.room)
        if not shown.has_notes:
            raise not_found()
        return tasks.of_room(actor, shown, is_done=wanted.done)
    return tasks.finished(actor) if wanted.done else tasks.mine(actor)


_room_of = (
    select(Room.uid).join(Task, Task.room_id == Room.id).where(Task.uid == bindparam("uid", type_=Uuid()))
)


def _room(uid: UUID) -> UUID:
    found = fetch(_room_of, {"uid": uid}).scalar()
    if found is None:
        raise not_found()
    return UUID(str(found))


def _task(actor: Actor, uid: UUID) -> TaskItem:
    return _item(tasks.one(actor, rooms.one(actor, _room(uid)), uid))


def _create(actor: Actor, body: NewTask) -> UUID:
    plan = TaskPlan(body.what, body.assignees, body.due_on)
    return services.make(actor, body.room, plan, seq=body.message)


def _done(actor: Actor, uid: UUID) -> None:
    services.finish(actor, _room(uid), uid)


def _reopen(actor: Actor, uid: UUID) -> None:
    services.finish(actor, _room(uid), uid, is_done=False)


TASKS = Collection(
    id="tasks",
    title=lazy_gettext("Tasks of chat rooms"),
    find=Operation(
        title=lazy_gettext("Tasks of the person across their rooms, or of one room, the first due first"),
        run=_found,
        takes=TaskArguments,
        gives=TaskItem,
    ),
    read=Operation(title=lazy_pgettext("api", "A task"), run=_task, gives=TaskItem),
    create=Operation(title=lazy_pgettext("api", "Set a task in a room"), run=_create, takes=NewTask),
    acts={
        "done": Operation(title=lazy_pgettext("api", "Note that a task is done"), run=_done),
        "reopen": Operation(title=lazy_pgettext("api", "Open a done task again"), run=_reopen),
    },
)

__all__ = ["TASKS"]
