"""One reservation as somebody may see it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groupware.actor import Actor
from plugins.facility.enums import LIVE, Status
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
