"""What waits for somebody, as the portal says it: their tasks, and in season how many rooms they are asked about."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import literal, select, true

from groupware import access
from groupware.actor import Actor
from groupware.db import fetch
from plugins.chat.queries.reviews import NUMBER
from plugins.chat.queries.tasks import MINE, first_due, shown
from plugins.chat.queries.titles import title_of

MOST = 100
"""What more than this is, nobody needs to know in the portal."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task in short."""

    uid: uuid.UUID
    what: str
    due_on: date | None
    room_uid: uuid.UUID
    room_title: str


_tasks = MINE.limit(MOST)
_some = _tasks.subquery("tasks_of_mine")
_one = select(literal(1)).subquery("one_row")
# The rooms are counted where nobody has a task as well.
_tasks_and_rooms = (
    select(*_some.c, NUMBER.label("rooms"))
    .select_from(_one.outerjoin(_some, true()))
    .order_by(*first_due(_some.c))
)


def is_asked(today: date) -> bool:
    """Whether it is the season in which rooms are decided about: from February, and in April for those who come."""
    return 2 <= today.month <= 4


def waiting(actor: Actor) -> tuple[list[Waiting], int]:
    """Tasks for the actor, the first due first, and how many rooms they are asked about, each up to MOST.

    One statement, two if some of the rooms hide their past.
    """
    is_season = is_asked(actor.today)
    rows = fetch(_tasks_and_rooms if is_season else _tasks, access.parameters(actor)).all()
    tasks = [
        Waiting(row.uid, row.what, row.due_on, row.room_uid, title_of(actor, row))
        for row in shown(actor, [row for row in rows if row.id is not None])
    ]
    return tasks, rows[0].rooms if is_season else 0


__all__ = ["Waiting", "is_asked", "waiting"]
