"""A small municipality with a board: what most tests of the board begin with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from groupware import actor, clock
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import session, unit
from groupware.directory.models import SectionAccount
from groupware.directory.picking import Ref
from groupware.testing.factories import Factory
from plugins.bulletin.enums import Right
from plugins.bulletin.queries.audience import EVERYONE
from plugins.bulletin.services import categories, postings
from plugins.bulletin.services.content import Content


@dataclass
class Board:
    """Ids of a municipality, and short ways to act on its board. Every act is a write unit of its own."""

    app: Flask
    factory: Factory
    city: int
    welfare: int
    shelter: int
    environment: int
    waste: int
    mayor_post: int
    clerk_post: int
    mayor: int
    author: int
    colleague: int
    outsider: int
    category: UUID
    category_id: int
    more: dict[str, Any] = field(default_factory=dict)

    def actor(self, person_id: int, **changes: Any) -> Actor:
        """The person, now."""
        return self.factory.actor(person_id, **changes)

    def content(self, **changes: Any) -> Content:
        """A posting to 福祉局, at once and for ten days."""
        values: dict[str, Any] = {
            "category_id": self.category_id,
            "title": "夏季の節電について",
            "html": "<p>冷房の温度は28度を目安にしてください。</p>",
            "audience": (Ref(PrincipalKind.UNIT_TREE, self.welfare),),
            "shown_to": clock.now() + timedelta(days=10),
        }
        return Content(**(values | changes))

    def post(self, person_id: int | None = None, sender: str = "person", **changes: Any) -> UUID:
        """Post something."""
        who = self.actor(person_id or self.author)
        with self.app.app_context(), unit("write"):
            return postings.post(who, sender, self.content(**changes))

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

    def make_category(self, name: str, **rights: tuple[Ref, ...]) -> tuple[UUID, int]:
        """A category with rights read=, post=, manage=; open to all without."""
        chosen = {Right(right): refs for right, refs in rights.items()} or dict(categories.OPEN_TO_ALL)
        with self.app.app_context(), unit("write"):
            made = categories.create(actor.system(), categories.Plan(name=name, rights=chosen))
            return made.uid, made.id

    def section_account(self, unit_id: int, name: str) -> int:
        """A section account of a unit."""
        with self.app.app_context(), unit("write"):
            made = SectionAccount(unit_id=unit_id, name=name)
            session.add(made)
            session.flush()
            return made.id


@pytest.fixture
def board(app: Flask, factory: Factory) -> Board:
    """みなと市: 福祉局 with 保護課 (author, colleague), 環境局 with 廃棄物課 (outsider), the mayor; one category open to all."""
    city = factory.unit("みなと市")
    welfare = factory.unit("福祉局", city)
    shelter = factory.unit("保護課", welfare)
    environment = factory.unit("環境局", city)
    waste = factory.unit("廃棄物課", environment)
    mayor_post, clerk_post = factory.post("市長", 1), factory.post("主事", 50)
    made = Board(
        app,
        factory,
        city,
        welfare,
        shelter,
        environment,
        waste,
        mayor_post,
        clerk_post,
        factory.person("港 太郎", city, mayor_post, kana="みなと たろう"),
        factory.person("佐藤 葵", shelter, clerk_post, kana="さとう あおい"),
        factory.person("鈴木 蓮", shelter, clerk_post, kana="すずき れん"),
        factory.person("田中 湊", waste, clerk_post, kana="たなか みなと"),
        UUID(int=0),
        0,
    )
    made.category, made.category_id = made.make_category("お知らせ")
    return made


EVERYBODY = (EVERYONE,)
