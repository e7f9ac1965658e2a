"""Tasks as a request for disclosure finds and copies them, with what they said before. The hold is placed on the room."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, false, select

from groupware import clock
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.text.folding import fold
from plugins.chat.models import Room, Task, TaskAssignee, TaskRevision

AT_ONCE = 500


class Found(NamedTuple):
    """What is said of a task that was found."""

    id: int
    uid: Any
    title: str
    at: datetime
    unit_id: int | None


_tasks = (
    select(
        Task.id,
        Task.uid,
        Task.what,
        Task.created_at.label("at"),
        Room.name,
        Room.unit_id,
        TaskRevision.what.label("earlier"),
    )
    .join(Room, Room.id == Task.room_id)
    .outerjoin(TaskRevision, TaskRevision.task_id == Task.id)
    .order_by(Task.created_at.desc(), Task.id.desc())
)


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Found]:
    """Tasks set in this time that say every folded word, or said it before, the last one first."""
    statement = _tasks
    if since is not None:
        statement = statement.where(Task.created_at >= clock.midnight(since))
    if until is not None:
        statement = statement.where(Task.created_at < clock.end_of(until))
    if units is not None:
        statement = statement.where(Room.unit_id.in_(sorted(units)))
    pressed = [fold(word, "remove") for word in words]
    found: dict[int, Found] = {}
    with session.execute(statement.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            text = fold(f"{row.name}\n{row.what}\n{row.earlier or ''}", "remove")
            if all(word in text for word in pressed):
                found.setdefault(
                    row.id, Found(row.id, row.uid, f"{row.name} {row.what}", row.at, row.unit_id)
                )
                if len(found) == limit:
                    break
    return list(found.values())


def room_of(task: Task) -> Room:
    """The record that a task is part of: what a hold protects."""
    return session.get_one(Room, task.room_id)


def exhibit(task_id: int) -> Exhibit:
    """A task with everything that it said before."""
    task = session.get_one(Task, task_id)
    room = room_of(task)
    day = clock.local(task.created_at).date()
    tree = org_tree(day)
    labels = session.scalars(
        select(TaskAssignee.label).where(TaskAssignee.task_id == task.id).order_by(TaskAssignee.principal_id)
    )
    earlier = session.scalars(
        select(TaskRevision).where(TaskRevision.task_id == task.id).order_by(TaskRevision.id)
    )
    lines = [task.what]
    lines += [
        pgettext(
            "task",
            "Until %(when)s, then changed by %(name)s: %(what)s (for %(who)s, due %(due)s)",
            when=_time(one.made_at),
            name=one.made_by_name,
            what=one.what,
            who=one.assignees or "―",
            due=one.due_on.isoformat() if one.due_on is not None else "―",
        )
        for one in earlier
    ]
    return Exhibit(
        title=f"{room.name} {day.isoformat()}",
        facts=(
            (gettext("Room"), room.name),
            (
                gettext("Responsible organisation"),
                tree.path_name(room.unit_id) if room.unit_id is not None and room.unit_id in tree else "",
            ),
            (pgettext("task", "Asked by"), f"{task.created_by_name} {_time(task.created_at)}"),
            (pgettext("task", "For"), gettext(", ").join(labels)),
            (pgettext("task", "Due"), task.due_on.isoformat() if task.due_on is not None else ""),
            (pgettext("task", "Done"), f"{task.done_by_name} {_time(task.done_at)}".strip()),
            (pgettext("task", "Deleted"), _time(task.deleted_at)),
        ),
        text="\n".join(lines),
    )


def _time(instant: datetime | None) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}" if instant is not None else ""


def expired(_day: date) -> Select[Any]:
    """Nothing: tasks are disposed of with their rooms."""
    columns: Sequence[Any] = (Room.id, Room.uid, Room.name.label("title"), Room.created_at.label("since"))
    return select(*columns).where(false())


def purge(_ids: Sequence[int]) -> None:
    """Nothing, as `expired` names none."""


__all__ = ["Found", "exhibit", "expired", "find", "purge", "room_of"]
