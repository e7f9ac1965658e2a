"""The driving log: a month of a car, one trip with its corrections, the last kilometres, trips without a log."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select

from groupware import access
from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch
from plugins.facility.enums import GroupKind, Status, Use
from plugins.facility.models import (
    Booking,
    Facility,
    FacilityGroup,
    Reminder,
    Reservation,
    Trip,
    TripRevision,
)
from plugins.facility.models.trips import OWN_TRIP
from plugins.facility.queries.facilities import Filter, Place, not_found, place, seen

_FROM = bindparam("window_from", type_=UTCDateTime())
_UNTIL = bindparam("window_until", type_=UTCDateTime())
_FACILITY = bindparam("facility", type_=BIGINT)
MOST = 5000

_columns = [column for column in Trip.__table__.c if column.name not in ("deleted_at", "deleted_by")]
_month = (
    select(*_columns)
    .where(
        Trip.facility_id == _FACILITY,
        Trip.departed_at >= _FROM,
        Trip.departed_at < _UNTIL,
        Trip.deleted_at.is_(None),
    )
    .order_by(Trip.departed_at, Trip.id)
    .limit(MOST)
)
_own = _month.where(OWN_TRIP)
_one = select(*_columns).where(Trip.uid == bindparam("uid"), Trip.deleted_at.is_(None))
_revisions = (
    select(
        TripRevision.version,
        TripRevision.at,
        TripRevision.person_name,
        TripRevision.reason,
        TripRevision.said,
    )
    .where(TripRevision.trip_id == bindparam("trip", type_=BIGINT))
    .order_by(TripRevision.version.desc())
)
_last = select(func.max(func.coalesce(Trip.end_km, Trip.start_km))).where(
    Trip.facility_id == _FACILITY, Trip.deleted_at.is_(None)
)


def car(actor: Actor, uid: uuid.UUID) -> Place:
    """A car that the actor may see. Raises NotFound for what is none."""
    found = place(actor, uid)
    if found.kind != GroupKind.CAR:
        raise not_found()
    return found


def trips(actor: Actor, place: Place, starts_at: datetime, ends_at: datetime) -> Sequence[Any]:
    """Trips of a car that began within a time: all of them for those who decide on it, else the actor's own."""
    values = {"facility": place.id, "window_from": starts_at, "window_until": ends_at}
    if place.can_decide:
        return fetch(_month, values).all()
    return fetch(_own, {**values, **access.parameters(actor)}).all()


def trip(actor: Actor, uid: uuid.UUID) -> tuple[Any, Place]:
    """A trip with its car. Raises NotFound for those who neither drove, nor wrote it, nor decide on the car."""
    row = fetch(_one, {"uid": uid}).one_or_none()
    found = seen(actor, Filter(ids=(row.facility_id,), with_retired=True)) if row is not None else []
    is_own = (
        row is not None
        and actor.person_id is not None
        and actor.person_id in (row.driver_id, row.recorded_by)
    )
    if not found or not (is_own or found[0].can_decide):
        raise not_found()
    return row, found[0]


def revisions(trip_id: int) -> Sequence[Any]:
    """What a trip said before each correction, the latest first."""
    return fetch(_revisions, {"trip": trip_id}).all()


def last_km(facility_id: int) -> int | None:
    """The highest kilometres that the log of a car knows."""
    found = fetch(_last, {"facility": facility_id}).scalar_one()
    return None if found is None else int(found)


_of_booking = select(Trip.booking_id, Trip.uid, Trip.driver_id, Trip.recorded_by).where(
    Trip.booking_id.in_(bindparam("bookings", type_=BIGINT, expanding=True)), Trip.deleted_at.is_(None)
)


def logged(bookings: Sequence[int]) -> dict[int, Any]:
    """The trip that was logged for each of these bookings, where there is one. None costs no query."""
    if not bookings:
        return {}
    return {row.booking_id: row for row in fetch(_of_booking, {"bookings": list(bookings)})}


_missing = (
    select(
        Booking.id,
        Booking.ends_at,
        Booking.facility_id,
        Booking.reservation_id,
        Facility.unit_id,
    )
    .join(Facility, Facility.id == Booking.facility_id)
    .join(FacilityGroup, FacilityGroup.id == Facility.group_id)
    .join(Reservation, Reservation.id == Booking.reservation_id)
    .where(
        FacilityGroup.kind == GroupKind.CAR.value,
        Booking.status == Status.CONFIRMED.value,
        Booking.use == Use.USE.value,
        Booking.starts_at > _FROM,
        Booking.ends_at > _FROM,
        Booking.ends_at <= _UNTIL,
        ~exists().where(Trip.booking_id == Booking.id),
        ~exists().where(Reminder.booking_id == Booking.id, Reminder.kind == bindparam("kind")),
    )
    .order_by(Booking.id)
    .limit(500)
)


def without_log(starts_at: datetime, ends_at: datetime, kind: str) -> Sequence[Any]:
    """Bookings of cars that ended within a time, have no trip in the log, and of which nobody was reminded."""
    return fetch(_missing, {"window_from": starts_at, "window_until": ends_at, "kind": kind}).all()
