"""Tasks in the rooms of the sample municipality: open ones, one that is overdue, one that is done."""

import tomllib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.calendar.holidays import next_working_day, previous_working_day
from groupware.demo.context import DemoContext, DemoPerson
from plugins.chat.models import Task, TaskAssignee

TEXTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))[
    "task"
]

Filled = tuple[int, Sequence[DemoPerson], Sequence[dict[str, Any]]]
"""The id of a room, its people, and what was said in it."""


def seed_tasks(context: DemoContext, rooms: Sequence[Filled]) -> None:
    """Four in each room, the second one made of the last message."""
    rng = context.rng("chat.tasks")
    tomorrow, yesterday = next_working_day(context.today), previous_working_day(context.today)
    days = (yesterday, tomorrow, next_working_day(tomorrow), None)
    tasks, assigned = [], []
    for room_id, people, said in rooms:
        present = [one for one in people if not one.is_on_leave] or list(people)
        at = context.at(previous_working_day(yesterday), 10, rng.randint(0, 50))
        for number, (what, due_on) in enumerate(zip(rng.sample(TEXTS["what"], len(days)), days, strict=True)):
            asker, doer = rng.choice(present), rng.choice(present)
            is_done, is_of_message = due_on is None, number == 1 and said
            tasks.append(
                {
                    "uid": context.uid(rng, at),
                    "room_id": room_id,
                    "seq": said[-1]["seq"] if is_of_message else None,
                    "what": what,
                    "due_on": due_on,
                    "created_at": at,
                    "created_by": asker.id,
                    "created_by_name": asker.name,
                    "done_at": at + timedelta(hours=5) if is_done else None,
                    "done_by": doer.id if is_done else None,
                    "done_by_name": doer.name if is_done else "",
                }
            )
            assigned.append(doer)
    for row, key in zip(tasks, context.take_ids(Task, len(tasks)), strict=True):
        row["id"] = key
    context.insert(Task, tasks)
    context.insert(
        TaskAssignee,
        [
            {
                "task_id": row["id"],
                "principal_id": principal(PrincipalKind.PERSON, doer.id).id,
                "label": doer.name,
            }
            for row, doer in zip(tasks, assigned, strict=True)
        ],
    )


__all__ = ["seed_tasks"]
