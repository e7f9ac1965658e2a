"""Whoever booked is there, stays longer, leaves early, or never came.

A booking that wants a check-in (利用開始) says so by `check_in_by`, written when it was booked: terms that change later change
nothing for it. What nobody checked in to by then is released by a job, and can be booked by others from that moment on.
"""

import uuid
from datetime import timedelta

from sqlalchemy import bindparam, select

from groupware import audit
from groupware.actor import Actor
from groupware.capabilities import Span
from groupware.db import UTCDateTime, session
from groupware.errors import Conflict, Denied
from groupware.i18n import gettext
from plugins.facility.enums import Status
from plugins.facility.events import CHECKED_IN, MOVED, RELEASED
from plugins.facility.models import Booking, Facility, Reservation
from plugins.facility.queries.bookings import EARLY, Hold
from plugins.facility.queries.facilities import Place
from plugins.facility.services.checking import Wanted, in_the_way, refusal, refused_by_times, taken
from plugins.facility.services.locking import Locked, locked, locked_reservation
from plugins.facility.services.rivals import reject_rivals
from plugins.facility.services.rows import add
from plugins.facility.services.serving import freed_by, serve
from plugins.facility.services.telling import tell, tell_all

MOST_RELEASED = 200
"""Bookings that one job releases; the next one goes on a minute later."""

_unused = (
    select(Facility.uid, Booking.id)
    .join(Booking, Booking.facility_id == Facility.id)
    .where(
        Booking.check_in_by <= bindparam("now", type_=UTCDateTime()),
        Booking.status == Status.CONFIRMED.value,
        Booking.ends_at > bindparam("now", type_=UTCDateTime()),
    )
    .order_by(Booking.check_in_by, Booking.id)
    .limit(MOST_RELEASED)
)


def check_in(actor: Actor, uid: uuid.UUID, facility: uuid.UUID | None = None) -> Reservation:
    """Say that the facilities of a reservation are being used, or that this one is. Who does it twice does it once.

    For those who booked, for whom it is, their organisation, and those who decide on the facilities: whoever of the section
    comes first. Raises NotFound, Denied, Conflict where nothing is in use or begins within `EARLY`.
    """
    found = locked_reservation(actor, uid, by_colleagues=True)
    for one in _current(actor, found, facility):
        if one.checked_in_at is None:
            one.checked_in_at, one.check_in_by = actor.now, None
            one.version += 1
            tell(actor, CHECKED_IN, found.made, [one.facility_id])
            audit.record(actor, CHECKED_IN, object_type="facility.booking", object_id=one.id)
    session.flush()
    return found.made


def extend(actor: Actor, uid: uuid.UUID, facility: uuid.UUID | None = None) -> Reservation:
    """Stay one unit of time longer in the facilities that a reservation uses now, or in this one: in all, or in none.

    Raises Clashes where the terms or somebody else's booking do not allow it, Denied to those who may not change the
    reservation and where somebody else approves bookings, Conflict where nothing is in use.
    """
    found = locked_reservation(actor, uid)
    wanted = {one.id: _longer(one, found.places[one.facility_id]) for one in _current(actor, found, facility)}
    used = [one for one in found.live if one.id in wanted]
    refused = refused_by_times(actor, list(wanted.values()))
    blocked: dict[Wanted, list[Hold]] = {}
    for key, one in wanted.items():
        blocked |= in_the_way([one], but=key)
    if refused or blocked:
        raise refusal([*refused, *taken(actor, blocked)])
    for booking in used:
        longer = wanted[booking.id]
        booking.ends_at, booking.busy_until = longer.span.ends_at, longer.busy_until
        booking.version += 1
    add(used)
    reject_rivals(actor, list(wanted.values()), found.made.id)
    tell(actor, MOVED, found.made, (one.facility_id for one in used))
    audit.record(
        actor,
        "facility.booking_extended",
        found.made,
        unit_id=found.made.unit_id,
        details={"bookings": len(used)},
    )
    return found.made


def _longer(one: Booking, place: Place) -> Wanted:
    if not place.is_confirmed_at_once:
        raise Denied(
            gettext(
                "%(facility)s needs approval. Please ask the managing organisation for more time.",
                facility=place.name,
            ),
            object_type="facility.facility",
            object_id=place.id,
            unit_id=place.unit_id,
        )
    return Wanted(place, Span(one.starts_at, one.ends_at + timedelta(minutes=place.terms.unit)), one.quantity)


def end_now(actor: Actor, uid: uuid.UUID, facility: uuid.UUID | None = None) -> Reservation:
    """Give back what is in use at this moment, or this facility: from the end of this minute on others can have it.

    Denied to others than those who may change the reservation; Conflict if nothing of it is in use.
    """
    found = locked_reservation(actor, uid)
    used = [one for one in _current(actor, found, facility) if one.starts_at < actor.now]
    if not used:
        raise _not_in_use()
    ends_at = actor.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    freed = freed_by(used)
    for one in used:
        one.ends_at = one.busy_until = min(ends_at, one.ends_at)
        one.version += 1
    session.flush()
    tell(actor, MOVED, found.made, (one.facility_id for one in used))
    audit.record(
        actor,
        "facility.booking_ended",
        found.made,
        unit_id=found.made.unit_id,
        details={"bookings": len(used)},
    )
    serve(actor, freed)
    return found.made


def _current(actor: Actor, found: Locked, facility: uuid.UUID | None) -> list[Booking]:
    used = [
        one
        for one in found.live
        if one.status == Status.CONFIRMED
        and one.starts_at - EARLY <= actor.now
        and facility in (None, found.places[one.facility_id].uid)
    ]
    if not used:
        raise _not_in_use()
    return used


def _not_in_use() -> Conflict:
    return Conflict(gettext("Nothing of this booking is in use now."), code="not_in_use")


def release_unused(actor: Actor) -> int:
    """Release what nobody has checked in to in time, and tell its booker and its user; how many bookings that were."""
    due = session.execute(_unused, {"now": actor.now}).all()
    locked(actor, (row.uid for row in due))
    # Looked at again under the lock: somebody may have come in through the door meanwhile.
    statement = (
        select(Booking)
        .where(
            Booking.id.in_([row.id for row in due]),
            Booking.check_in_by <= actor.now,
            Booking.status == Status.CONFIRMED.value,
        )
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    )
    unused = list(session.scalars(statement)) if due else []
    for one in unused:
        one.status, one.holds = Status.RELEASED.value, False
        one.version += 1
        audit.record(actor, RELEASED, object_type="facility.booking", object_id=one.id)
    session.flush()
    tell_all(actor, RELEASED, ((one.facility_id, one.reservation_id) for one in unused))
    serve(actor, freed_by(unused))
    return len(unused)
