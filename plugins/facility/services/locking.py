"""The facilities of an act, locked: nobody else books, moves or blocks them until the unit of work ends."""

import uuid
from collections.abc import Iterable

from sqlalchemy import bindparam, select, update

from groupware.actor import Actor
from groupware.db import BIGINT, session
from plugins.facility.models import Booking, Facility, Skipped
from plugins.facility.queries.facilities import Filter, Place, not_found, seen

_turn = (
    update(Facility)
    .where(Facility.uid == bindparam("wanted"))
    .values(turn=Facility.turn + 1)
    .execution_options(synchronize_session=False)
)
_uids = select(Facility.uid).where(Facility.id.in_(bindparam("ids", type_=BIGINT, expanding=True)))


def locked(actor: Actor, uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """The facilities as they are now. Locked in the order of their uids, so that two acts never wait for each other.

    Raises NotFound if the actor may not see one of them.
    """
    wanted = sorted(set(uids))
    for uid in wanted:
        session.execute(_turn, {"wanted": uid})
    found = (
        {place.uid: place for place in seen(actor, Filter(uids=wanted, with_retired=True))} if wanted else {}
    )
    if len(found) < len(wanted):
        raise not_found()
    return found


def uids_of(bookings: Iterable[Booking | Skipped]) -> set[uuid.UUID]:
    """The facilities of bookings."""
    ids = {booking.facility_id for booking in bookings}
    return set(session.scalars(_uids, {"ids": list(ids)})) if ids else set()
