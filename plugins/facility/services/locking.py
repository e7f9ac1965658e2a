"""The facilities of an act, locked: nobody else books, moves or blocks them until the unit of work ends."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from groupware import access
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, lock, session
from groupware.errors import Denied
from groupware.i18n import gettext
from plugins.facility.enums import LIVE
from plugins.facility.models import Booking, Facility, Reservation, Skipped
from plugins.facility.queries.facilities import Place, named, not_found

# Nothing is written: whoever comes second is refused by a unit that ends as reads do, and what their connection has prepared stays.
# References to the facility are no reason to wait.
_locking = (
    select(Facility.id)
    .where(among(Facility.uid, "wanted"))
    .order_by(Facility.uid)
    .with_for_update(key_share=True)
)
_uids = select(Facility.uid).where(Facility.id.in_(bindparam("ids", type_=BIGINT, expanding=True)))


def locked(actor: Actor, uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """The facilities as they are now. Locked in the order of their uids, so that two acts never wait for each other.

    Raises NotFound if the actor may not see one of them.
    """
    wanted = sorted(set(uids))
    # What the actor holds says nothing about the facility: it is asked before anybody has to wait.
    access.principals_of(actor)
    if not wanted:
        return {}
    lock(_locking, {"wanted": wanted})
    found = {place.uid: place for place in named(actor, wanted)}
    if len(found) < len(wanted):
        raise not_found()
    return found


def uids_of(bookings: Iterable[Booking | Skipped]) -> set[uuid.UUID]:
    """The facilities of bookings."""
    ids = {booking.facility_id for booking in bookings}
    return set(session.scalars(_uids, {"ids": list(ids)})) if ids else set()


@dataclass(frozen=True, slots=True)
class Locked:
    """A reservation, its bookings that are not over in order of time, and their facilities by key."""

    made: Reservation
    live: list[Booking]
    places: dict[int, Place]


def locked_reservation(
    actor: Actor, uid: uuid.UUID, more: Iterable[uuid.UUID] = (), *, by_colleagues: bool = False
) -> Locked:
    """A reservation that the actor may change, its facilities (and `more`) locked. Raises NotFound, Denied.

    `by_colleagues`: whoever belongs to the organisation that booked may do this as well.
    """
    made = session.scalar(select(Reservation).where(Reservation.uid == uid, Reservation.deleted_at.is_(None)))
    if made is None:
        raise not_found()
    places = {place.id: place for place in locked(actor, {*uids_of(live_of(actor, made)), *more}).values()}
    live = live_of(actor, made)
    is_own = actor.is_system or actor.person_id in (made.booker_id, made.user_id)
    is_colleague = by_colleagues and actor.unit_id is not None and actor.unit_id == made.unit_id
    theirs = {one.facility_id for one in live}
    decides = {place.id for place in places.values() if place.can_decide}
    if not is_own and not is_colleague and not (theirs and theirs <= decides):
        raise Denied(
            gettext("Only those who booked it, and who decide on the facility, can change this booking."),
            object_type="facility.reservation",
            object_id=made.id,
            unit_id=made.unit_id,
        )
    return Locked(made, live, places)


def live_of(actor: Actor, made: Reservation) -> list[Booking]:
    """The bookings of a reservation that are not over, in order of time, as the database has them now."""
    statement = (
        select(Booking)
        .where(Booking.reservation_id == made.id, Booking.status.in_(LIVE), Booking.ends_at > actor.now)
        .order_by(Booking.starts_at, Booking.facility_id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))
