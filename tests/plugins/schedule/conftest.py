"""A small municipality with calendars: what most tests of the schedule begin with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor, system
from groupware.api.services import issue
from groupware.caches import bump
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.rules.models import RuleValue
from groupware.testing.factories import Factory
from plugins.facility.services import catalogue
from plugins.schedule.models import Event
from plugins.schedule.queries import spans
from plugins.schedule.services import events, secretaries
from plugins.schedule.services.content import Content

MORNING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, eight in the morning in Japan."""


@dataclass
class Office:
    """Ids of a municipality, and short ways to act on its calendars. Every act is a write unit of its own."""

    app: Flask
    factory: Factory
    city: int
    welfare: int
    shelter: int
    environment: int
    waste: int
    mayor: int
    organiser: int
    colleague: int
    outsider: int
    secretary: int

    def actor(self, person_id: int) -> Actor:
        """The person, now."""
        return self.factory.actor(person_id)

    def content(self, **changes: Any) -> Content:
        """An hour at ten for the organiser."""
        starts_at = changes.pop("starts_at", MORNING + timedelta(hours=2))
        values: dict[str, Any] = {
            "title": "予算の打合せ",
            "starts_at": starts_at,
            "ends_at": changes.pop("ends_at", starts_at + timedelta(hours=1)),
        }
        return Content(**(values | changes))

    def enter(self, person_id: int | None = None, **changes: Any) -> UUID:
        """Enter an event."""
        who, key = self.actor(person_id or self.organiser), changes.pop("key", "")
        owner = changes.pop("organiser_id", None)
        with self.app.app_context(), unit("write"):
            return events.create(who, self.content(**changes), organiser_id=owner, key=key)

    def write(self, act: Callable[..., Any], person_id: int, /, *args: Any, **values: Any) -> Any:
        """`act(actor, …)` in a write unit."""
        who = self.actor(person_id)
        with self.app.app_context(), unit("write"):
            return act(who, *args, **values)

    def read(self, query: Callable[..., Any], person_id: int, /, *args: Any, **values: Any) -> Any:
        """`query(actor, …)` in a read unit."""
        who = self.actor(person_id)
        with self.app.app_context(), unit("read"):
            return query(who, *args, **values)

    def stored(self, uid: UUID) -> Any:
        """The row of an event."""
        with self.app.app_context(), unit("read"):
            return session.query(Event).filter_by(uid=uid).one()

    def seen(self, person_id: int, whose: int, number: int = 7) -> list[Any]:
        """What stands in somebody's calendar from today on, for a person."""
        today = clock.local(MORNING).date()
        return list(self.read(spans.of_people, person_id, [whose], today, number).get(whose, []))

    def set_rule(self, rule: str, value: Any, unit_id: int | None = None) -> None:
        """Decide a rule."""
        with self.app.app_context(), unit("write"):
            row = RuleValue(
                rule=rule, unit_id=unit_id, value=value, effective_from=clock.today(), set_at=clock.now()
            )
            session.add(row)
            bump("rules")

    def grant(self, person_id: int, permission: str, unit_id: int) -> None:
        """Give a permission over a part of the city."""
        self.factory.grant(PrincipalKind.PERSON, person_id, permission, scope="subtree", unit_id=unit_id)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """It is a Tuesday morning."""
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def office(app: Flask, factory: Factory) -> Office:
    """みなと市: 福祉局 with 保護課 (organiser, colleague), 環境局 with 廃棄物課 (outsider); the mayor and his secretary."""
    city = factory.unit("みなと市")
    welfare = factory.unit("福祉局", city)
    shelter = factory.unit("保護課", welfare)
    environment = factory.unit("環境局", city)
    waste = factory.unit("廃棄物課", environment)
    mayor_post, chief, clerk = factory.post("市長", 1), factory.post("係長", 40), factory.post("主事", 50)
    return Office(
        app,
        factory,
        city,
        welfare,
        shelter,
        environment,
        waste,
        factory.person("港 太郎", city, mayor_post, kana="みなと たろう"),
        factory.person("佐藤 葵", shelter, chief, kana="さとう あおい"),
        factory.person("鈴木 蓮", shelter, clerk, kana="すずき れん"),
        factory.person("田中 湊", waste, clerk, kana="たなか みなと"),
        factory.person("秘書 花", environment, clerk, kana="ひしょ はな"),
    )


@pytest.fixture
def rooms(office: Office) -> list[UUID]:
    """501会議室 and 502会議室, open to all."""
    with office.app.app_context(), unit("write"):
        group = catalogue.add_group(system(), catalogue.GroupPlan(name="会議室")).uid
        return [
            catalogue.add(
                system(),
                catalogue.FacilityPlan(
                    name=name, group=group, unit_id=office.city, rights=catalogue.OPEN_TO_ALL, capacity=12
                ),
            ).uid
            for name in ("501会議室", "502会議室")
        ]


@pytest.fixture
def hall(office: Office) -> Office:
    """The office, where the mayor is of special service and has a secretary by post."""
    with office.app.app_context(), unit("write"):
        session.get_one(Person, office.mayor).employment_type = "special_service"
    named = secretaries.Plan(
        person_id=office.mayor, secretaries=(f"person:{office.secretary}",), follows_post=True
    )
    office.write(secretaries.name, office.mayor, named)
    return office


@pytest.fixture
def program(office: Office, client: Any) -> Callable[[int], Callable[..., Any]]:
    """`program(person)` calls with a token of that person."""

    def enter(person: int) -> Callable[..., Any]:
        who = office.actor(person)
        with office.app.app_context(), unit("write"):
            secret = issue(who, "試し", ["schedule:read", "schedule:write"], 9).secret

        def call(method: str, path: str, **more: Any) -> Any:
            headers = {"Authorization": f"Bearer {secret}", **more.pop("headers", {})}
            return client.open(path, method=method, headers=headers, **more)

        return call

    return enter
