"""Set tasks in a room, change them, do them, take them away.

Every verb locks the room's row, so that of two who finish a task one has done it. Who may write in the room may do all of this: in a
section whoever is there does what is to be done. What a task said before is kept.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from groupware import audit, events
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.picking import parse_all
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.idempotency import once
from plugins.chat.enums import ROOM, TASK, Role
from plugins.chat.events import TASK_ASSIGNED, TASK_CHANGED, TASK_DONE, room_topic
from plugins.chat.models import Message, Task, TaskAssignee, TaskRevision
from plugins.chat.queries.assigning import candidates
from plugins.chat.queries.belonging import seen_since
from plugins.chat.queries.mentionable import units_among
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services.flooding import require_slow
from plugins.chat.services.locking import require
from plugins.chat.services.notes import writable
from plugins.chat.services.wording import one_line, require_wanted

DELETED = "chat.task_deleted"
"""What the audit calls it when somebody takes away what another set."""
WHAT_LENGTH = 300
MOST_ASSIGNEES = 30


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """What is to be done, by whom (`person:77`, `unit_tree:12`), until when."""

    what: str
    assignees: Sequence[str] = ()
    due_on: date | None = None


def make(
    actor: Actor, room_uid: uuid.UUID, plan: TaskPlan, *, seq: int | None = None, key: str = ""
) -> uuid.UUID:
    """Set a task, of the message with the number `seq` if it is made of one; once for each `key`. Returns its uid.

    Raises NotFound, Denied for who only reads, Conflict for an archived room, Invalid with the fields at fault, TooMany for a flood.
    """
    view = writable(actor, room_uid)
    if seq is not None:
        _require_message(view, seq)
    what, chosen = _checked(actor, view, plan)

    def begin() -> dict[str, str]:
        require_slow(actor)
        task = Task(
            room_id=view.id,
            seq=seq,
            what=what,
            due_on=plan.due_on,
            created_at=actor.now,
            created_by=actor.person_id,
            created_by_name=actor.display_name,
        )
        session.add(task)
        session.flush()
        _assign(task, chosen)
        _told(actor, view, task)
        _tell_assigned(actor, view, task, list(chosen))
        return {"uid": str(task.uid)}

    asked = {
        "act": TASK,
        "room": str(room_uid),
        "what": what,
        "due_on": plan.due_on,
        "seq": seq,
        "for": sorted(chosen),
    }
    return uuid.UUID(once(actor, key, asked, begin)["uid"])


def change(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID, plan: TaskPlan, *, version: int) -> None:
    """Let a task say something else. Raises as `make` does, and Conflict if somebody changed it since `version` was read."""
    view, task = _own(actor, room_uid, uid)
    known = _assigned(task)
    what, chosen = _checked(actor, view, plan, known)
    if version != task.version:
        raise Conflict(
            gettext("Somebody changed this task meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    if (what, plan.due_on, set(chosen)) == (task.what, task.due_on, set(known)):
        return
    _keep(actor, task, known)
    task.what, task.due_on = what, plan.due_on
    task.version += 1
    _assign(task, chosen)
    _told(actor, view, task)
    if task.done_at is None:
        _tell_assigned(actor, view, task, [one for one in chosen if one not in known])


def finish(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID, *, is_done: bool = True) -> None:
    """Note that a task is done, or that it is not after all; what is so already stays so. Raises as `change` does."""
    view, task = _own(actor, room_uid, uid)
    if (task.done_at is not None) == is_done:
        return
    _keep(actor, task, _assigned(task))
    task.done_at = actor.now if is_done else None
    task.done_by = actor.person_id if is_done else None
    task.done_by_name = actor.display_name if is_done else ""
    task.version += 1
    _told(actor, view, task)
    if is_done and task.created_by != actor.person_id:
        events.emit(
            actor,
            room_topic(view.id),
            TASK_DONE,
            room_id=view.id,
            task_id=task.id,
            asked_id=task.created_by,
        )


def remove(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> None:
    """Take a task away: who set it, or who moderates the room. Raises as `change` does."""
    view, task = _own(actor, room_uid, uid)
    if task.created_by != actor.person_id:
        require(actor, view, Role.MODERATOR)
        audit.record(
            actor,
            DELETED,
            object_type=ROOM,
            object_id=view.id,
            unit_id=view.unit_id,
            details={"task": task.id},
        )
    task.deleted_at, task.deleted_by = actor.now, actor.person_id
    task.version += 1
    _told(actor, view, task)


def _own(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> tuple[RoomView, Task]:
    """A task that stands in a room in which the actor may write, locked with it."""
    view = writable(actor, room_uid)
    task = session.scalars(
        select(Task)
        .where(Task.room_id == view.id, Task.uid == uid, Task.deleted_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if task is None or task.created_at < seen_since(actor, view):
        raise not_found()
    return view, task


def _require_message(view: RoomView, seq: int) -> None:
    """Raises NotFound for a message that the actor does not see, or that was deleted."""
    found = session.scalar(
        select(Message.id).where(Message.room_id == view.id, Message.seq == seq, Message.deleted_at.is_(None))
    )
    if found is None or seq <= view.floor:
        raise not_found()


def _checked(
    actor: Actor, view: RoomView, plan: TaskPlan, known: dict[int, str] | None = None
) -> tuple[str, dict[int, str]]:
    what, faults = one_line(plan.what), {}
    if not what:
        faults["what"] = gettext("Please enter what is to be done.")
    if len(what) > WHAT_LENGTH:
        faults["what"] = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=WHAT_LENGTH, length=len(what)
        )
    values = list(dict.fromkeys(plan.assignees))
    if len(values) > MOST_ASSIGNEES:
        faults["assignees"] = gettext("Please choose at most %(limit)s entries.", limit=MOST_ASSIGNEES)
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    require_wanted(view.unit_id, what, "what")
    texts.require_clean(actor, view.unit_id, {"what": what})
    return what, _chosen(actor, view, values, known or {})


def _chosen(actor: Actor, view: RoomView, values: Sequence[str], known: dict[int, str]) -> dict[int, str]:
    """Principal → name of those whom the values mean. Who does it already may stay, also when they have left the room."""
    if not values:
        return {}
    here = {one.value: one.label for one in candidates(actor, view)}
    found = {}
    for ref in parse_all(values):
        label = here.get(ref.value)
        if label is None and ref.kind.value == "unit_tree" and ref.ref in units_among(actor, view, [ref.ref]):
            label = _unit_name(ref.ref)
        key = principal(ref.kind, ref.ref).id
        if label is None and key not in known:
            # A name in the refusal would tell who works here.
            fault = gettext("Tasks are for people and organisations of this room.")
            raise Invalid(fault, fields={"assignees": fault})
        found[key] = label if label is not None else known[key]
    return found


def _unit_name(unit_id: int) -> str | None:
    unit = org_tree().get(unit_id)
    return unit.name if unit is not None else None


def _assigned(task: Task) -> dict[int, str]:
    rows = session.execute(
        select(TaskAssignee.principal_id, TaskAssignee.label)
        .where(TaskAssignee.task_id == task.id)
        .order_by(TaskAssignee.principal_id)
    )
    return {row.principal_id: row.label for row in rows}


def _assign(task: Task, chosen: dict[int, str]) -> None:
    session.execute(delete(TaskAssignee).where(TaskAssignee.task_id == task.id))
    session.add_all(
        TaskAssignee(task_id=task.id, principal_id=key, label=label[:200]) for key, label in chosen.items()
    )
    session.flush()


def _keep(actor: Actor, task: Task, known: dict[int, str]) -> None:
    assert actor.person_id is not None, "a person changes a task"
    session.add(
        TaskRevision(
            task_id=task.id,
            what=task.what,
            due_on=task.due_on,
            assignees=gettext(", ").join(known.values()),
            made_at=actor.now,
            made_by=actor.person_id,
            made_by_name=actor.display_name,
        )
    )


def _told(actor: Actor, view: RoomView, task: Task) -> None:
    session.flush()
    events.emit(actor, room_topic(view.id), TASK_CHANGED, room_id=view.id, task_id=task.id, seq=task.seq)


def _tell_assigned(actor: Actor, view: RoomView, task: Task, principals: list[int]) -> None:
    if principals:
        events.emit(
            actor,
            room_topic(view.id),
            TASK_ASSIGNED,
            room_id=view.id,
            task_id=task.id,
            assigned=principals,
        )


__all__ = ["MOST_ASSIGNEES", "WHAT_LENGTH", "TaskPlan", "change", "finish", "make", "remove"]
