"""Bookings: what holds a facility when, what a day shows, what belongs to somebody."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from groupware.access import ACTOR_PERSON
from groupware.actor import Actor
from groupware.among import among, one_of
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.directory.models import Person
from plugins.facility.enums import LIVE, Status, Use
from plugins.facility.models import Booking, Facility, Reservation, Series, Skipped

FROM = bindparam("window_from", type_=UTCDateTime())
UNTIL = bindparam("window_until", type_=UTCDateTime())


EARLY = timedelta(minutes=15)
"""So long before the beginning people can check in."""


class Hold(NamedTuple):
    """A time that a facility is held, the pauses included."""

    id: int
    facility_id: int
    reservation_id: int
    busy_from: datetime
    busy_until: datetime
    quantity: int
    status: str
    use: str
    starts_at: datetime
    ends_at: datetime
    user_name: str
    unit_id: int | None


_holding = (
    select(
        Booking.id,
        Booking.facility_id,
        Booking.reservation_id,
        Booking.busy_from,
        Booking.busy_until,
        Booking.quantity,
        Booking.status,
        Booking.use,
        Booking.starts_at,
        Booking.ends_at,
        Reservation.user_name,
        Reservation.unit_id,
    )
    .join(Reservation, Reservation.id == Booking.reservation_id)
    .where(
        among(Booking.facility_id, "facilities"),
        Booking.busy_until > FROM,
        Booking.busy_from < UNTIL,
        one_of(Booking.status, LIVE),
    )
    .order_by(Booking.facility_id, Booking.busy_from, Booking.id)
)
_held = _holding.where(Booking.holds)


def holding(
    facilities: Iterable[int], starts_at: datetime, ends_at: datetime, *, with_requests: bool = False
) -> dict[int, list[Hold]]:
    """What holds the facilities within a window, by facility in order of time. `with_requests`: also what holds nothing."""
    found: dict[int, list[Hold]] = defaultdict(list)
    values = {"facilities": list(facilities), "window_from": starts_at, "window_until": ends_at}
    for row in fetch(_holding if with_requests else _held, values).all():
        found[row.facility_id].append(Hold(*row))
    return found


_entered = _holding.add_columns(Reservation.title, Booking.holds)


def entered(
    facilities: Iterable[int], starts_at: datetime, ends_at: datetime
) -> list[tuple[Hold, str, bool]]:
    """Every live booking of the facilities within a window, with its title and whether it keeps others out. One query."""
    values = {"facilities": list(facilities), "window_from": starts_at, "window_until": ends_at}
    return [(Hold(*row[:-2]), row.title, row.holds) for row in fetch(_entered, values)]


class Item(NamedTuple):
    """A booking as pages show it; its fields are the columns of `COLUMNS` in their order."""

    id: int
    uid: uuid.UUID
    reservation_id: int
    reservation_uid: uuid.UUID
    facility_id: int
    use: str
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime
    quantity: int
    status: Status
    holds: bool
    checked_in_at: datetime | None
    check_in_by: datetime | None
    title: str
    is_private: bool
    booker_id: int | None
    user_id: int | None
    user_name: str
    unit_id: int | None
    contact: str
    source_kind: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """A row of a statement that begins with `COLUMNS`."""
        return cls._make((*row[:_STATUS], _STATUSES[row[_STATUS]], *row[_STATUS + 1 : len(COLUMNS)]))

    @property
    def is_blocking(self) -> bool:
        """Whether it keeps everybody out."""
        return self.use == Use.BLOCKING

    @property
    def is_tentative(self) -> bool:
        """Whether it waits for a decision, or for whoever it is offered to."""
        return self.status in (Status.REQUESTED, Status.OFFERED)

    def is_own(self, actor: Actor) -> bool:
        """Whether the actor booked it, or it was booked for them."""
        return actor.person_id is not None and actor.person_id in (self.booker_id, self.user_id)

    def waits_for_check_in(self, now: datetime) -> bool:
        """Whether somebody has to check in, and can do so by now."""
        return (
            self.check_in_by is not None
            and self.status is Status.CONFIRMED
            and self.starts_at - EARLY <= now < self.ends_at
        )

    def shows_title(self, actor: Actor, *, can_decide: bool) -> bool:
        """Whether the actor may see what it is for."""
        return not self.is_private or can_decide or self.is_own(actor)


COLUMNS = (
    Booking.id,
    Booking.uid,
    Booking.reservation_id,
    Reservation.uid.label("reservation_uid"),
    Booking.facility_id,
    Booking.use,
    Booking.starts_at,
    Booking.ends_at,
    Booking.busy_from,
    Booking.busy_until,
    Booking.quantity,
    Booking.status,
    Booking.holds,
    Booking.checked_in_at,
    Booking.check_in_by,
    Reservation.title,
    Reservation.is_private,
    Reservation.booker_id,
    Reservation.user_id,
    Reservation.user_name,
    Reservation.unit_id,
    Reservation.contact,
    Reservation.source_kind,
)
_STATUS = 11
_STATUSES = {status.value: status for status in Status}

_items = select(*COLUMNS).join(Reservation, Reservation.id == Booking.reservation_id)
_within = _items.where(
    among(Booking.facility_id, "facilities"),
    Booking.busy_until > FROM,
    Booking.busy_from < UNTIL,
    one_of(Booking.status, LIVE),
).order_by(Booking.facility_id, Booking.starts_at, Booking.id)


def within(facilities: Iterable[int], starts_at: datetime, ends_at: datetime) -> Mapping[int, list[Item]]:
    """Bookings of the facilities that touch a window, by facility in order of time. One query."""
    found: dict[int, list[Item]] = defaultdict(list)
    values = {"facilities": list(facilities), "window_from": starts_at, "window_until": ends_at}
    for row in fetch(_within, values).all():
        found[row.facility_id].append(Item.of(row))
    return found


_one_item = _items.where(Booking.uid == bindparam("uid"))


def one(uid: uuid.UUID) -> Item | None:
    """A booking, whoever may see it; None if there is none."""
    row = fetch(_one_item, {"uid": uid}).one_or_none()
    return None if row is None else Item.of(row)


_own = (
    select(*COLUMNS, Facility.name.label("facility_name"), Facility.building, Facility.floor)
    .join(Reservation, Reservation.id == Booking.reservation_id)
    .join(Facility, Facility.id == Booking.facility_id)
    .where(or_(Reservation.booker_id == ACTOR_PERSON, Reservation.user_id == ACTOR_PERSON))
    .limit(bindparam("most", type_=BIGINT))
)
_own_to_come = _own.where(Booking.ends_at > FROM, one_of(Booking.status, LIVE)).order_by(
    Booking.starts_at, Booking.id
)
_own_past = _own.where(or_(Booking.ends_at <= FROM, ~one_of(Booking.status, LIVE))).order_by(
    Booking.starts_at.desc(), Booking.id.desc()
)


class Own(NamedTuple):
    """A booking of somebody's own; `where` is building and floor of the facility."""

    item: Item
    name: str
    where: str


