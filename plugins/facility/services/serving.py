"""What becomes free goes to those who wait for it (キャンセル待ち), the first who came before the others.

Every verb that gives time back calls `serve` last, in its own unit of work and with the facilities still locked: nobody gets
between the cancellation and the offer. Entries are locked after the facilities, in the order in which people came, so that
two facilities that become free at the same moment never go to the same entry, and no two acts wait for each other.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update

from groupware import actor as actors
from groupware import audit
from groupware.actor import Actor
from groupware.capabilities import Span
from groupware.db import session
from plugins.facility.enums import Queue, Status
from plugins.facility.events import LAPSED, OFFERED, REQUESTED, SERVED
from plugins.facility.models import Booking, Facility, WaitingEntry
from plugins.facility.queries.facilities import Filter, Place, seen
from plugins.facility.queries.queue import LAPSING, candidates
from plugins.facility.services.checking import refused_by_terms
from plugins.facility.services.fitting import fits
from plugins.facility.services.locking import locked
from plugins.facility.services.rivals import reject_rivals
from plugins.facility.services.rows import add, booking_of, reservation_of
from plugins.facility.services.telling import tell_all

KEPT = timedelta(days=30)
"""How long an entry stays that is over."""


class Freed(NamedTuple):
    """A facility that nobody holds any more at a time."""

    facility_id: int
    busy_from: datetime
    busy_until: datetime


def freed_by(bookings: Iterable[Booking]) -> list[Freed]:
    """What bookings that are over, or about to be, give back."""
    return [Freed(one.facility_id, one.busy_from, one.busy_until) for one in bookings]


def serve(actor: Actor, freed: Iterable[Freed]) -> None:
    """Offer what has been given back. The facilities are locked by whoever calls."""
    gone = [one for one in freed if one.busy_until > actor.now]
    if not gone:
        return
    session.flush()
    keys = sorted({one.facility_id for one in gone})
    by = actors.system(via=actor.via)
    for entry, facilities in candidates(actor.now, keys):
        for facility_id in facilities:
            is_near = any(
                one.facility_id == facility_id
                and one.busy_from < entry.ends_at
                and one.busy_until > entry.starts_at
                for one in gone
            )
            if is_near and _give(by, entry, facility_id):
                break


def _give(by: Actor, entry: WaitingEntry, facility_id: int) -> bool:
    """Let an entry have a facility if it fits: rights and terms are those of the person who waits."""
    waiting = replace(by, person_id=entry.person_id, display_name=entry.person_name, unit_id=entry.unit_id)
    place = next(iter(seen(waiting, Filter(ids=(facility_id,)))), None)
    if place is None or not place.can_book or not place.terms.has_queue:
        return False
    window, length = Span(entry.starts_at, entry.ends_at), entry.ends_at - entry.last_start
    wanted = next(fits(waiting, [place], window, length, entry.quantity), None)
    if wanted is None or refused_by_terms(waiting, [wanted], entry.person_id):
        return False
    made = reservation_of(
        waiting,
        entry.title,
        entry.person_id,
        entry.person_name,
        entry.unit_id,
        is_private=entry.is_private,
        contact=entry.contact,
    )
    session.add(made)
    session.flush()
    booking = booking_of(waiting, made, wanted)
    entry.reservation_id = made.id
    if entry.books_at_once:
        entry.state = Queue.TAKEN.value
    else:
        entry.state = Queue.OFFERED.value
        entry.offered_until = min(
            by.now + timedelta(minutes=place.terms.offer_minutes), wanted.span.starts_at
        )
        booking.status, booking.holds, booking.check_in_by = Status.OFFERED.value, True, None
    add([booking])
    _tell(by, booking, SERVED if entry.books_at_once else OFFERED)
    if booking.status == Status.CONFIRMED:
        reject_rivals(by, [wanted], made.id)
    elif booking.status == Status.REQUESTED:
        _tell(by, booking, REQUESTED)
    return True


def _tell(by: Actor, one: Booking, kind: str) -> None:
    tell_all(by, kind, [(one.facility_id, one.reservation_id)])
    audit.record(by, kind, object_type="facility.booking", object_id=one.id)


def lapse(actor: Actor) -> int:
    """End the offers that nobody took in time, and offer them to the next; how many those were.

    Entries whose time has come are over as well, and those long over are erased.
    """
    due = session.execute(LAPSING, {"now": actor.now}).all()
    locked(actor, (row.uid for row in due))
    freed: list[Freed] = []
    for row in due:
        entry = locked_entry(row.entry_id)
        booking = offered(entry)
        if entry is None or entry.state != Queue.OFFERED or entry.offered_until is None:
            continue
        if booking is None:
            # It was cancelled, or somebody with precedence took its place: that has been told already.
            entry.state = Queue.LEFT.value
        elif entry.offered_until <= actor.now:
            entry.state = Queue.LAPSED.value
            booking.status, booking.holds = Status.RELEASED.value, False
            booking.version += 1
            _tell(actor, booking, LAPSED)
            freed += freed_by([booking])
    serve(actor, freed)
    session.execute(
        update(WaitingEntry)
        .where(WaitingEntry.state == Queue.WAITING.value, WaitingEntry.last_start <= actor.now)
        .values(state=Queue.EXPIRED.value)
    )
    session.execute(delete(WaitingEntry).where(WaitingEntry.ends_at < actor.now - KEPT))
    return len(freed)


def locked_entry(key: int) -> WaitingEntry | None:
    """An entry as it is now, locked. The facility of an offer is locked before."""
    statement = (
        select(WaitingEntry)
        .where(WaitingEntry.id == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def offered(entry: WaitingEntry | None) -> Booking | None:
    """The booking that an entry was offered, as long as it is still open."""
    if entry is None or entry.reservation_id is None:
        return None
    statement = (
        select(Booking)
        .where(Booking.reservation_id == entry.reservation_id, Booking.status == Status.OFFERED.value)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def place_of(actor: Actor, booking: Booking) -> Place:
    """The facility of an offer, locked. Raises NotFound if the actor may not see it any more."""
    uid = session.scalars(select(Facility.uid).where(Facility.id == booking.facility_id)).one()
    return locked(actor, [uid])[uid]
