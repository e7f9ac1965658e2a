"""Whom somebody may look at: those whose card they may open (`directory.wall`), where the bureau shows presence at all."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select

from groupware import rules
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from groupware.directory.models import Appointment
from groupware.directory.queries.standing import places
from groupware.directory.wall import is_seen
from groupware.realtime.rules import SHOWN

_today: Any = bindparam("today")
_places = select(Appointment.person_id, Appointment.unit_id).where(
    among(Appointment.person_id, "people"), places(Appointment, _today)
)


def seen_people(actor: Actor, people: Collection[int]) -> set[int]:
    """Those of `people` whose presence the actor may see: colleagues on this side of the wall whose section shows it."""
    if not people:
        return set()
    rows = fetch(_places, {"people": sorted(people), "today": actor.today})
    return {
        row.person_id for row in rows if is_seen(row.unit_id, actor.today) and rules.value(SHOWN, row.unit_id)
    }


__all__ = ["seen_people"]