def listed(actor: Actor, *, is_past: bool, limit: int) -> list[Own]:
    """Bookings that the actor made or that were made for them: to come, or the latest others."""
    statement = _own_past if is_past else _own_to_come
    rows = fetch(statement, {"actor_person": actor.person_id, "window_from": actor.now, "most": limit})
    return [
        Own(Item.of(row), row.facility_name, " ".join(part for part in (row.building, row.floor) if part))
        for row in rows
    ]


def own(actor: Actor, *, is_past: bool, limit: int) -> list[tuple[Item, str]]:
    """As `listed`, each with the facility's name alone."""
    return [(one.item, one.name) for one in listed(actor, is_past=is_past, limit=limit)]


_booker, _decider = aliased(Person), aliased(Person)
_reservation = (
    select(
        Reservation.id,
        Reservation.uid,
        Reservation.title,
        Reservation.note,
        Reservation.is_private,
        Reservation.booker_id,
        Reservation.user_id,
        Reservation.user_name,
        Reservation.unit_id,
        Reservation.contact,
        Reservation.source_kind,
        Reservation.created_at,
        Reservation.deleted_at,
        _booker.display_name.label("booker_name"),
        _booker.uid.label("booker_uid"),
    )
    .outerjoin(_booker, _booker.id == Reservation.booker_id)
    .where(Reservation.uid == bindparam("uid"), Reservation.deleted_at.is_(None))
)
_parts = (
    select(
        *COLUMNS,
        Facility.uid.label("facility_uid"),
        Booking.reason,
        Booking.decided_at,
        _decider.display_name.label("decided_by"),
    )
    .join(Reservation, Reservation.id == Booking.reservation_id)
    .join(Facility, Facility.id == Booking.facility_id)
    .outerjoin(_decider, _decider.id == Booking.decided_by)
    .where(Booking.reservation_id == bindparam("reservation", type_=BIGINT))
    .order_by(Booking.starts_at, Booking.facility_id, Booking.id)
)


