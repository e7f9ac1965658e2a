"""A small municipality with a town hall: what most tests of facility booking begin with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.api.services import issue
from groupware.caches import bump
from groupware.capabilities import Span, Wish
from groupware.db import session, unit
from groupware.directory.picking import Ref
from groupware.rules.models import RuleValue
from groupware.testing.factories import Factory
from plugins.facility.enums import Right
from plugins.facility.models import Booking, Facility, Reservation
from plugins.facility.services import bookings, catalogue
from plugins.facility.services.plans import Plan


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """A time of the town, tomorrow or so many days ahead."""
    return clock.midnight(clock.today() + timedelta(days=day)) + timedelta(hours=hour, minutes=minute)


def span(begins: float, ends: float, day: int = 1) -> Span:
    """A time in hours of the day."""
    return Span(at(0, round(begins * 60), day), at(0, round(ends * 60), day))


@dataclass
class Hall:
    """Ids of a municipality with rooms, and short ways to act. Every act is a write unit of its own."""

    app: Flask
    factory: Factory
    city: int
    affairs: int
    welfare: int
    clerk: int
    booker: int
    colleague: int
    outsider: int
    keeper: int
    rooms: UUID
    room: UUID
    other: UUID
    more: dict[str, Any] = field(default_factory=dict)

    def actor(self, person_id: int, **changes: Any) -> Actor:
        """The person, now."""
        return self.factory.actor(person_id, **changes)

    def plan(self, *wishes: UUID | Wish, **changes: Any) -> Plan:
        """An hour of tomorrow in these facilities, in the room if none is named."""
        wanted = [one if isinstance(one, Wish) else Wish(one) for one in wishes or (self.room,)]
        return Plan(**({"title": "定例会議", "wishes": wanted, "times": [span(10, 11)]} | changes))

    def book(self, person_id: int | None = None, *wishes: UUID | Wish, **changes: Any) -> UUID:
        """Book something."""
        return self.write(bookings.reserve, person_id or self.booker, self.plan(*wishes, **changes))

    def write(self, act: Callable[..., Any], person_id: int, *args: Any, **values: Any) -> Any:
        """`act(actor, …)` in a write unit."""
        who = self.actor(person_id)
        with self.app.app_context(), unit("write"):
            return act(who, *args, **values)

    def read(self, query: Callable[..., Any], person_id: int, *args: Any, **values: Any) -> Any:
        """`query(actor, …)` in a read unit."""
        who = self.actor(person_id)
        with self.app.app_context(), unit("read"):
            return query(who, *args, **values)

    def add_room(self, name: str, **changes: Any) -> UUID:
        """One more facility, as the machine would add it."""
        values: dict[str, Any] = {"name": name, "group": self.rooms, "unit_id": self.affairs}
        with self.app.app_context(), unit("write"):
            return catalogue.add(actor.system(), catalogue.FacilityPlan(**(values | changes))).uid

    def set_terms(self, uid: UUID, **terms: Any) -> None:
        """Let a facility decide rules, named without the plugin's id, for itself."""
        with self.app.app_context(), unit("write"):
            found = session.scalars(select(Facility).where(Facility.uid == uid)).one()
            found.terms = {f"facility.{name}": value for name, value in terms.items()}

    def switch_off(self) -> None:
        """Switch the function off for the whole installation."""
        self.set_rule("facility.enabled", False)

    def set_rule(self, rule: str, value: Any, unit_id: int | None = None) -> None:
        """Decide a rule, for the installation or a unit."""
        row = RuleValue(
            rule=rule, unit_id=unit_id, value=value, effective_from=clock.today(), set_at=clock.now()
        )
        with self.app.app_context(), unit("write"):
            session.add(row)
            bump("rules")

    def states(self, *uids: UUID) -> list[tuple[str, str, str]]:
        """(facility, beginning, status) of the bookings of reservations, or of all, in order."""
        from_to = (
            select(Facility.name, Booking.starts_at, Booking.status)
            .join(Facility, Facility.id == Booking.facility_id)
            .order_by(Booking.starts_at, Facility.name, Booking.id)
        )
        if uids:
            from_to = from_to.where(Booking.reservation_id.in_(self.ids(*uids)))
        with self.app.app_context(), unit("read"):
            rows = session.execute(from_to).all()
        return [(name, f"{clock.local(begins):%H:%M}", status) for name, begins, status in rows]

    def held(self, *uids: UUID) -> Sequence[Booking]:
        """The bookings of reservations as they are, in order of their beginning."""
        statement = (
            select(Booking)
            .where(Booking.reservation_id.in_(self.ids(*uids)))
            .order_by(Booking.starts_at, Booking.id)
        )
        with self.app.app_context(), unit("read"):
            return session.scalars(statement).all()

    def ids(self, *uids: UUID) -> list[int]:
        """Keys of reservations."""
        with self.app.app_context(), unit("read"):
            return list(session.scalars(select(Reservation.id).where(Reservation.uid.in_(uids))))


@pytest.fixture
def hall(app: Flask, factory: Factory) -> Hall:
    """みなと市: 総務課 with the keeper of the rooms, 福祉課 with booker, colleague and an outsider; 501会議室 and 502会議室."""
    city = factory.unit("みなと市")
    affairs, welfare = factory.unit("総務課", city), factory.unit("福祉課", city)
    clerk = factory.post("主事", 50)
    people = [
        factory.person(name, place, clerk, kana=kana)
        for name, place, kana in (
            ("佐藤 葵", welfare, "さとう あおい"),
            ("鈴木 蓮", welfare, "すずき れん"),
            ("田中 湊", welfare, "たなか みなと"),
            ("港 花子", affairs, "みなと はなこ"),
        )
    ]
    made = Hall(app, factory, city, affairs, welfare, clerk, *people, UUID(int=0), UUID(int=0), UUID(int=0))
    with app.app_context(), unit("write"):
        made.rooms = catalogue.add_group(actor.system(), catalogue.GroupPlan(name="会議室")).uid
    made.room = made.add_room("501会議室", kana="ごまるいち", capacity=12, rights=open_to_all(people[3]))
    made.other = made.add_room("502会議室", capacity=30, rights=open_to_all(people[3]))
    return made


@pytest.fixture
def call(hall):
    """`call(person, method, path, body)` is what a program of this person is answered."""

    def ask(person, method, path, body=None, **headers):
        who = hall.actor(person)
        with hall.app.app_context(), unit("write"):
            secret = issue(who, "連携", ("facility:read", "facility:write"), 30).secret
        sent = {"Authorization": f"Bearer {secret}", **headers}
        return hall.app.test_client().open(f"/api/v1/facility/{path}", method=method, json=body, headers=sent)

    return ask


def open_to_all(keeper: int) -> dict[Right, tuple[Ref, ...]]:
    """Everybody books, one person decides and takes precedence."""
    return {**catalogue.OPEN_TO_ALL, Right.OVERRIDE: (Ref(PrincipalKind.PERSON, keeper),)}
