"""Kinds of events, in memory of a unit of work: a dozen, asked on every page of the schedule."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from groupware.db import fetch, session
from groupware.directory.tree import org_tree
from plugins.schedule.models import Kind

CACHE = "schedule.kinds"

_kinds = select(Kind.id, Kind.uid, Kind.name, Kind.hue, Kind.unit_id, Kind.is_active).order_by(
    Kind.official_order, Kind.id
)


def kinds() -> Mapping[int, Any]:
    """All kinds by id, in their order; one query per unit of work."""
    known = session().info
    if CACHE not in known:
        known[CACHE] = {row.id: row for row in fetch(_kinds)}
    found: Mapping[int, Any] = known[CACHE]
    return found


def offered(unit_id: int | None) -> list[Any]:
    """The kinds that people of an organisation choose from: those of the municipality, and of what it belongs to."""
    above = set(org_tree().ancestors(unit_id))
    return [
        row for row in kinds().values() if row.is_active and (row.unit_id is None or row.unit_id in above)
    ]
