"""Say in the topics of the facilities what happened to a reservation there."""

from collections.abc import Iterable

from groupware import events
from groupware.actor import Actor
from plugins.facility.events import facility_topic
from plugins.facility.models import Reservation


def tell(actor: Actor, kind: str, made: Reservation, facilities: Iterable[int]) -> None:
    """Say in the topics of the facilities what happened to a reservation there."""
    for facility_id in sorted(set(facilities)):
        events.emit(actor, facility_topic(facility_id), kind, reservation_id=made.id, facility_id=facility_id)
