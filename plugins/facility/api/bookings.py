"""Facilities and bookings for programs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from groupware.actor import Actor
from groupware.capabilities import Span, Wish
from groupware.i18n import lazy_gettext
from groupware.plugin import Collection, Operation, Slice
from plugins.facility.api.shapes import (
    BookingArguments,
    BookingItem,
    BookingPart,
    BusyArguments,
    BusyTime,
    BusyView,
    FacilityArguments,
    FacilityItem,
    FacilityView,
    NewReservation,
    ReservationChange,
    ReservationView,
)
from plugins.facility.api.slices import slice_of, week_after, window
from plugins.facility.enums import GroupKind, Status
from plugins.facility.queries import bookings as queries
from plugins.facility.queries.bookings import Item
from plugins.facility.queries.facilities import Filter, Place, features_of, place, seen
from plugins.facility.queries.finding import free_ids
from plugins.facility.queries.reservations import opened
from plugins.facility.services import attending, bookings
from plugins.facility.services.plans import Plan

MOST_LOOKED_AT = 10_000


# ---- Facilities ----


def _found(actor: Actor, wanted: FacilityArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    places = seen(
        actor,
        Filter(
            text=wanted.q,
            kind=wanted.kind.value if wanted.kind is not None else "",
            building=wanted.building,
            capacity=wanted.capacity,
        ),
        MOST_LOOKED_AT,
    )
    if wanted.free_from is not None or wanted.free_until is not None:
        span = window(wanted.free_from, wanted.free_until, "free_from")
        free = free_ids(places, [span])
        places = [one for one in places if one.id in free]
    return slice_of(places, limit, after, lambda one: FacilityItem(**_facts(one)))


def _facts(one: Place) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "name": one.name,
        "kind": GroupKind(one.kind),
        "group": one.group_name,
        "building": one.building,
        "floor": one.floor,
        "capacity": one.capacity,
        "quantity": one.quantity,
        "contact": one.contact,
        "can_book": one.can_book,
        "needs_approval": one.can_book and not one.is_confirmed_at_once,
    }


def _facility(actor: Actor, uid: UUID) -> FacilityView:
    one = place(actor, uid)
    terms = one.terms
    return FacilityView(
        **_facts(one),
        note=one.note,
        features=features_of([one.id]).get(one.id, []),
        opens=terms.opens,
        closes=terms.closes,
        window_days=terms.window_days,
        shortest_minutes=terms.shortest,
        longest_minutes=terms.longest,
        unit_minutes=terms.unit,
        minutes_before=terms.before,
        minutes_after=terms.after,
    )


def _busy(actor: Actor, uid: UUID, wanted: BusyArguments) -> BusyView:
    one = place(actor, uid)
    since = wanted.since or actor.now
    span = window(since, wanted.until or week_after(since), "until")
    holds = queries.holding([one.id], span.starts_at, span.ends_at).get(one.id, [])
    return BusyView(
        times=[
            BusyTime(
                starts_at=hold.busy_from,
                ends_at=hold.busy_until,
                is_confirmed=hold.status == Status.CONFIRMED,
            )
            for hold in holds
        ]
    )


# ---- Bookings ----


def _own(actor: Actor, wanted: BookingArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    # People have dozens of bookings to come and look at the latest of the past: one page of the list is enough to go on from.
    rows = queries.own(actor, is_past=wanted.is_past, limit=MOST_LOOKED_AT)
    return slice_of(rows, limit, after, lambda row: _booking(*row), lambda row: row[0].id)


def _booking(item: Item, name: str) -> BookingItem:
    return BookingItem(
        uid=item.uid,
        reservation=item.reservation_uid,
        facility=name,
        title=item.title,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        quantity=item.quantity,
        status=item.status,
    )


def _reservation(actor: Actor, uid: UUID) -> ReservationView:
    found = opened(actor, uid)
    row = found.row
    return ReservationView(
        uid=row.uid,
        title=row.title if found.shows_title else "",
        note=row.note if found.shows_title else "",
        contact=row.contact,
        is_private=row.is_private,
        user=row.user_id,
        user_name=row.user_name,
        created_at=row.created_at,
        bookings=[
            BookingPart(
                uid=part.item.uid,
                facility=part.place.uid,
                name=part.place.name,
                starts_at=part.item.starts_at,
                ends_at=part.item.ends_at,
                quantity=part.item.quantity,
                status=part.item.status,
                reason=part.reason,
                check_in_by=part.item.check_in_by,
                checked_in_at=part.item.checked_in_at,
            )
            for part in found.parts
        ],
    )


def _plan(body: NewReservation) -> Plan:
    return Plan(
        title=body.title,
        wishes=_wishes(body),
        times=[Span(one.starts_at, one.ends_at) for one in body.times],
        note=body.note,
        contact=body.contact,
        user_id=body.user,
        is_private=body.is_private,
        takes_what_is_free=body.takes_what_is_free,
    )


def _wishes(body: NewReservation) -> Sequence[Wish]:
    return [Wish(one.uid, one.quantity) for one in body.facilities]


def _create(actor: Actor, body: NewReservation) -> UUID:
    return bookings.reserve(actor, _plan(body))


def _change(actor: Actor, uid: UUID, body: ReservationChange, _seen: ReservationView) -> None:
    opened(actor, uid)
    bookings.change(actor, uid, _plan(body))


def _remove(actor: Actor, uid: UUID) -> None:
    opened(actor, uid)
    bookings.withdraw(actor, uid)


def _check_in(actor: Actor, uid: UUID) -> None:
    opened(actor, uid)
    attending.check_in(actor, uid)


def _extend(actor: Actor, uid: UUID) -> None:
    opened(actor, uid)
    attending.extend(actor, uid)


def _end(actor: Actor, uid: UUID) -> None:
    opened(actor, uid)
    attending.end_now(actor, uid)


COLLECTIONS = (
    Collection(
        id="facilities",
        title=lazy_gettext("Facilities"),
        find=Operation(
            title=lazy_gettext("Facilities in their order, or only those that are free at a time"),
            run=_found,
            takes=FacilityArguments,
            gives=FacilityItem,
        ),
        read=Operation(title=lazy_gettext("A facility with its terms"), run=_facility, gives=FacilityView),
        parts={
            "busy": Operation(
                title=lazy_gettext("When a facility is held"),
                run=_busy,
                takes=BusyArguments,
                gives=BusyView,
            )
        },
    ),
    Collection(
        id="bookings",
        title=lazy_gettext("Bookings of facilities"),
        find=Operation(
            title=lazy_gettext("The person's own bookings"),
            run=_own,
            takes=BookingArguments,
            gives=BookingItem,
        ),
        read=Operation(
            title=lazy_gettext("A reservation with its bookings"), run=_reservation, gives=ReservationView
        ),
        create=Operation(
            title=lazy_gettext("Book facilities, all of them or none"), run=_create, takes=NewReservation
        ),
        change=Operation(title=lazy_gettext("Change a booking"), run=_change, takes=ReservationChange),
        remove=Operation(title=lazy_gettext("Cancel a booking"), run=_remove),
        acts={
            "check-in": Operation(title=lazy_gettext("Check in to what is in use now"), run=_check_in),
            "extend": Operation(title=lazy_gettext("Stay one unit of time longer"), run=_extend),
            "end": Operation(title=lazy_gettext("Give back what is in use now"), run=_end),
        },
    ),
)
