"""The section's people on the portal: who sits where, by 建制順, with extensions."""

from collections.abc import Mapping
from typing import Any

from groupware.actor import Actor
from groupware.directory.queries.people import people_rows
from groupware.directory.queries.roll import roll

MOST = 24


def section(actor: Actor) -> Mapping[str, Any]:
    """The people of the unit of the acting appointment; one query."""
    current = roll()
    unit = current.tree.get(actor.unit_id)
    people = current.sorted(current.by_unit.get(unit.id, ())) if unit is not None else []
    return {"unit": unit, "people": people_rows(people[:MOST]), "number": len(people)}


__all__ = ["section"]
