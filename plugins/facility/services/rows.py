"""The rows of bookings, as all services write them."""

from typing import Any

from sqlalchemy.exc import IntegrityError

from groupware import rules
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict
from groupware.i18n import gettext
from plugins.facility.enums import Status
from plugins.facility.models import Booking, Reservation
from plugins.facility.rules import RETENTION_YEARS
from plugins.facility.services.checking import Wanted, check_in_of


def reservation_of(
    actor: Actor, title: str, user_id: int | None, user_name: str, unit_id: int | None, **words: Any
) -> Reservation:
    """The row of an act that the actor makes now, kept as long as the organisation wants it. `words` are further columns."""
    return Reservation(
        created_at=actor.now,
        retention_years=int(rules.value(RETENTION_YEARS, unit_id)),
        title=title,
        booker_id=actor.person_id,
        user_id=user_id,
        user_name=user_name,
        unit_id=unit_id,
        **words,
    )


def booking_of(actor: Actor, made: Reservation, one: Wanted) -> Booking:
    """The row for a wish that can be met."""
    is_confirmed = one.place.is_confirmed_at_once
    return Booking(
        reservation_id=made.id,
        facility_id=one.place.id,
        use=one.use.value,
        starts_at=one.span.starts_at,
        ends_at=one.span.ends_at,
        busy_from=one.busy_from,
        busy_until=one.busy_until,
        quantity=one.quantity,
        status=(Status.CONFIRMED if is_confirmed else Status.REQUESTED).value,
        holds=is_confirmed or one.place.terms.request_holds,
        is_exclusive=one.place.is_exclusive,
        decided_by=actor.person_id if is_confirmed and one.place.terms.needs_approval else None,
        decided_at=actor.now if is_confirmed and one.place.terms.needs_approval else None,
        **check_in_of(actor, one, is_confirmed=is_confirmed),
    )


def add(bookings: list[Booking]) -> None:
    """Write bookings. Raises Conflict where the guard of the database finds the time taken."""
    try:
        with session.begin_nested():
            session.add_all(bookings)
    except IntegrityError as error:
        # A writer that did not lock, or a clock that went astray. Never a second booking.
        raise Conflict(
            gettext("Somebody else has just booked this. Please choose another time."), code="taken"
        ) from error
