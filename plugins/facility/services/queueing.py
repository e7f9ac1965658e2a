"""Wait for what is taken (キャンセル待ち): join, leave, take what is offered."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from groupware import audit
from groupware.actor import Actor
from groupware.capabilities import Span, Wish
from groupware.db import session
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext
from plugins.facility.enums import Queue, Status
from plugins.facility.events import BOOKED, REQUESTED, WITHDRAWN
from plugins.facility.models import Booking, Reservation, WaitingEntry
from plugins.facility.queries.facilities import Filter, Place, not_found, seen
from plugins.facility.services.checking import (
    Wanted,
    refusal,
    refused_by_terms,
    refused_by_times,
    require_bookable,
)
from plugins.facility.services.fitting import WIDEST, fits, spans
from plugins.facility.services.locking import locked
from plugins.facility.services.plans import Plan, checked
from plugins.facility.services.rivals import reject_rivals
from plugins.facility.services.rows import booking_of
from plugins.facility.services.serving import freed_by, locked_entry, offered, place_of, serve
from plugins.facility.services.telling import tell
from plugins.facility.words import span_words

MOST = 20
"""Entries that one person has at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What somebody waits for: a facility at a time, or any of its group that is as large.

    With `minutes` it is so long somewhere within the time, which is then a day at most.
    """

    facility: uuid.UUID
    span: Span
    minutes: int = 0
    title: str
    contact: str = ""
    quantity: int = 1
    is_private: bool = False
    takes_any: bool = False
    books_at_once: bool = False
    """Book it for the person as soon as it is free, without asking."""

    @property
    def length(self) -> timedelta:
        """How long is needed."""
        return timedelta(minutes=self.minutes) if self.minutes else self.span.ends_at - self.span.starts_at


def join(actor: Actor, wait: Wait) -> WaitingEntry:
    """Put the actor at the end of the queue. Who waits for the same already stays where they are.

    Raises Conflict where it is free (it can be booked), where there is no queue, and for too many entries; Clashes where the
    terms would not allow the booking; Denied, NotFound, Invalid as `bookings.reserve`.
    """
    plan = checked(
        actor,
        Plan(
            title=wait.title,
            wishes=[Wish(wait.facility, wait.quantity)],
            times=[wait.span],
            contact=wait.contact,
        ),
    )
    _require_sensible(actor, wait)
    # All that could be offered is locked: what is given back from now on finds the entry.
    place = next(iter(seen(actor, Filter(uids=(wait.facility,)))), None)
    others = _as_large(actor, place) if place is not None and wait.takes_any else []
    places = locked(actor, {wait.facility, *(one.uid for one in others)})
    place = places[wait.facility]
    require_bookable(actor, [place])
    if not place.terms.has_queue or place.is_retired:
        raise Conflict(
            gettext("There is no waiting list for %(facility)s.", facility=place.name), code="no_queue"
        )
    _require_allowed(actor, wait, place)
    bookable = [one for one in places.values() if one.can_book]
    for one in fits(actor, bookable, wait.span, wait.length, wait.quantity):
        if not refused_by_terms(actor, [one], actor.person_id):
            raise Conflict(
                gettext(
                    "%(facility)s is free at %(time)s. Please book it.",
                    facility=one.place.name,
                    time=span_words(one.span.starts_at, one.span.ends_at),
                ),
                code="free",
            )
    return _entered(actor, wait, plan, place)


def _require_sensible(actor: Actor, wait: Wait) -> None:
    fault: tuple[str, str] | None = None
    if wait.span.ends_at - wait.length <= actor.now:
        fault = "starts_at", gettext("You can wait for times to come.")
    elif not timedelta(0) < wait.length <= wait.span.ends_at - wait.span.starts_at:
        fault = "minutes", gettext("This does not fit into the time in which you look for it.")
    elif wait.minutes and wait.span.ends_at - wait.span.starts_at > WIDEST:
        fault = "ends_at", gettext("You can look for a shorter time within one day.")
    if fault is not None:
        raise Invalid(gettext("Some entries need your attention."), fields=dict([fault]))


def _require_allowed(actor: Actor, wait: Wait, place: Place) -> None:
    """Raise Clashes where the terms allow none of the times that they would take."""
    possible = [
        Wanted(place, span, wait.quantity) for span in spans(place, wait.span, wait.length, actor.now)
    ]
    if not possible:
        raise Invalid(
            gettext("Some entries need your attention."),
            fields={"starts_at": gettext("You can wait for times to come.")},
        )
    allowed = next((one for one in possible if not refused_by_times(actor, [one])), possible[0])
    refused = refused_by_terms(actor, [allowed], actor.person_id)
    if refused:
        raise refusal(refused)


def _as_large(actor: Actor, place: Place) -> list[Place]:
    return [
        one
        for one in seen(actor, Filter(group=place.group_id, capacity=place.capacity))
        if one.can_book and one.terms.has_queue
    ]


def _entered(actor: Actor, wait: Wait, plan: Plan, place: Place) -> WaitingEntry:
    open_entries = session.scalars(
        select(WaitingEntry).where(
            WaitingEntry.person_id == actor.person_id,
            WaitingEntry.state.in_((Queue.WAITING.value, Queue.OFFERED.value)),
            WaitingEntry.last_start > actor.now,
        )
    ).all()
    last_start = wait.span.ends_at - wait.length
    facility_id = None if wait.takes_any else place.id
    wanted = (facility_id, place.group_id, wait.span.starts_at, wait.span.ends_at, last_start)
    for one in open_entries:
        if (one.facility_id, one.group_id, one.starts_at, one.ends_at, one.last_start) == wanted:
            return one
    if len(open_entries) >= MOST or actor.person_id is None:
        raise Conflict(
            gettext("You are on %(limit)d waiting lists already. Please leave one first.", limit=MOST),
            code="limit",
        )
    made = WaitingEntry(
        person_id=actor.person_id,
        person_name=actor.display_name,
        unit_id=actor.unit_id,
        facility_id=facility_id,
        group_id=place.group_id,
        capacity=place.capacity if wait.takes_any else 0,
        quantity=wait.quantity,
        starts_at=wait.span.starts_at,
        ends_at=wait.span.ends_at,
        last_start=last_start,
        title=plan.title,
        contact=plan.contact,
        is_private=wait.is_private,
        books_at_once=wait.books_at_once,
        state=Queue.WAITING.value,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    audit.record(actor, "facility.queue_joined", object_type="facility.waiting", object_id=made.id)
    return made


def leave(actor: Actor, uid: uuid.UUID) -> None:
    """Take the actor out of a queue; what is offered to them goes to the next. Raises NotFound, Conflict if it is over."""
    entry, booking, _ = _own(actor, uid)
    if entry.state not in (Queue.WAITING, Queue.OFFERED):
        raise _over()
    entry.state = Queue.LEFT.value
    if booking is not None:
        booking.status, booking.holds = Status.WITHDRAWN.value, False
        booking.version += 1
        session.flush()
        tell(actor, WITHDRAWN, _reservation(booking), [booking.facility_id])
        serve(actor, freed_by([booking]))
    audit.record(actor, "facility.queue_left", object_type="facility.waiting", object_id=entry.id)


def accept(actor: Actor, uid: uuid.UUID) -> Reservation:
    """Take what is offered: it is booked, or requested where somebody approves. Raises NotFound, Denied, Conflict if it is over."""
    entry, booking, place = _own(actor, uid)
    is_open = entry.state == Queue.OFFERED and entry.offered_until is not None
    if booking is None or place is None or not is_open or (entry.offered_until or actor.now) <= actor.now:
        raise _over()
    if not place.can_book:
        raise Denied(
            gettext("Your permissions do not include this."),
            object_type="facility.facility",
            object_id=place.id,
            unit_id=place.unit_id,
        )
    made = _reservation(booking)
    wanted = Wanted(place, Span(booking.starts_at, booking.ends_at), booking.quantity)
    pattern = booking_of(actor, made, wanted)
    booking.status, booking.holds = pattern.status, pattern.holds
    booking.check_in_by, booking.checked_in_at = pattern.check_in_by, pattern.checked_in_at
    booking.decided_by, booking.decided_at = pattern.decided_by, pattern.decided_at
    booking.version += 1
    entry.state = Queue.TAKEN.value
    session.flush()
    if booking.holds:
        reject_rivals(actor, [wanted], made.id)
    kind = BOOKED if booking.status == Status.CONFIRMED else REQUESTED
    tell(actor, kind, made, [booking.facility_id])
    audit.record(actor, kind, made, unit_id=made.unit_id, details={"bookings": 1})
    return made


def _own(actor: Actor, uid: uuid.UUID) -> tuple[WaitingEntry, Booking | None, Place | None]:
    """The actor's own entry, locked, with what is offered to them: the facility first, as everybody does."""
    entry = session.scalar(
        select(WaitingEntry).where(WaitingEntry.uid == uid, WaitingEntry.person_id == actor.person_id)
    )
    if entry is None:
        raise not_found()
    booking = offered(entry)
    place = place_of(actor, booking) if booking is not None else None
    again = locked_entry(entry.id)
    if again is None:
        raise not_found()
    booking = offered(again)
    if booking is not None and place is None:
        raise Conflict(gettext("Something is offered to you just now. Please look again."), code="changed")
    return again, booking, place


def _reservation(booking: Booking) -> Reservation:
    return session.scalars(select(Reservation).where(Reservation.id == booking.reservation_id)).one()


def _over() -> Conflict:
    return Conflict(gettext("This offer is over. Somebody else may have the facility now."), code="over")
