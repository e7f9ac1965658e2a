"""Rooms, cars and equipment of a sample municipality, with months of bookings behind and before today."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from groupware import actor, search
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.calendar.holidays import is_working_day
from groupware.db import session
from groupware.demo.context import DemoContext, DemoPerson, DemoUnit, DemoWish
from groupware.text.folding import fold
from plugins.facility.enums import GroupKind, Queue, Right, Status, Use
from plugins.facility.models import Booking, Facility, FacilityGroup, FacilityRight, Reservation, WaitingEntry
from plugins.facility.rules import APPROVAL, CHECK_IN, CLOSES, LONGEST, OPENS, RECONFIRM_WEEKS
from plugins.facility.seed.loans import lend
from plugins.facility.seed.names import (
    BLOCKINGS,
    CARS,
    EQUIPMENT,
    LOANS,
    MEETINGS,
    PRIVATE,
    ROOMS,
    TRIPS,
    WARD_ROOMS,
    Sample,
)
from plugins.facility.seed.photos import show
from plugins.facility.seed.series import Weekly, ask, weekly
from plugins.facility.seed.trips import drive
from plugins.facility.services import catalogue

AROUND_THE_CLOCK = {OPENS: "00:00", CLOSES: "24:00", LONGEST: 3 * 24 * 60}
TITLES = {GroupKind.ROOM: MEETINGS, GroupKind.CAR: TRIPS, GroupKind.EQUIPMENT: LOANS}
GRACE, HALF_AN_HOUR = timedelta(minutes=15), timedelta(minutes=30)
WAITING = 6
"""Places on waiting lists."""
DAYS = {"village": (60, 45), "city": (60, 45), "kobe": (120, 60)}
"""Days behind and before today, by size."""
FACILITIES = {"village": 0, "city": 60, "kobe": 600}
"""As many facilities there are with the rooms of districts; a village has those of its hall alone."""


@dataclass(frozen=True, slots=True)
class _Made:
    id: int
    kind: GroupKind
    quantity: int
    group_id: int
    needs_approval: bool
    wants_check_in: bool = False
    is_asked_about: bool = False


def seed(context: DemoContext) -> None:
    """Groups, facilities, rights, and bookings made in bulk, in the unit of work of the demo."""
    made = [
        *_group(context, "本庁舎 会議室", GroupKind.ROOM, context.root, ROOMS),
        *_group(context, "公用車", GroupKind.CAR, context.root, CARS),
        *_group(context, "備品", GroupKind.EQUIPMENT, context.root, EQUIPMENT),
    ]
    made += _districts(context, FACILITIES[context.size.name] - len(made))
    life = _Life(context, made)
    life.write()
    lend(
        context, {one.id for one in made if one.kind is GroupKind.EQUIPMENT}, life.reservations, life.bookings
    )
    drive(context, {one.id for one in made if one.kind is GroupKind.CAR}, life.reservations, life.bookings)


def _keeper(context: DemoContext, unit: DemoUnit) -> DemoUnit:
    """Who manages what belongs to the whole house: general affairs, where there is such a section."""
    for name in ("総務課", "庶務課", "総務係"):
        if unit is context.root and (found := context.find(name)) is not None:
            return found
    return unit


def _group(
    context: DemoContext, name: str, kind: GroupKind, unit: DemoUnit, samples: Sequence[Sample]
) -> list[_Made]:
    keeper = _keeper(context, unit)
    terms = AROUND_THE_CLOCK if kind is not GroupKind.ROOM else {}
    group = catalogue.add_group(
        actor.system(), catalogue.GroupPlan(name=name, kind=kind.value, unit_id=keeper.id, terms=terms)
    )
    # The services give ids of chance; the sample is the same on every run.
    rng, begun = context.rng(f"facilities {name}"), context.at(context.april(2))
    group.uid = context.uid(rng, begun)
    session.flush()
    made = []
    for sample in samples:
        added = catalogue.add(
            actor.system(),
            catalogue.FacilityPlan(
                name=sample.name,
                group=group.uid,
                kana=sample.kana,
                building=sample.building,
                floor=sample.floor,
                capacity=sample.capacity,
                quantity=sample.quantity,
                unit_id=keeper.id,
                contact=f"内線 {keeper.chief.extension}" if keeper.chief is not None else "",
                features=sample.features,
                terms={
                    **({APPROVAL: True} if sample.needs_approval else {}),
                    **({CHECK_IN: True} if sample.wants_check_in else {}),
                    **({RECONFIRM_WEEKS: 8} if sample.is_asked_about else {}),
                },
            ),
        )
        added.uid = context.uid(rng, begun)
        made.append(
            _Made(
                added.id,
                kind,
                sample.quantity,
                group.id,
                sample.needs_approval,
                sample.wants_check_in,
                sample.is_asked_about,
            )
        )
    show(context, kind, [(one.id, sample) for one, sample in zip(made, samples, strict=True)])
    return made


def _districts(context: DemoContext, number: int) -> list[_Made]:
    """Rooms of ward offices and bureaus, as many as are still wanted, written in bulk."""
    if number <= 0:
        return []
    units = [one for one in context.units if one.parent is context.root and not one.is_affiliated]
    rng, begun = context.rng("districts"), context.at(context.april(2))
    everyone = principal(PrincipalKind.EVERYONE).id
    per_unit = -(-number // len(units))
    groups: list[dict[str, Any]] = []
    rooms: list[dict[str, Any]] = []
    rights: list[dict[str, Any]] = []
    made: list[_Made] = []
    for order, unit in enumerate(units):
        (group_id,) = context.take_ids(FacilityGroup, 1)
        groups.append(
            {
                "id": group_id,
                "uid": context.uid(rng, begun),
                "name": f"{unit.name} 会議室",
                "kind": GroupKind.ROOM.value,
                "unit_id": unit.id,
                "official_order": 1000 + order,
                "created_at": begun,
            }
        )
        for place, key in enumerate(context.take_ids(Facility, min(per_unit, number - len(rooms)))):
            sample = WARD_ROOMS[place % len(WARD_ROOMS)]
            wing = place // len(WARD_ROOMS)
            name = sample.name if not wing else f"{sample.name}({wing + 1}号館)"
            rooms.append(_room(context, rng, begun, key, group_id, unit, name, sample, place))
            rights.append({"facility_id": key, "right": Right.BOOK.value, "principal_id": everyone})
            made.append(_Made(key, GroupKind.ROOM, 1, group_id, needs_approval=False))
    context.insert(FacilityGroup, groups)
    context.insert(Facility, rooms)
    context.insert(FacilityRight, rights)
    search.index(catalogue.SEARCHED, [one.id for one in made])
    return made


def _room(
    context: DemoContext,
    rng: random.Random,
    begun: datetime,
    key: int,
    group_id: int,
    unit: DemoUnit,
    name: str,
    sample: Sample,
    place: int,
) -> dict[str, Any]:
    return {
        "id": key,
        "uid": context.uid(rng, begun),
        "group_id": group_id,
        "name": name,
        "kana": sample.kana,
        "search_text": fold(f"{name} {sample.kana} {unit.name} {sample.floor}"),
        "building": unit.name,
        "floor": sample.floor,
        "capacity": sample.capacity,
        "unit_id": unit.id,
        "official_order": 10 * place,
        "created_at": begun,
    }


class _Life:
    """Months of bookings that nobody could have made otherwise: in office hours, on working days, one after the other."""

    def __init__(self, context: DemoContext, made: Sequence[_Made]) -> None:
        self.context = context
        self.made = made
        self.rng = context.rng("bookings")
        self.doors = context.rng("check-ins")
        self.people = [one for one in context.own_people if not one.is_on_leave]
        self.reservations: list[dict[str, Any]] = []
        self.bookings: list[dict[str, Any]] = []
        self.held: dict[int, list[tuple[datetime, datetime]]] = {}
        """What is held already when a day is filled, by facility."""

    def write(self) -> None:
        self._serve()
        series = self._series()
        behind, before = DAYS[self.context.size.name]
        first = self.context.today - timedelta(days=behind)
        for number in range(behind + before):
            day = first + timedelta(days=number)
            if is_working_day(day):
                share = 1 - max(0, number - behind) / (before * 1.4)
                for one in self.made:
                    self._day(one, day, share)
        self.context.insert(Reservation, self.reservations)
        self.context.insert(Booking, self.bookings)
        self.context.insert(WaitingEntry, self._waiting())
        ask(self.context, series)

    def _series(self) -> list[tuple[int, Weekly]]:
        """Weekly meetings in the rooms that want to hear whether they still take place; the keys of their reservations."""
        rooms = [one for one in self.made if one.is_asked_about]
        made = []
        for number, series in enumerate(weekly(self.context)):
            room = rooms[number % len(rooms)]
            begun = series.times[0][0] - timedelta(days=3)
            key = self._reserve(series.person, series.title, begun)
            for starts_at, ends_at in series.times:
                if self._is_free(room, starts_at, ends_at):
                    self.held.setdefault(room.id, []).append((starts_at, ends_at))
                    self._book(key, room, starts_at, ends_at, begun)
            made.append((key, series))
        return made

    def _serve(self) -> None:
        """What things of other plugins wish for comes first: a facility of the kind that is free, or none."""
        for wish in self.context.wishes:
            for one in self.made:
                if (
                    one.kind == wish.kind
                    and not one.needs_approval
                    and self._is_free(one, wish.starts_at, wish.ends_at)
                ):
                    self.held.setdefault(one.id, []).append((wish.starts_at, wish.ends_at))
                    self._add(one, wish.starts_at, wish.ends_at, wish=wish)
                    break

    def _is_free(self, one: _Made, starts_at: datetime, ends_at: datetime) -> bool:
        return all(ends <= starts_at or ends_at <= begins for begins, ends in self.held.get(one.id, ()))

    def _waiting(self) -> list[dict[str, Any]]:
        """Some who wait for rooms of the coming days."""
        rng, context = self.context.rng("waiting"), self.context
        rooms = {one.id: one.group_id for one in self.made if one.kind is GroupKind.ROOM}
        soon = [
            one
            for one in self.bookings
            if one["facility_id"] in rooms
            and one["status"] == Status.CONFIRMED
            and one["use"] == Use.USE
            and timedelta(hours=2) < one["starts_at"] - context.now < timedelta(days=10)
        ]
        rows = []
        for key, one in zip(context.take_ids(WaitingEntry, WAITING), rng.sample(soon, WAITING), strict=True):
            person = self._waiter(rng)
            rows.append(
                {
                    "id": key,
                    "uid": context.uid(rng, context.now),
                    "person_id": person.id,
                    "person_name": person.name,
                    "unit_id": person.unit.id,
                    "group_id": rooms[one["facility_id"]],
                    "facility_id": one["facility_id"],
                    "starts_at": one["starts_at"],
                    "ends_at": one["ends_at"],
                    # Every other one would be content with half an hour of it.
                    "last_start": one["ends_at"] - HALF_AN_HOUR if key % 2 else one["starts_at"],
                    "title": rng.choice(MEETINGS),
                    "state": Queue.WAITING.value,
                    "created_at": context.now,
                }
            )
        return rows

    def _waiter(self, rng: random.Random) -> DemoPerson:
        return rng.choice(self.context.samples)[1] if rng.random() < 0.5 else rng.choice(self.people)

    def _day(self, one: _Made, day: date, share: float) -> None:
        rng = self.rng
        if one.kind is GroupKind.ROOM and rng.random() < 0.004:
            self._fill(one, day, 9 * 60, 12 * 60, use=Use.BLOCKING)
            return
        at = 9 * 60 + 30 * rng.randrange(3)
        while at < 17 * 60:
            length = rng.choice(
                (30, 60, 60, 60, 90, 120, 180) if one.kind is GroupKind.ROOM else (120, 180, 240, 480)
            )
            if at + length > 18 * 60:
                break
            if rng.random() < 0.55 * share:
                self._fill(one, day, at, at + length)
            at += length + 30 * rng.randrange(4)

    def _fill(self, one: _Made, day: date, begins: int, ends: int, use: Use = Use.USE) -> None:
        starts_at, ends_at = self.context.at(day, 0, begins), self.context.at(day, 0, ends)
        if self._is_free(one, starts_at, ends_at):
            self._add(one, starts_at, ends_at, use)

    def _add(
        self,
        one: _Made,
        starts_at: datetime,
        ends_at: datetime,
        use: Use = Use.USE,
        wish: DemoWish | None = None,
    ) -> None:
        rng, context = self.rng, self.context
        person = wish.person if wish is not None else self._person()
        made_at = min(starts_at, context.now) - timedelta(
            days=rng.randrange(1, 20), minutes=rng.randrange(600)
        )
        is_private = use is Use.USE and one.kind is GroupKind.ROOM and rng.random() < 0.03
        title = rng.choice(PRIVATE if is_private else BLOCKINGS if use is Use.BLOCKING else TITLES[one.kind])
        reservation_id = self._reserve(
            person, wish.title if wish is not None else title, made_at, wish, is_private
        )
        self._book(reservation_id, one, starts_at, ends_at, made_at, use)

    def _reserve(
        self,
        person: DemoPerson,
        title: str,
        made_at: datetime,
        wish: DemoWish | None = None,
        is_private: bool = False,
    ) -> int:
        source = wish.source if wish is not None else None
        (reservation_id,) = self.context.take_ids(Reservation, 1)
        self.reservations.append(
            {
                "id": reservation_id,
                "uid": self.context.uid(self.rng, made_at),
                "title": title,
                "is_private": is_private,
                "booker_id": person.id,
                "user_id": person.id,
                "user_name": person.name,
                "unit_id": person.unit.id,
                "contact": f"内線 {person.extension}" if person.extension else "",
                "source_kind": source.kind if source is not None else "",
                "source_uid": source.uid if source is not None else None,
                "retention_years": 1,
                "created_at": made_at,
            }
        )
        return reservation_id

    def _book(
        self,
        reservation_id: int,
        one: _Made,
        starts_at: datetime,
        ends_at: datetime,
        made_at: datetime,
        use: Use = Use.USE,
    ) -> None:
        rng, context = self.rng, self.context
        (booking_id,) = context.take_ids(Booking, 1)
        is_waiting = one.needs_approval and starts_at > context.now and rng.random() < 0.5
        status = Status.REQUESTED if is_waiting else Status.CONFIRMED
        came_at = check_in_by = None
        if one.wants_check_in and use is Use.USE:
            if starts_at > context.now:
                check_in_by = starts_at + GRACE
            elif self.doors.random() < 0.92:
                came_at = starts_at + timedelta(minutes=self.doors.randrange(10))
            else:
                status = Status.RELEASED
        self.bookings.append(
            {
                "id": booking_id,
                "uid": context.uid(rng, made_at),
                "reservation_id": reservation_id,
                "facility_id": one.id,
                "use": use.value,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "busy_from": starts_at,
                "busy_until": ends_at,
                "quantity": 1,
                "status": status.value,
                "holds": status is Status.CONFIRMED,
                "checked_in_at": came_at,
                "check_in_by": check_in_by,
                "is_exclusive": one.quantity == 1,
            }
        )

    def _person(self) -> DemoPerson:
        # People whom one can sign in as have some of the bookings, so that their own pages show life.
        if self.rng.random() < 0.1:
            return self.rng.choice(self.context.samples)[1]
        return self.rng.choice(self.people)
