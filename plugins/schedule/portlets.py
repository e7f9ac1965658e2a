"""What the schedule gives to the portal: one's own day, and that of one's section."""

from collections.abc import Mapping
from typing import Any

from groupware.actor import Actor
from groupware.directory.queries.roll import roll
from plugins.schedule.queries import events, spans

MOST_ROWS = 15


def day(actor: Actor) -> Mapping[str, Any]:
    """私の予定: today in order of time, what is over marked."""
    if actor.person_id is None:
        return {"items": []}
    items = spans.of_people(actor, [actor.person_id], actor.today, 1).get(actor.person_id, [])
    ordered = sorted(items, key=lambda item: (not item.is_all_day, item.starts_at))
    return {"items": ordered, "day": actor.today, "moment": actor.now}


def section(actor: Actor) -> Mapping[str, Any]:
    """課の予定: today of the people of one's own organisation."""
    current = roll()
    people = current.sorted(current.by_unit.get(actor.unit_id, ())) if actor.unit_id is not None else []
    shown = people[:MOST_ROWS]
    known = events.names(shown)
    items = spans.of_people(actor, shown, actor.today, 1)
    return {
        "rows": [(known[one].display_name, items.get(one, [])) for one in shown if one in known],
        "day": actor.today,
        "has_more": len(people) > MOST_ROWS,
    }
