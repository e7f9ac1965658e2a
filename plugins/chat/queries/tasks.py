"""Tasks of a room, one of them, and those of somebody across their rooms."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import aliased

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY, is_among
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, UTCDateTime, fetch, holds_on
from groupware.directory.models import Person
from groupware.guests.models import Guest
from plugins.chat.enums import Role
from plugins.chat.models import Member, Room, Task, TaskAssignee, TaskRevision
from plugins.chat.queries.belonging import memberships, seen_since, seen_since_among
from plugins.chat.queries.rooms import IS_THERE, RoomView, not_found
from plugins.chat.queries.titles import title_of

MOST = 300
"""Tasks in one list."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in a list, and on its page."""

    id: int
    uid: uuid.UUID
    room_uid: uuid.UUID
    room_title: str
    seq: int | None
    what: str
    due_on: date | None
    assignees: tuple[str, ...]
    values: tuple[int, ...]
    """The principals of the assignees, in the same order."""
    created_at: datetime
    created_by_name: str
    done_at: datetime | None
    done_by_name: str
    version: int
    is_mine: bool
    """Whether it is for whoever looks, by themselves or as one of a section."""
    is_asked_by_me: bool
    is_left: bool
    """Whether nobody whom it is for belongs to the room any more."""

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been done."""
        return self.done_at is None and self.due_on is not None and self.due_on < today


_ROOM = bindparam("room", type_=BIGINT)
_Does: Any = aliased(PersonPrincipal)
_Is: Any = aliased(PersonPrincipal)
_for_me = exists().where(TaskAssignee.task_id == Task.id, is_among(TaskAssignee.principal_id)).correlate(Task)
_has_assignees = exists().where(TaskAssignee.task_id == Task.id).correlate(Task)
_still_there = (
    exists()
    .where(
        TaskAssignee.task_id == Task.id,
        _Does.principal_id == TaskAssignee.principal_id,
        holds_on(_Does, ACTOR_TODAY),
        _Is.person_id == _Does.person_id,
        holds_on(_Is, ACTOR_TODAY),
        Member.principal_id == _Is.principal_id,
        Member.room_id == Task.room_id,
        Member.ended_at.is_(None),
        # Who has left stays the principal of themselves; a guest never works here.
        Person.id == _Does.person_id,
        or_(Person.left_on > ACTOR_TODAY, exists().where(Guest.person_id == Person.id)),
    )
    .correlate(Task)
)
_is_left = and_(_has_assignees, ~_still_there)
_columns = (
    Task.id,
    Task.uid,
    Task.seq,
    Task.room_id,
    Task.what,
    Task.due_on,
    Task.created_at,
    Task.created_by,
    Task.created_by_name,
    Task.done_at,
    Task.done_by_name,
    Task.version,
    case((_for_me, 1), else_=0).label("is_mine"),
    case((and_(Task.done_at.is_(None), _is_left), 1), else_=0).label("is_left"),
)


def first_due(task: Any) -> tuple[Any, ...]:
    """The order in which tasks, or rows of them, are to be done."""
    return task.due_on.is_(None), task.due_on, task.id


_first_due = first_due(Task)
_in_room = select(*_columns).where(
    Task.room_id == _ROOM,
    Task.deleted_at.is_(None),
    Task.created_at >= bindparam("seen_since", type_=UTCDateTime()),
)
_open = _in_room.where(Task.done_at.is_(None)).order_by(*_first_due).limit(MOST)
_done = _in_room.where(Task.done_at.is_not(None)).order_by(Task.done_at.desc(), Task.id.desc()).limit(MOST)
_one = _in_room.where(Task.uid == bindparam("uid", type_=Uuid()))
_named = (
    select(TaskAssignee.task_id, TaskAssignee.principal_id, TaskAssignee.label)
    .where(among(TaskAssignee.task_id, "tasks"))
    .order_by(TaskAssignee.task_id, TaskAssignee.principal_id)
)
_ties = memberships().subquery("ties")
_across = (
    select(
        *_columns,
        Room.uid.label("room_uid"),
        Room.kind,
        Room.name,
        Room.direct_key,
        Room.shows_past,
        Room.created_at.label("opened_at"),
    )
    .join(Room, Room.id == Task.room_id)
    .join(_ties, _ties.c.room_id == Task.room_id)
    .where(IS_THERE, Task.deleted_at.is_(None))
)
_waits = or_(_for_me, and_(_is_left, _ties.c.role >= Role.OWNER.value))
MINE = (
    _across.where(Task.done_at.is_(None), Room.archived_at.is_(None), _waits)
    .order_by(*_first_due)
    .limit(MOST)
)
_asked = (
    _across.where(
        Task.done_at.is_(None), Room.archived_at.is_(None), Task.created_by == ACTOR_PERSON, ~_waits
    )
    .order_by(*_first_due)
    .limit(MOST)
)
_finished = (
    _across.where(Task.done_at.is_not(None), or_(_for_me, Task.created_by == ACTOR_PERSON))
    .order_by(Task.done_at.desc(), Task.id.desc())
    .limit(MOST)
)
_made_of = select(Task.seq, Task.uid, Task.done_at).where(
    Task.room_id == _ROOM,
    Task.seq.between(bindparam("first", type_=BIGINT), bindparam("last", type_=BIGINT)),
    Task.deleted_at.is_(None),
)
_before = (
    select(
        TaskRevision.what,
        TaskRevision.due_on,
        TaskRevision.assignees,
        TaskRevision.made_at,
        TaskRevision.made_by_name,
    )
    .where(TaskRevision.task_id == bindparam("task", type_=BIGINT))
    .order_by(TaskRevision.id.desc())
)


def of_room(actor: Actor, room: RoomView, *, is_done: bool = False) -> list[TaskLine]:
    """The tasks of a room that was opened: open ones by their day, done ones the last one first."""
    values = {**access.parameters(actor), "room": room.id, "seen_since": seen_since(actor, room)}
    rows = fetch(_done if is_done else _open, values).all()
    return _lines(actor, rows, room)


def one(actor: Actor, room: RoomView, uid: uuid.UUID) -> TaskLine:
    """A task of a room that was opened. Raises NotFound."""
    values = {**access.parameters(actor), "room": room.id, "seen_since": seen_since(actor, room), "uid": uid}
    rows = fetch(_one, values).all()
    if not rows or not room.has_notes:
        raise not_found()
    return _lines(actor, rows, room)[0]


def before(task: TaskLine) -> Sequence[Any]:
    """What a task that was opened said before each change, the latest first."""
    return fetch(_before, {"task": task.id}).all()


def mine(actor: Actor) -> list[TaskLine]:
    """Open tasks for the actor across their rooms, and in their own rooms those whose people have left: overdue ones first."""
    return _lines(actor, shown(actor, fetch(MINE, access.parameters(actor)).all()))


def asked(actor: Actor) -> list[TaskLine]:
    """Open tasks for others that the actor has asked for."""
    return _lines(actor, shown(actor, fetch(_asked, access.parameters(actor)).all()))


def finished(actor: Actor) -> list[TaskLine]:
    """Done tasks that were for the actor, or that they had asked for, the last one first."""
    return _lines(actor, shown(actor, fetch(_finished, access.parameters(actor)).all()))


def made_of(room: RoomView, seqs: Collection[int]) -> dict[int, list[Any]]:
    """Number of a message → `uid` and `done_at` of the tasks that were made of it, for messages that the actor has opened."""
    found: dict[int, list[Any]] = {}
    if seqs and room.has_notes:
        for row in fetch(_made_of, {"room": room.id, "first": min(seqs), "last": max(seqs)}):
            found.setdefault(row.seq, []).append(row)
    return found


def shown(actor: Actor, rows: Sequence[Any]) -> list[Any]:
    """Of rows across rooms those that their rooms show the actor."""
    since = seen_since_among(actor, {row.room_id: row.opened_at for row in rows if not row.shows_past})
    return [row for row in rows if row.shows_past or row.created_at >= since[row.room_id]]


def _lines(actor: Actor, rows: Sequence[Any], room: RoomView | None = None) -> list[TaskLine]:
    named: dict[int, list[Any]] = {}
    for one in fetch(_named, {"tasks": [row.id for row in rows]}) if rows else ():
        named.setdefault(one.task_id, []).append(one)
    return [
        TaskLine(
            id=row.id,
            uid=row.uid,
            room_uid=room.uid if room is not None else row.room_uid,
            room_title=room.title if room is not None else title_of(actor, row),
            seq=row.seq if room is None or row.seq is None or row.seq > room.floor else None,
            what=row.what,
            due_on=row.due_on,
            assignees=tuple(one.label for one in named.get(row.id, ())),
            values=tuple(one.principal_id for one in named.get(row.id, ())),
            created_at=row.created_at,
            created_by_name=row.created_by_name,
            done_at=row.done_at,
            done_by_name=row.done_by_name,
            version=row.version,
            is_mine=bool(row.is_mine),
            is_asked_by_me=row.created_by == actor.person_id,
            is_left=bool(row.is_left),
        )
        for row in rows
    ]


__all__ = [
    "MINE",
    "MOST",
    "TaskLine",
    "asked",
    "before",
    "finished",
    "first_due",
    "made_of",
    "mine",
    "of_room",
    "one",
    "shown",
]
