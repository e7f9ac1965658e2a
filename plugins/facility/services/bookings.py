"""Book, change, cancel. Every act on bookings goes through `settle`, so that all of it happens or nothing.

The facilities are locked first (`locking.locked`); then rights, terms and the bookings of others are looked at. A booking is
confirmed at once where nobody has to approve it, else tentative; a confirmed one ends the requests that were its rivals.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from groupware import audit, idempotency
from groupware.actor import Actor
from groupware.capabilities import Clashes, Source, Span
from groupware.db import session
from groupware.errors import Conflict, Denied
from groupware.i18n import gettext
from plugins.facility.enums import GroupKind, Status, Use
from plugins.facility.events import BOOKED, MOVED, REQUESTED, WITHDRAWN
from plugins.facility.models import Booking, Reservation, Series, Skipped
from plugins.facility.queries.facilities import Place, named, not_found
from plugins.facility.services.checking import (
    Wanted,
    in_the_way,
    refusal,
    refused_by_terms,
    require_bookable,
    require_deciding,
    taken,
)
from plugins.facility.services.loans import require_back
from plugins.facility.services.locking import locked, locked_reservation, uids_of
from plugins.facility.services.plans import Plan, User, checked, checked_words, user_of
from plugins.facility.services.rivals import displace, reject_rivals
from plugins.facility.services.rows import add, booking_of, reservation_of
from plugins.facility.services.serving import freed_by, serve
from plugins.facility.services.telling import tell
from plugins.facility.words import span_words


def reserve(actor: Actor, plan: Plan, *, key: str = "", source: Source | None = None) -> uuid.UUID:
    """Book everything that is planned, or nothing; returns the uid of the reservation. The same `key` books once.

    Raises Clashes with every wish that cannot be met, Denied for a facility that the actor may not book, NotFound for one
    they may not see, Invalid with the fields at fault.
    """
    request = {
        "title": plan.title,
        "wishes": [(str(wish.facility), wish.quantity) for wish in plan.wishes],
        "times": [(one.starts_at.isoformat(), one.ends_at.isoformat()) for one in plan.times],
        "user": plan.user_id,
        "free": plan.takes_what_is_free,
        "left_out": sorted(map(str, plan.leaves_out)),
        "exchanges": sorted(map(str, plan.exchanges.values())),
    }
    result = idempotency.once(actor, key, request, lambda: {"uid": str(_reserve(actor, plan, source).uid)})
    return uuid.UUID(result["uid"])


def _reserve(actor: Actor, plan: Plan, source: Source | None) -> Reservation:
    plan = checked(actor, plan)
    user = user_of(actor, plan)
    _refuse_at_once(actor, plan, user)
    made = reservation_of(
        actor,
        plan.title,
        user.id,
        user.name,
        actor.unit_id,
        note=plan.note,
        is_private=plan.is_private,
        contact=plan.contact,
        source_kind=source.kind if source is not None else "",
        source_uid=source.uid if source is not None else None,
    )
    settle(actor, made, plan)
    if plan.rule:
        session.add(Series(reservation_id=made.id, rule=plan.rule, holidays=plan.holidays))
    audit.record(
        actor, BOOKED, made, unit_id=made.unit_id, details={"bookings": len(plan.times) * len(plan.wishes)}
    )
    return made


def change(actor: Actor, uid: uuid.UUID, plan: Plan) -> Reservation:
    """Make a reservation what is planned now: other times, other facilities, other words.

    As `reserve`; what stays as it was is not touched, and what is over neither. Denied to others than those who booked it, for
    whom it is, and who decide on its facilities; Conflict where it belongs to something that is changed elsewhere.
    """
    found = locked_reservation(actor, uid, [wish.facility for wish in plan.wishes])
    made, live = found.made, found.live
    if made.source_kind:
        raise Conflict(
            gettext("This booking belongs to an event. Please change it in the schedule."), code="elsewhere"
        )
    plan = checked(actor, plan)
    user = user_of(actor, plan)
    made.title, made.note, made.contact = plan.title, plan.note, plan.contact
    _hand_over(actor, made, user, live)
    made.is_private = plan.is_private
    settle(actor, made, plan, live)
    audit.record(actor, MOVED, made, unit_id=made.unit_id)
    return made


def _hand_over(actor: Actor, made: Reservation, user: User, live: Sequence[Booking]) -> None:
    """Write for whom it is; somebody new is told."""
    if user.id != made.user_id:
        made.user_id, made.user_name = user.id, user.name
        tell(actor, BOOKED, made, (one.facility_id for one in live))


def reword(actor: Actor, uid: uuid.UUID, plan: Plan) -> Reservation:
    """Change what a reservation says and not what it holds. Its facilities and times in `plan` do not count."""
    found = locked_reservation(actor, uid)
    made, live = found.made, found.live
    checked_words(actor, plan)
    user = user_of(actor, plan)
    made.title, made.note = " ".join(plan.title.split()), plan.note.strip()
    made.contact = " ".join(plan.contact.split())
    _hand_over(actor, made, user, live)
    made.is_private = plan.is_private
    audit.record(actor, MOVED, made, unit_id=made.unit_id)
    return made


def retake(actor: Actor, uid: uuid.UUID, starts_at: datetime) -> Reservation:
    """Try a time of a series again that could not be had. As `reserve`; NotFound if that time was not skipped."""
    skipped = [one for one in _skipped(actor, uid) if one.starts_at == starts_at]
    made = locked_reservation(actor, uid, uids_of(skipped)).made
    if not skipped:
        raise not_found()
    _retake(actor, made, skipped)
    return made


def retake_all(actor: Actor, uid: uuid.UUID) -> int:
    """Try all times to come again that could not be had, and take those that are free; how many those were.

    As `retake`; raises Conflict if none of them is free.
    """
    skipped = _skipped(actor, uid)
    made = locked_reservation(actor, uid, uids_of(skipped)).made
    number = 0
    for starts_at in sorted({one.starts_at for one in skipped}):
        with suppress(Clashes):
            _retake(actor, made, [one for one in skipped if one.starts_at == starts_at])
            number += 1
    if not number:
        raise Conflict(gettext("None of these times is free now."), code="taken")
    return number


def _skipped(actor: Actor, uid: uuid.UUID) -> list[Skipped]:
    statement = (
        select(Skipped)
        .join(Reservation, Reservation.id == Skipped.reservation_id)
        .where(Reservation.uid == uid, Skipped.ends_at > actor.now)
    )
    return list(session.scalars(statement))


def _retake(actor: Actor, made: Reservation, skipped: Sequence[Skipped]) -> None:
    places = {one.id: one for one in locked(actor, uids_of(skipped)).values()}
    require_bookable(actor, places.values())
    wanted = [
        Wanted(places[one.facility_id], Span(one.starts_at, one.ends_at), one.quantity) for one in skipped
    ]
    refused, blocked = refused_by_terms(actor, wanted, made.user_id), in_the_way(wanted)
    if refused or blocked:
        raise refusal([*refused, *taken(actor, blocked)])
    _add(actor, made, wanted)
    for one in skipped:
        session.delete(one)
    session.flush()
    _tell_difference(actor, made, _Difference([], wanted))
    audit.record(actor, BOOKED, made, unit_id=made.unit_id, details={"bookings": len(wanted)})


def withdraw(actor: Actor, uid: uuid.UUID, bookings: Sequence[uuid.UUID] = ()) -> Reservation:
    """Cancel a reservation, or only some of its bookings. What is over stays.

    Denied to others than those who may change it, and once the time for cancelling is over; Conflict if nothing is left to cancel.
    """
    found = locked_reservation(actor, uid)
    made = found.made
    chosen = [one for one in found.live if not bookings or one.uid in set(bookings)]
    if not chosen:
        raise Conflict(gettext("There is nothing left of this booking to cancel."), code="over")
    let_go(actor, chosen, found.places)
    session.flush()
    tell(actor, WITHDRAWN, made, (one.facility_id for one in chosen))
    serve(actor, freed_by(chosen))
    audit.record(actor, WITHDRAWN, made, unit_id=made.unit_id, details={"bookings": len(chosen)})
    return made


@dataclass(frozen=True, slots=True)
class _Difference:
    """What has to happen so that a reservation holds what is planned."""

    gone: list[Booking]
    wanted: list[Wanted]


def settle(actor: Actor, made: Reservation, plan: Plan, live: Sequence[Booking] = ()) -> None:
    """Let a reservation, whose bookings to come are `live`, hold exactly what is planned. `plan` has been checked."""
    places = locked(actor, {*uids_of(live), *_wished(plan)})
    by_id = {place.id: place for place in places.values()}
    difference = _difference(actor, plan, live, places)
    _require_allowed(actor, plan, difference)
    let_go(actor, difference.gone, by_id)
    # What is given up is no longer in the way of what is taken instead.
    session.flush()
    refused = refused_by_terms(actor, difference.wanted, made.user_id)
    blocked = in_the_way([one for one in difference.wanted if not one.place.is_retired])
    displaced: list[Booking] = []
    if plan.takes_precedence:
        blocked, displaced = displace(actor, blocked)
    clashes = [*refused, *taken(actor, blocked)]
    clashing = {clash.starts_at for clash in clashes}
    lost = clashing if plan.takes_what_is_free else clashing.intersection(plan.leaves_out)
    got = [one for one in difference.wanted if one.span.starts_at not in lost]
    if clashing - lost or (clashes and not got):
        raise refusal(clashes)
    session.add(made)
    session.flush()
    _add(actor, made, got)
    _skip(made, [one for one in difference.wanted if one.span.starts_at in lost])
    _tell_difference(actor, made, replace(difference, wanted=got))
    serve(actor, freed_by([*difference.gone, *displaced]))


def _wished(plan: Plan) -> set[uuid.UUID]:
    return {*(wish.facility for wish in plan.wishes), *plan.exchanges.values()}


def _refuse_at_once(actor: Actor, plan: Plan, user: User) -> None:
    """Refuse what is plainly taken without waiting for the lock. What seems to be free is looked at again once it is locked.

    Of fifty who want one room, forty-nine then neither queue for it nor write anything.
    """
    if plan.takes_precedence or plan.takes_what_is_free or plan.leaves_out:
        return
    wished = _wished(plan)
    places = {place.uid: place for place in named(actor, sorted(wished))}
    if len(places) < len(wished):
        raise not_found()
    difference = _difference(actor, plan, (), places)
    _require_allowed(actor, plan, difference)
    blocked = in_the_way([one for one in difference.wanted if not one.place.is_retired])
    if blocked:
        refused = refused_by_terms(actor, difference.wanted, user.id)
        raise refusal([*refused, *taken(actor, blocked)])


def _require_allowed(actor: Actor, plan: Plan, difference: _Difference) -> None:
    places = {one.place.id: one.place for one in difference.wanted}.values()
    require_bookable(actor, places)
    if plan.is_blocking:
        require_deciding(places)


def _skip(made: Reservation, wanted: Sequence[Wanted]) -> None:
    session.add_all(
        Skipped(
            reservation_id=made.id,
            facility_id=one.place.id,
            starts_at=one.span.starts_at,
            ends_at=one.span.ends_at,
            quantity=one.quantity,
        )
        for one in wanted
    )
    session.flush()


def _difference(
    actor: Actor, plan: Plan, live: Sequence[Booking], places: dict[uuid.UUID, Place]
) -> _Difference:
    has = {(one.facility_id, one.starts_at, one.ends_at, one.quantity): one for one in live}
    wanted, kept = [], set()
    use = Use.BLOCKING if plan.is_blocking else Use.USE
    for wish in plan.wishes:
        for span in plan.times:
            place = places[plan.exchanges.get((wish.facility, span.starts_at), wish.facility)]
            same = has.get((place.id, span.starts_at, span.ends_at, wish.quantity))
            if same is not None:
                kept.add(same.id)
            elif not live or span.ends_at > actor.now:
                wanted.append(Wanted(place, span, wish.quantity, use))
    return _Difference([one for one in live if one.id not in kept], wanted)


def _add(actor: Actor, made: Reservation, wanted: Sequence[Wanted]) -> None:
    added = [booking_of(actor, made, one) for one in wanted]
    add(added)
    reject_rivals(actor, [one for one, booking in zip(wanted, added, strict=True) if booking.holds], made.id)


def let_go(actor: Actor, bookings: Sequence[Booking], places: dict[int, Place]) -> None:
    """Give bookings up. Denied once the time for cancelling is over, except to those who decide on the facility.

    Conflict while equipment of them is out.
    """
    lent = [one.id for one in bookings if places[one.facility_id].kind == GroupKind.EQUIPMENT]
    if lent:
        require_back(lent)
    for one in bookings:
        place = places[one.facility_id]
        hours = place.terms.notice_hours
        left = (one.starts_at - actor.now).total_seconds() / 3600
        is_bound = one.status == Status.CONFIRMED and not place.can_decide and not actor.is_system
        if is_bound and hours and left < hours:
            raise Denied(
                gettext(
                    "%(facility)s at %(time)s can be cancelled until %(hours)d hours before. Please ask the managing organisation.",
                    facility=place.name,
                    time=span_words(one.starts_at, one.ends_at),
                    hours=hours,
                ),
                object_type="facility.facility",
                object_id=place.id,
                unit_id=place.unit_id,
            )
        one.status, one.holds = Status.WITHDRAWN.value, False
        one.version += 1


def _tell_difference(actor: Actor, made: Reservation, difference: _Difference) -> None:
    gone = {one.facility_id for one in difference.gone}
    confirmed = {one.place.id for one in difference.wanted if one.place.is_confirmed_at_once}
    requested = {one.place.id for one in difference.wanted} - confirmed
    tell(actor, WITHDRAWN, made, gone - confirmed - requested)
    tell(actor, MOVED, made, confirmed & gone)
    tell(actor, BOOKED, made, confirmed - gone)
    tell(actor, REQUESTED, made, requested)
