"""Say in the topics of facilities and groups what happened to their bookings."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from groupware import events
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, session
from plugins.facility.events import GROUP_CHANGED, facility_topic, group_topic
from plugins.facility.models import Facility, Reminder, Reservation

_groups = (
    select(Facility.group_id)
    .where(Facility.id.in_(bindparam("facilities", type_=BIGINT, expanding=True)))
    .distinct()
)


def tell(actor: Actor, kind: str, made: Reservation, facilities: Iterable[int]) -> None:
    """Say what happened to a reservation at these facilities."""
    tell_all(actor, kind, ((facility_id, made.id) for facility_id in facilities))


def tell_all(actor: Actor, kind: str, pairs: Iterable[tuple[int, int]]) -> None:
    """The same of pairs of a facility and a reservation, each once."""
    said = sorted(set(pairs))
    for facility_id, reservation_id in said:
        events.emit(
            actor, facility_topic(facility_id), kind, reservation_id=reservation_id, facility_id=facility_id
        )
    stir(actor, {facility_id for facility_id, _ in said})


def remind(actor: Actor, kind: str, row: Any, booking_id: int) -> None:
    """Remind of a booking, and never of the same again. `row` has `reservation_id` and `facility_id`."""
    session.add(Reminder(booking_id=booking_id, kind=kind, at=actor.now))
    events.emit(
        actor,
        facility_topic(row.facility_id),
        kind,
        reservation_id=row.reservation_id,
        facility_id=row.facility_id,
    )


def stir(actor: Actor, facilities: Iterable[int]) -> None:
    """Let the grids look again in which these facilities stand."""
    keys = list(facilities)
    if not keys:
        return
    for row in fetch(_groups, {"facilities": keys}).all():
        events.emit_once(actor, group_topic(row.group_id), GROUP_CHANGED, group_id=row.group_id)
