"""Those who wanted the same: requests that a confirmed booking ends, and bookings that somebody with precedence displaces."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from groupware import audit
from groupware.actor import Actor
from groupware.db import session
from plugins.facility.enums import Right, Status, Use
from plugins.facility.events import DISPLACED, REJECTED
from plugins.facility.models import Booking
from plugins.facility.queries.bookings import Hold, holding
from plugins.facility.services.checking import Wanted
from plugins.facility.services.telling import tell_all


def reject_rivals(actor: Actor, won: Sequence[Wanted], reservation_id: int) -> None:
    """End the requests for exclusive facilities that cannot be granted any more, and tell their bookers."""
    exclusive = [one for one in won if one.place.is_exclusive]
    if not exclusive:
        return
    requests = holding(
        {one.place.id for one in exclusive},
        min(one.busy_from for one in exclusive),
        max(one.busy_until for one in exclusive),
        with_requests=True,
    )
    lost = {
        hold.id
        for one in exclusive
        for hold in requests.get(one.place.id, ())
        if hold.status == Status.REQUESTED and hold.reservation_id != reservation_id and one.overlaps(hold)
    }
    _end(actor, lost, Status.REJECTED, REJECTED)


def displace(
    actor: Actor, blocked: Mapping[Wanted, Sequence[Hold]]
) -> tuple[dict[Wanted, list[Hold]], list[Booking]]:
    """Take the time from bookings that are in the way, and tell their bookers; returns what still is in the way, and those.

    Only where the actor takes precedence; blockings stay.
    """
    stays: dict[Wanted, list[Hold]] = {}
    lost: set[int] = set()
    for one, holds in blocked.items():
        if Right.OVERRIDE not in one.place.rights or not holds or any(h.use == Use.BLOCKING for h in holds):
            stays[one] = list(holds)
        else:
            lost |= {hold.id for hold in holds}
    return stays, [] if stays else _end(actor, lost, Status.DISPLACED, DISPLACED)


def _end(actor: Actor, ids: set[int], status: Status, event: str) -> list[Booking]:
    if not ids:
        return []
    ended = list(session.scalars(select(Booking).where(Booking.id.in_(ids)).order_by(Booking.id)))
    for one in ended:
        one.status, one.holds = status.value, False
        one.decided_by, one.decided_at = actor.person_id, actor.now
        one.version += 1
        audit.record(actor, event, object_type="facility.booking", object_id=one.id)
    session.flush()
    tell_all(actor, event, ((one.facility_id, one.reservation_id) for one in ended))
    return ended
