"""What the schedule gives to the portal: one's own day, and that of one's section."""

from collections.abc import Mapping, Sequence
from typing import Any

from groupware.actor import Actor
from groupware.db import session
from groupware.directory.queries.roll import roll
from plugins.schedule.queries import spans
from plugins.schedule.queries.spans import Item

MOST_ROWS = 15

Today = tuple[Sequence[int], Mapping[int, list[Item]]]


def day(actor: Actor) -> Mapping[str, Any]:
    """私の予定: today in order of time, what is over marked."""
    if actor.person_id is None:
        return {"items": []}
    _, items = _today(actor)
    ordered = sorted(items.get(actor.person_id, ()), key=lambda item: (not item.is_all_day, item.starts_at))
    return {"items": ordered, "day": actor.today, "moment": actor.now}


def section(actor: Actor) -> Mapping[str, Any]:
    """課の予定: today of the people of one's own organisation."""
    people, items = _today(actor)
    entries = roll().entries
    return {
        "rows": [(entries[one].name, items.get(one, ())) for one in people[:MOST_ROWS]],
        "day": actor.today,
        "has_more": len(people) > MOST_ROWS,
    }


def _today(actor: Actor) -> Today:
    """The people of the actor's organisation, and what the first of them and the actor do today: one query for both blocks."""
    kept: dict[int | None, Today] = session().info.setdefault("schedule.today", {})
    if actor.person_id not in kept:
        current = roll()
        people = current.sorted(current.by_unit.get(actor.unit_id, ())) if actor.unit_id is not None else []
        owners = {*people[:MOST_ROWS], *([actor.person_id] if actor.person_id is not None else [])}
        kept[actor.person_id] = people, spans.of_people(actor, owners, actor.today, 1)
    return kept[actor.person_id]
