"""Who waits for what (キャンセル待ち)."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from groupware.access import ACTOR_PERSON
from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch, session
from plugins.facility.enums import Queue, Status
from plugins.facility.models import Booking, Facility, FacilityGroup, Reservation, WaitingEntry

MOST_SERVED = 100
_NOW = bindparam("now", type_=UTCDateTime())

LAPSING = (
    select(WaitingEntry.id.label("entry_id"), Facility.uid)
    .join(Booking, Booking.reservation_id == WaitingEntry.reservation_id)
    .join(Facility, Facility.id == Booking.facility_id)
    .where(
        WaitingEntry.state == Queue.OFFERED.value,
        or_(WaitingEntry.offered_until <= _NOW, Booking.status != Status.OFFERED.value),
    )
    .order_by(WaitingEntry.id)
    .limit(MOST_SERVED)
)

_facilities = select(Facility.id, Facility.group_id, Facility.capacity).where(
    Facility.id.in_(bindparam("facilities", type_=BIGINT, expanding=True)), Facility.is_retired.is_(False)
)


def candidates(now: datetime, facilities: Sequence[int]) -> list[tuple[WaitingEntry, list[int]]]:
    """Those who wait for any of the facilities, who came first first and locked, each with those that they would take,
    the smallest first."""
    rows = fetch(_facilities, {"facilities": facilities}).all()
    groups = {row.group_id for row in rows}
    statement = (
        select(WaitingEntry)
        .where(
            WaitingEntry.state == Queue.WAITING.value,
            WaitingEntry.last_start > now,
            or_(
                WaitingEntry.facility_id.in_([row.id for row in rows]),
                and_(WaitingEntry.facility_id.is_(None), WaitingEntry.group_id.in_(groups)),
            ),
        )
        .order_by(WaitingEntry.id)
        .limit(MOST_SERVED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    sizes = sorted(rows, key=lambda row: (row.capacity, row.id))
    return [
        (
            entry,
            [
                row.id
                for row in sizes
                if entry.facility_id == row.id
                or (
                    entry.facility_id is None
                    and entry.group_id == row.group_id
                    and row.capacity >= entry.capacity
                )
            ],
        )
        for entry in session.scalars(statement)
    ]


_ahead = aliased(WaitingEntry)
_before = (
    select(func.count())
    .where(
        _ahead.state == Queue.WAITING.value,
        _ahead.group_id == WaitingEntry.group_id,
        _ahead.id < WaitingEntry.id,
        _ahead.starts_at < WaitingEntry.ends_at,
        _ahead.ends_at > WaitingEntry.starts_at,
        or_(
            _ahead.facility_id == WaitingEntry.facility_id,
            _ahead.facility_id.is_(None),
            WaitingEntry.facility_id.is_(None),
        ),
    )
    .correlate(WaitingEntry)
    .scalar_subquery()
)
_own = (
    select(
        WaitingEntry.id,
        WaitingEntry.uid,
        WaitingEntry.state,
        WaitingEntry.starts_at,
        WaitingEntry.ends_at,
        WaitingEntry.last_start,
        WaitingEntry.title,
        WaitingEntry.capacity,
        WaitingEntry.books_at_once,
        WaitingEntry.offered_until,
        FacilityGroup.name.label("group_name"),
        Facility.name.label("facility_name"),
        Reservation.uid.label("reservation_uid"),
        Booking.starts_at.label("offered_from"),
        Booking.ends_at.label("offered_to"),
        _before.label("ahead"),
    )
    .join(FacilityGroup, FacilityGroup.id == WaitingEntry.group_id)
    .outerjoin(Facility, Facility.id == WaitingEntry.facility_id)
    .outerjoin(
        Booking,
        and_(Booking.reservation_id == WaitingEntry.reservation_id, Booking.status == Status.OFFERED.value),
    )
    .outerjoin(Reservation, Reservation.id == Booking.reservation_id)
    .where(WaitingEntry.person_id == ACTOR_PERSON)
    .order_by(WaitingEntry.starts_at, WaitingEntry.id)
)
_open = _own.where(
    WaitingEntry.last_start > _NOW,
    or_(WaitingEntry.state == Queue.WAITING.value, Booking.id.is_not(None)),
)
_one = _own.where(WaitingEntry.uid == bindparam("uid"))


def open_entries(actor: Actor) -> Sequence[Any]:
    """What the actor waits for, with what is offered to them (`reservation_uid`) and how many came before (`ahead`)."""
    return fetch(_open, {"actor_person": actor.person_id, "now": actor.now}).all()


def entry(actor: Actor, uid: uuid.UUID) -> Any:
    """One of the actor's entries, also one that is over, as `open_entries`; None if it is not theirs."""
    return fetch(_one, {"actor_person": actor.person_id, "uid": uid}).one_or_none()


_offer = select(WaitingEntry.uid, WaitingEntry.offered_until).where(
    WaitingEntry.reservation_id == bindparam("reservation", type_=BIGINT),
    WaitingEntry.person_id == ACTOR_PERSON,
    WaitingEntry.state == Queue.OFFERED.value,
    WaitingEntry.offered_until > _NOW,
)


def offer_of(actor: Actor, reservation_id: int) -> Any:
    """The entry by which a reservation is offered to the actor: uid, offered_until; or None."""
    values = {"reservation": reservation_id, "actor_person": actor.person_id, "now": actor.now}
    return fetch(_offer, values).one_or_none()
