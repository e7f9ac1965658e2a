"""What somebody sees at the door of a facility: who has it now, who comes next, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from groupware import clock
from groupware.actor import Actor
from plugins.facility.enums import Status
from plugins.facility.queries.bookings import Item, within
from plugins.facility.queries.facilities import Place


@dataclass(frozen=True, slots=True)
class Door:
    """A facility at this moment. `current` is in use or wanted now, `waiting` can be checked in to."""

    place: Place
    current: Sequence[Item]
    later: Sequence[Item]
    waiting: Sequence[Item]
    can_extend: bool
    can_end: bool
    can_book: bool


def door(actor: Actor, place: Place) -> Door:
    """The facility now and for the rest of the day. One query."""
    midnight = clock.midnight(actor.today)
    items = within([place.id], midnight, midnight + timedelta(days=1)).get(place.id, [])
    firm = [one for one in items if one.status is Status.CONFIRMED and one.ends_at > actor.now]
    current = [one for one in firm if one.starts_at <= actor.now]
    mine = [one for one in current if not one.is_blocking and (place.can_decide or one.is_own(actor))]
    unit = timedelta(minutes=place.terms.unit)
    is_free_after = not any(
        one.busy_from < held.busy_until + unit and one.id != held.id for held in mine for one in firm
    )
    return Door(
        place=place,
        current=current,
        later=[one for one in items if one.starts_at > actor.now],
        waiting=[one for one in firm if may_check_in(actor, place, one)],
        can_extend=bool(mine) and place.is_confirmed_at_once and (is_free_after or not place.is_exclusive),
        can_end=bool(mine),
        can_book=place.can_book and (not current or not place.is_exclusive),
    )


def may_check_in(actor: Actor, place: Place, item: Item) -> bool:
    """Whether there is something to check in to now, and the actor is one of those who may."""
    is_theirs = (
        item.is_own(actor) or place.can_decide or (item.unit_id is not None and item.unit_id == actor.unit_id)
    )
    return is_theirs and item.waits_for_check_in(actor.now)
