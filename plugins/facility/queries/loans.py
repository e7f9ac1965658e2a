"""Equipment that is to be handed out, is out, or came back."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select

from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch
from plugins.facility.enums import GroupKind, Status
from plugins.facility.models import Booking, Facility, FacilityGroup, Loan, Reminder, Reservation, Return
from plugins.facility.queries.facilities import Filter, Place, seen

_FACILITIES = bindparam("facilities", type_=BIGINT, expanding=True)
_NOW = bindparam("now", type_=UTCDateTime())
MOST = 1000

_columns = (
    Loan.id,
    Loan.uid,
    Loan.booking_id,
    Loan.facility_id,
    Loan.quantity,
    Loan.returned,
    Loan.is_out,
    Loan.taken_by,
    Loan.handed_by_name,
    Loan.handed_at,
    Booking.ends_at,
    Booking.reservation_id,
    Reservation.uid.label("reservation_uid"),
    Reservation.title,
    Reservation.contact,
    Reservation.unit_id,
)
_loans = (
    select(*_columns)
    .join(Booking, Booking.id == Loan.booking_id)
    .join(Reservation, Reservation.id == Booking.reservation_id)
    .order_by(Booking.ends_at, Loan.id)
)
_out = _loans.where(Loan.facility_id.in_(_FACILITIES), Loan.is_out).limit(MOST)
_one = _loans.where(Loan.uid == bindparam("uid"))
_of_bookings = _loans.where(Loan.booking_id.in_(bindparam("bookings", type_=BIGINT, expanding=True)))
_returns = (
    select(Return.loan_id, Return.quantity, Return.at, Return.taken_back_by_name, Return.condition)
    .where(Return.loan_id.in_(bindparam("loans", type_=BIGINT, expanding=True)))
    .order_by(Return.at, Return.id)
)


def kept(actor: Actor) -> list[Place]:
    """Equipment on which the actor decides. Two queries."""
    return [one for one in seen(actor, Filter(kind=GroupKind.EQUIPMENT.value)) if one.can_decide]


def out(facilities: Sequence[int]) -> Sequence[Any]:
    """What of these facilities has not come back, what was due first first."""
    return fetch(_out, {"facilities": list(facilities)}).all() if facilities else ()


def loan(uid: uuid.UUID) -> Any:
    """What somebody took, whoever may see it; None if there is none."""
    return fetch(_one, {"uid": uid}).one_or_none()


def of_bookings(bookings: Sequence[int]) -> Sequence[Any]:
    """What was handed out for these bookings. None costs no query."""
    return fetch(_of_bookings, {"bookings": list(bookings)}).all() if bookings else ()


def returns(loans: Sequence[int]) -> Sequence[Any]:
    """What came back of these loans, in order of time."""
    return fetch(_returns, {"loans": list(loans)}).all() if loans else ()


_overdue = (
    select(
        Loan.booking_id,
        Booking.facility_id,
        Booking.reservation_id,
        Facility.uid.label("facility_uid"),
        Facility.unit_id,
        Booking.ends_at,
        Booking.busy_until,
        exists()
        .where(Reminder.booking_id == Loan.booking_id, Reminder.kind == bindparam("kind"))
        .label("is_reminded"),
    )
    .join(Booking, Booking.id == Loan.booking_id)
    .join(Facility, Facility.id == Booking.facility_id)
    .join(FacilityGroup, FacilityGroup.id == Facility.group_id)
    .where(
        Loan.is_out,
        Booking.status == Status.CONFIRMED.value,
        Booking.ends_at < _NOW,
    )
    .distinct()
    .order_by(Facility.uid, Loan.booking_id)
    .limit(500)
)


def overdue(now: datetime, kind: str) -> Sequence[Any]:
    """Bookings that are over with pieces still out, each with whether somebody was reminded by this kind."""
    return fetch(_overdue, {"now": now, "kind": kind}).all()
