"""A small municipality that talks: what most tests of the chat begin with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import session, unit
from groupware.rules.models import RuleValue
from groupware.testing.factories import Factory
from plugins.chat.enums import Role
from plugins.chat.models import Message
from plugins.chat.queries import messages as said
from plugins.chat.queries import rooms as seen
from plugins.chat.services import messages, rooms
from plugins.chat.services.rooms import RoomPlan

MORNING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, eight in the morning in Japan."""


@dataclass
class Office:
    """Ids of a municipality, and short ways to act in its rooms. Every act is a unit of its own."""

    app: Flask
    factory: Factory
    city: int
    welfare: int
    shelter: int
    environment: int
    waste: int
    owner: int
    moderator: int
    member: int
    reader: int
    outsider: int
    keys: Iterator[int]

    def actor(self, person_id: int) -> Actor:
        """The person, now."""
        return self.factory.actor(person_id)

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

    def named(self, kind: PrincipalKind, ref: int) -> int:
        """The principal of a person or organisation."""
        with self.app.app_context(), unit("write"):
            return principal(kind, ref).id

    def people(self, *people: int) -> list[int]:
        """The principals of people."""
        return [self.named(PrincipalKind.PERSON, one) for one in people]

    def open(self, *, roles: bool = True, **changes: Any) -> UUID:
        """A room of the owner, with one person of each role."""
        members = [
            (self.named(PrincipalKind.PERSON, one), role)
            for one, role in (
                (self.moderator, Role.MODERATOR),
                (self.member, Role.MEMBER),
                (self.reader, Role.READER),
            )
            if roles
        ]
        plan = {"name": "災害対策", "purpose": "", "unit_id": self.shelter, "members": members}
        return self.write(rooms.make, self.owner, RoomPlan(**(plan | changes))).uid

    def say(self, person_id: int, room: UUID, text: str = "承知しました。", **more: Any) -> Any:
        """Say something with a new key."""
        more.setdefault("key", f"k{next(self.keys)}")
        return self.write(messages.send, person_id, room, text, **more)

    def view(self, person_id: int, room: UUID) -> Any:
        """The room as somebody opens it."""
        return self.read(seen.one, person_id, room)

    def page(self, person_id: int, room: UUID, **where: Any) -> Any:
        """Some of what was said in it."""
        return self.read(lambda actor: said.page(actor, seen.one(actor, room), **where), person_id)

    def texts(self, person_id: int, room: UUID, **where: Any) -> list[str]:
        """The same as bare texts."""
        return [line.text for line in self.page(person_id, room, **where).messages]

    def seqs(self) -> list[tuple[int, str]]:
        """The numbers and texts of everything that was said."""
        with self.app.app_context(), unit("read"):
            rows = session.query(Message.seq, Message.text).order_by(Message.room_id, Message.seq)
            return [tuple(row) for row in rows]

    def set_rule(self, rule: str, value: Any, unit_id: int | None = None) -> None:
        """Decide a rule."""
        with self.app.app_context(), unit("write"):
            row = RuleValue(
                rule=rule, unit_id=unit_id, value=value, effective_from=clock.today(), set_at=clock.now()
            )
            session.add(row)
            bump("rules")


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """It is a Tuesday morning."""
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def office(app: Flask, factory: Factory) -> Office:
    """みなと市: 福祉局 with 保護課 (owner, moderator, member), 環境局 with 廃棄物課 (reader, outsider)."""
    city = factory.unit("みなと市")
    welfare = factory.unit("福祉局", city)
    shelter = factory.unit("保護課", welfare)
    environment = factory.unit("環境局", city)
    waste = factory.unit("廃棄物課", environment)
    chief, clerk = factory.post("係長", 40), factory.post("主事", 50)
    return Office(
        app,
        factory,
        city,
        welfare,
        shelter,
        environment,
        waste,
        factory.person("佐藤 葵", shelter, chief, kana="さとう あおい"),
        factory.person("鈴木 蓮", shelter, clerk, kana="すずき れん"),
        factory.person("高橋 凛", shelter, clerk, kana="たかはし りん"),
        factory.person("田中 湊", waste, clerk, kana="たなか みなと"),
        factory.person("伊藤 杏", waste, clerk, kana="いとう あん"),
        count(1),
    )
