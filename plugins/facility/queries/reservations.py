"""One reservation as somebody may see it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, bindparam, select

from groupware.actor import Actor
from groupware.db import fetch
from plugins.facility.enums import LIVE, Status
from plugins.facility.models import Booking, Reservation
from plugins.facility.queries import bookings
from plugins.facility.queries.bookings import Item
from plugins.facility.queries.door import may_check_in
from plugins.facility.queries.facilities import Filter, Place, not_found, seen


@dataclass(frozen=True, slots=True)
class Part:
    """A booking of it, with its facility. `reason` is what was said when it was not granted."""

    item: Item
    place: Place
    reason: str
    decided_by: str | None
    decided_at: datetime | None

    def is_to_come(self, now: datetime) -> bool:
        """Whether it can still be cancelled."""
        return self.item.status.value in LIVE and self.item.ends_at > now

    def is_to_decide(self, now: datetime) -> bool:
        """Whether it is a request that the actor can still decide on."""
        return self.place.can_decide and self.item.status is Status.REQUESTED and self.item.ends_at > now


@dataclass(frozen=True, slots=True)
class Opened:
    """A reservation with what the actor may do. `row` has the columns of `bookings.reservation`."""

    row: Any
    parts: Sequence[Part]
    is_own: bool
    shows_title: bool
    can_change: bool
    """Whether times and facilities can be changed here: its own people and deciders, unless it is kept elsewhere."""
    can_withdraw: bool
    is_in_use: bool
    """Whether some of it is in use and the actor can end that."""
    waits_for_check_in: bool
    """Whether the actor can check in now."""
    is_offered: bool
    """Whether it is kept for somebody who has waited for it, and not booked yet."""
    can_extend: bool
    """Whether some of it is in use and the actor may stay longer without anybody's approval."""


_linked = (
    select(
        Reservation.uid,
        Reservation.title,
        Reservation.is_private,
        Reservation.booker_id,
        Reservation.user_id,
        Booking.facility_id,
        Booking.starts_at,
        Booking.ends_at,
    )
    .join(Booking, Booking.reservation_id == Reservation.id)
    .where(
        Reservation.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)), Reservation.deleted_at.is_(None)
    )
    .order_by(Booking.starts_at, Booking.id)
)


@dataclass(frozen=True, slots=True)
class LinkedReservation:
    """What a link to a reservation tells: its title, empty if that is private, and its first booking that may be seen."""

    uid: uuid.UUID
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime


def linked(actor: Actor, uids: Sequence[uuid.UUID]) -> list[LinkedReservation]:
    """Those of the reservations of which the actor sees something, by the same measure as `opened`. Three queries, however many."""
    rows = fetch(_linked, {"uids": list(uids)}).all()
    ids = tuple({row.facility_id for row in rows})
    places = {one.id: one for one in seen(actor, Filter(ids=ids, with_retired=True))} if ids else {}
    decided = {row.uid for row in rows if row.facility_id in places and places[row.facility_id].can_decide}
    found: dict[uuid.UUID, LinkedReservation] = {}
    for row in rows:
        is_own = actor.person_id in (row.booker_id, row.user_id)
        place = places.get(row.facility_id)
        if row.uid in found or (place is None and not is_own):
            continue
        shows_title = not row.is_private or is_own or row.uid in decided
        found[row.uid] = LinkedReservation(
            row.uid,
            row.title if shows_title else "",
            place.name if place is not None else "",
            row.starts_at,
            row.ends_at,
        )
    return list(found.values())


def opened(actor: Actor, uid: uuid.UUID) -> Opened:
    """The reservation with the bookings of it that the actor may know of. Raises NotFound.

    Those who booked it and for whom it is see all of it; others what happens at facilities that they may see.
    """
    row = bookings.reservation(uid)
    if row is None:
        raise not_found()
    found = bookings.parts(row.id)
    ids = tuple({part.facility_id for part in found})
    places = {place.id: place for place in seen(actor, Filter(ids=ids, with_retired=True))} if ids else {}
    parts = [
        Part(Item.of(one), places[one.facility_id], one.reason, one.decided_by, one.decided_at)
        for one in found
        if one.facility_id in places
    ]
    is_own = actor.person_id in (row.booker_id, row.user_id)
    if not parts and not is_own:
        raise not_found()
    to_come = [part for part in parts if part.is_to_come(actor.now)]
    decides = bool(to_come) and all(part.place.can_decide for part in to_come)
    may = bool(to_come) and (is_own or decides)
    is_offered = any(part.item.status is Status.OFFERED for part in to_come)
    return Opened(
        row=row,
        parts=parts,
        is_own=is_own,
        shows_title=not row.is_private or is_own or any(part.place.can_decide for part in parts),
        can_change=may and not row.source_kind and not is_offered,
        can_withdraw=may,
        is_in_use=may
        and any(part.item.starts_at < actor.now and part.item.status is Status.CONFIRMED for part in to_come),
        waits_for_check_in=any(may_check_in(actor, part.place, part.item) for part in to_come),
        is_offered=is_offered,
        can_extend=may
        and any(
            part.item.starts_at <= actor.now
            and part.item.status is Status.CONFIRMED
            and part.place.is_confirmed_at_once
            for part in to_come
        ),
    )
