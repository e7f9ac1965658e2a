"""Series that have to be confirmed again, so that rooms that nobody uses any more become free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from groupware.db import BIGINT, UTCDateTime, fetch
from plugins.facility.enums import Status, Use
from plugins.facility.models import Booking, Facility, FacilityGroup, Reconfirmation, Reservation
from plugins.facility.queries.terms import Terms, TermsBook

_NOW = bindparam("now", type_=UTCDateTime())
_terms = (
    select(
        Facility.id,
        Facility.unit_id,
        Facility.terms.label("own_terms"),
        FacilityGroup.terms.label("group_terms"),
    )
    .join(FacilityGroup, FacilityGroup.id == Facility.group_id)
    .where(Facility.is_retired.is_(False))
)
_last_said = func.coalesce(Reconfirmation.confirmed_at, Reservation.created_at, type_=UTCDateTime())
_series = (
    select(
        Booking.reservation_id,
        Booking.facility_id,
        _last_said.label("last_said"),
        func.max(Booking.starts_at, type_=UTCDateTime()).label("last_time"),
    )
    .join(Reservation, Reservation.id == Booking.reservation_id)
    .outerjoin(Reconfirmation, Reconfirmation.reservation_id == Reservation.id)
    .where(
        Booking.facility_id.in_(bindparam("facilities", type_=BIGINT, expanding=True)),
        Booking.starts_at > _NOW,
        Booking.status == Status.CONFIRMED.value,
        Booking.use == Use.USE.value,
        Reservation.deleted_at.is_(None),
        Reconfirmation.answer_by.is_(None),
    )
    .group_by(Booking.reservation_id, Booking.facility_id, _last_said)
    .having(func.count() > 1)
    .order_by(Booking.reservation_id, Booking.facility_id)
)


@dataclass(frozen=True, slots=True)
class Due:
    """A series of which nobody has said for long that it still takes place."""

    reservation_id: int
    facility_id: int
    answer_by: datetime


def wanting(day: date) -> Mapping[int, Terms]:
    """The facilities whose series must be confirmed again, with their terms. One query."""
    book = TermsBook(day)
    found = {row.id: book.of(row.unit_id, row.own_terms, row.group_terms) for row in fetch(_terms)}
    return {key: terms for key, terms in found.items() if terms.reconfirm_weeks}


def due(now: datetime, terms: Mapping[int, Terms], most: int) -> list[Due]:
    """Series that have to be asked about, each once; what ends before the answer would be due is left alone."""
    found: dict[int, Due] = {}
    for row in fetch(_series, {"facilities": list(terms), "now": now}):
        one = terms[row.facility_id]
        answer_by = now + timedelta(days=one.reconfirm_days)
        is_due = row.last_said + timedelta(weeks=one.reconfirm_weeks) <= now
        if is_due and row.last_time > answer_by:
            found.setdefault(row.reservation_id, Due(row.reservation_id, row.facility_id, answer_by))
    return list(found.values())[:most]


_unanswered = (
    select(Reconfirmation.reservation_id)
    .where(Reconfirmation.answer_by <= _NOW)
    .order_by(Reconfirmation.reservation_id)
    .limit(bindparam("most", type_=BIGINT))
)


def unanswered(now: datetime, most: int) -> Sequence[int]:
    """Reservations whose time for an answer is over."""
    return [row.reservation_id for row in fetch(_unanswered, {"now": now, "most": most})]


_asked = select(Reconfirmation.answer_by).where(
    Reconfirmation.reservation_id == bindparam("reservation", type_=BIGINT)
)


def asked(reservation_id: int) -> Any:
    """By when somebody has to say that a series still takes place; None if nobody has to."""
    return fetch(_asked, {"reservation": reservation_id}).scalar_one_or_none()
