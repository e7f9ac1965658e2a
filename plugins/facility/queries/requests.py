"""Requests that wait for somebody's decision, and who decides at all."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, literal, or_, select, union

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.among import one_of
from groupware.caches import Cached
from groupware.db import BIGINT, fetch, holds_on, session
from groupware.realtime.queries import seq_of
from plugins.facility.enums import Right, Status
from plugins.facility.events import GROUP
from plugins.facility.models import Booking, Facility, FacilityRight, Reservation
from plugins.facility.permissions import MODERATE
from plugins.facility.queries.bookings import COLUMNS, FROM, Item

DECIDERS = "facility.deciders"
"""Name of the cache version that writes of rights bump."""
MOST = 100
MOST_FOLLOWED = 30
"""Groups that the page of requests follows."""
_DECIDING = Right.MODERATE.included_in


def _load() -> frozenset[int]:
    statement = select(FacilityRight.principal_id).where(one_of(FacilityRight.right, _DECIDING)).distinct()
    return frozenset(session.scalars(statement))


_deciders: Cached[frozenset[int]] = Cached(DECIDERS, _load)


class Waiting(NamedTuple):
    """A request with its facility; `rivals` is how many others want the same."""

    item: Item
    facility_name: str
    rivals: int


_waiting = (
    select(*COLUMNS, Facility.name.label("facility_name"))
    .join(Reservation, Reservation.id == Booking.reservation_id)
    .join(Facility, Facility.id == Booking.facility_id)
    .where(
        Booking.status == Status.REQUESTED.value,
        Booking.ends_at > FROM,
        access.visible(MODERATE, Facility),
    )
    .order_by(Booking.starts_at, Booking.id)
    .limit(bindparam("most", type_=BIGINT))
)


def decides(actor: Actor) -> bool:
    """Whether the actor decides on any facility. No query where nobody of their kind does."""
    return access.holds_somewhere(actor, MODERATE) or not _deciders.get().isdisjoint(
        access.principals_of(actor)
    )


def waiting(actor: Actor, most: int = MOST) -> list[Waiting]:
    """What waits for the actor's decision, the next first; one query, none for those who decide on nothing."""
    if not decides(actor):
        return []
    values = access.parameters(actor, MODERATE, "facility.facility")
    rows = fetch(_waiting, {**values, "window_from": actor.now, "most": most}).all()
    items = [Item.of(row) for row in rows]
    return [
        Waiting(item, row.facility_name, sum(_are_rivals(item, other) for other in items))
        for item, row in zip(items, rows, strict=True)
    ]


_decided_groups = (
    select(
        Facility.group_id.label("id"),
        seq_of(literal(f"{GROUP}.").concat(cast(Facility.group_id, String))).label("seq"),
    )
    .where(access.visible(MODERATE, Facility), Facility.is_retired.is_(False))
    .group_by(Facility.group_id)
    .order_by(Facility.group_id)
    .limit(MOST_FOLLOWED)
)


def decided_groups(actor: Actor) -> Sequence[Any]:
    """Groups in which the actor decides on a facility: id, and the number of the last event in their topic (`seq`)."""
    return fetch(_decided_groups, access.parameters(actor, MODERATE, "facility.facility")).all()


def _are_rivals(one: Item, other: Item) -> bool:
    return (
        one.reservation_id != other.reservation_id
        and one.facility_id == other.facility_id
        and one.busy_from < other.busy_until
        and one.busy_until > other.busy_from
    )


def people_of(reservation_id: int) -> Any:
    """Who booked it, and for whom it is."""
    mine = Reservation.id == reservation_id
    return union(
        select(Reservation.booker_id).where(mine, Reservation.booker_id.is_not(None)),
        select(Reservation.user_id).where(mine, Reservation.user_id.is_not(None)),
    )


def deciders_of(facility_id: int, day: Any) -> Select[Any]:
    """Those whom the facility itself names as its deciders. Who decides by a grant finds it among what waits for them."""
    return (
        select(PersonPrincipal.person_id)
        .join(FacilityRight, FacilityRight.principal_id == PersonPrincipal.principal_id)
        .where(
            FacilityRight.facility_id == facility_id,
            one_of(FacilityRight.right, _DECIDING),
            holds_on(PersonPrincipal, day),
        )
        .distinct()
    )


def _may_know() -> ColumnElement[bool]:
    return or_(
        Reservation.booker_id == access.ACTOR_PERSON,
        Reservation.user_id == access.ACTOR_PERSON,
        access.visible(MODERATE, Facility),
    )


_told_about = (
    select(
        Reservation.id,
        Reservation.uid,
        Reservation.title,
        Reservation.user_name,
        Reservation.is_private,
        Facility.name.label("facility_name"),
        Booking.starts_at,
        Booking.ends_at,
    )
    .join(Booking, Booking.reservation_id == Reservation.id)
    .join(Facility, Facility.id == Booking.facility_id)
    .where(
        Reservation.id.in_(bindparam("reservations", type_=BIGINT, expanding=True)),
        Reservation.deleted_at.is_(None),
        _may_know(),
    )
    .order_by(Reservation.id, Booking.starts_at.desc(), Booking.id.desc())
)


def told_about(actor: Actor, reservations: Sequence[int]) -> Sequence[Any]:
    """Bookings of these reservations, as far as the actor may be told of them: the first booking of each comes last."""
    values = access.parameters(actor, MODERATE, "facility.facility")
    return fetch(_told_about, {**values, "reservations": list(reservations)}).all()
