"""Who is told of tasks in their timeline, and what a line of it says."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, select, true

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.clock import today
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.models import Person
from plugins.chat.enums import ROOM
from plugins.chat.models import Member, Room, Task, TaskAssignee
from plugins.chat.permissions import READ

_described = (
    select(
        Task.id,
        Task.uid.label("task_uid"),
        Task.what,
        Task.due_on,
        Room.uid,
        Room.kind,
        Room.name,
        Room.direct_key,
        Room.classification,
        Room.unit_id,
    )
    .join(Room, Room.id == Task.room_id)
    .where(
        Task.id.in_(bindparam("tasks", type_=BIGINT, expanding=True)),
        Task.deleted_at.is_(None),
        Room.deleted_at.is_(None),
        access.visible(READ, Room),
    )
)


def told_about(actor: Actor, tasks: Sequence[int]) -> Sequence[Any]:
    """Those of the tasks whose room the actor may read, with what names the room."""
    return fetch(_described, {**access.parameters(actor, READ, ROOM), "tasks": list(tasks)}).all()


def doing(task_id: int, principals: Sequence[int] | None = None) -> Select[Any]:
    """People whom an open task is for, by one of these principals if they are named, as long as they belong to its room."""
    day = today()
    is_chosen = TaskAssignee.principal_id.in_(principals) if principals is not None else true()
    other = PersonPrincipal.__table__.alias("belonging")
    belongs = exists().where(
        Member.room_id == Task.room_id,
        Member.ended_at.is_(None),
        other.c.principal_id == Member.principal_id,
        other.c.person_id == PersonPrincipal.person_id,
        other.c.valid_from <= day,
        other.c.valid_to > day,
    )
    return (
        select(PersonPrincipal.person_id)
        .join(TaskAssignee, TaskAssignee.principal_id == PersonPrincipal.principal_id)
        .join(Task, Task.id == TaskAssignee.task_id)
        .join(Person, Person.id == PersonPrincipal.person_id)
        .where(
            Task.id == task_id,
            Task.done_at.is_(None),
            Task.deleted_at.is_(None),
            Person.left_on > day,
            holds_on(PersonPrincipal, day),
            is_chosen,
            belongs,
        )
    )


def asking(person_id: int, room_id: int) -> Select[Any]:
    """Who asked for a task, if they belong to the room."""
    day = today()
    belongs = exists().where(
        Member.room_id == room_id,
        Member.ended_at.is_(None),
        PersonPrincipal.principal_id == Member.principal_id,
        PersonPrincipal.person_id == Person.id,
        holds_on(PersonPrincipal, day),
    )
    return select(Person.id).where(Person.id == person_id, Person.left_on > day, belongs)


__all__ = ["asking", "doing", "told_about"]