def reservation(uid: uuid.UUID) -> Any:
    """The reservation's own row, or None."""
    return fetch(_reservation, {"uid": uid}).one_or_none()


def parts(reservation_id: int) -> Sequence[Any]:
    """Every booking that a reservation has or had: columns of an `Item`, and `facility_uid reason decided_at decided_by`."""
    return fetch(_parts, {"reservation": reservation_id}).all()


_skipped = (
    select(Skipped.starts_at, Skipped.ends_at, Facility.name)
    .join(Facility, Facility.id == Skipped.facility_id)
    .where(Skipped.reservation_id == bindparam("reservation", type_=BIGINT), Skipped.ends_at > FROM)
    .order_by(Skipped.starts_at, Facility.name)
)
_series = select(Series.rule, Series.holidays).where(
    Series.reservation_id == bindparam("reservation", type_=BIGINT)
)


def skipped(actor: Actor, reservation_id: int) -> Sequence[Any]:
    """Times to come of a series that could not be had: starts_at, ends_at, name of the facility."""
    return fetch(_skipped, {"reservation": reservation_id, "window_from": actor.now}).all()


def series(reservation_id: int) -> Any:
    """How the times of a reservation repeat, or None."""
    return fetch(_series, {"reservation": reservation_id}).one_or_none()


_of_sources = (
    select(
        Reservation.source_kind,
        Reservation.source_uid,
        Reservation.uid.label("reservation_uid"),
        Booking.facility_id,
        Booking.starts_at,
        Booking.ends_at,
        Booking.quantity,
        Booking.status,
    )
    .join(Booking, Booking.reservation_id == Reservation.id)
    .where(
        Reservation.source_kind == bindparam("source_kind"),
        Reservation.source_uid.in_(bindparam("source_uids", expanding=True)),
        one_of(Booking.status, LIVE),
    )
    .order_by(Booking.starts_at, Booking.facility_id)
)


def of_sources(kind: str, uids: Sequence[uuid.UUID]) -> Sequence[Any]:
    """Live bookings of the reservations that belong to these things of another plugin."""
    return fetch(_of_sources, {"source_kind": kind, "source_uids": list(uids)}).all()


_to_come = select(func.count()).where(
    Booking.reservation_id == Reservation.id,
    Reservation.user_id == bindparam("person", type_=BIGINT),
    Booking.facility_id == bindparam("facility", type_=BIGINT),
    Booking.ends_at > FROM,
    one_of(Booking.status, LIVE),
)


def number_to_come(person_id: int | None, facility_id: int, now: datetime) -> int:
    """How many bookings of a facility a person has to come."""
    values = {"person": person_id, "facility": facility_id, "window_from": now}
    return int(fetch(_to_come, values).scalar_one())
