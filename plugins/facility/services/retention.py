"""When a reservation has done its work, and its erasure after the disposal was decided."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Select, delete, func, select

from groupware.db import UTCDateTime, session
from groupware.records.retention import has_run_out
from plugins.facility.models import Booking, Reservation, Trip

CHUNK = 500

_ended = (
    select(func.max(Booking.ends_at, type_=UTCDateTime()))
    .where(Booking.reservation_id == Reservation.id)
    .correlate(Reservation)
    .scalar_subquery()
)


def expired(day: date) -> Select[Any]:
    """Reservations whose retention has ended on `day`, as (id, uid, title, since): the clock starts with their last time."""
    statement: Any = (
        select(Reservation.id, Reservation.uid, Reservation.title, _ended.label("since"))
        .where(has_run_out(_ended, Reservation.retention_years, day))
        .order_by(Reservation.id)
    )
    return cast("Select[Any]", statement)


def purge(ids: Sequence[int]) -> None:
    """Erase reservations with their bookings."""
    for start in range(0, len(ids), CHUNK):
        session.execute(delete(Reservation).where(Reservation.id.in_(ids[start : start + CHUNK])))


def expired_trips(day: date) -> Select[Any]:
    """As `expired`, of the driving log: the clock starts with the departure."""
    statement: Any = (
        select(Trip.id, Trip.uid, Trip.destination.label("title"), Trip.departed_at.label("since"))
        .where(has_run_out(Trip.departed_at, Trip.retention_years, day))
        .order_by(Trip.id)
    )
    return cast("Select[Any]", statement)


def purge_trips(ids: Sequence[int]) -> None:
    """Erase trips with their corrections."""
    for start in range(0, len(ids), CHUNK):
        session.execute(delete(Trip).where(Trip.id.in_(ids[start : start + CHUNK])))
