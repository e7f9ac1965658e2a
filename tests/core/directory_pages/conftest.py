"""A small city with everything that the pages of the directory show."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from flask import Flask

from groupware.caches import bump
from groupware.db import FOREVER, unit
from groupware.directory.models import Appointment, Person
from groupware.directory.people_index import reindex
from groupware.directory.tree import CACHE
from groupware.setup import initialise
from groupware.testing.factories import LONG_AGO, Factory
from groupware.testing.plugin import AppFactory, Statements

# What the frame of a page asks for, whatever the page: the session, versions of caches, rules, rights.
FRAME = ("core_sessions", "core_cache_versions", "core_rule", "core_grants", "FROM core_person_principals")


@pytest.fixture
def app(make_app: AppFactory) -> Flask:
    """The house without plugins."""
    built = make_app([])
    with built.app_context(), unit("write"):
        initialise()
    return built


@dataclass
class City:
    """Ids by name. `person()` and `settle()` keep the search index and the caches in line."""

    app: Flask
    factory: Factory
    units: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def person(self, name: str, unit_name: str, post: str, *, kana: str = "", **values: Any) -> int:
        """A person on a post of a unit."""
        made = self.factory.person(name, self.units[unit_name], self.posts[post], kana=kana, **values)
        self.people[name] = made
        self.settle()
        return made

    def appoint(
        self,
        name: str,
        unit_name: str,
        post: str,
        kind: str,
        *,
        valid_from: date = LONG_AGO,
        valid_to: date = FOREVER,
        **values: Any,
    ) -> None:
        """A further appointment."""
        with self.app.app_context(), unit("write") as session:
            session.add(
                Appointment(
                    person_id=self.people[name],
                    unit_id=self.units[unit_name],
                    post_id=self.posts[post],
                    kind=kind,
                    valid_from=valid_from,
                    valid_to=valid_to,
                    **values,
                )
            )
        self.settle()

    def change(self, name: str, **values: Any) -> None:
        """Other values of a person."""
        with self.app.app_context(), unit("write") as session:
            person = session.get(Person, self.people[name])
            for key, value in values.items():
                setattr(person, key, value)
        self.settle()

    def settle(self) -> None:
        """What services do after a write."""
        with self.app.app_context(), unit("write"):
            reindex()
            bump(CACHE)

    def uid(self, name: str) -> str:
        """The uid of a person."""
        with self.app.app_context(), unit("read") as session:
            return str(session.get(Person, self.people[name]).uid)


@pytest.fixture
def city(app: Flask, factory: Factory) -> City:
    """みなと市 with two bureaus, and a mayor."""
    made = City(app, factory)
    made.posts = {
        name: factory.post(name, rank)
        for name, rank in (("市長", 1), ("局長", 10), ("課長", 20), ("係長", 30), ("主事", 50))
    }
    root = factory.unit("みなと市", kind="自治体", official_order=0)
    welfare = factory.unit(
        "福祉局", root, kind="局", official_order=10, phone="078-322-5000", location="本庁舎3階"
    )
    roads = factory.unit("建設局", root, kind="局", official_order=20)
    made.units = {
        "みなと市": root,
        "福祉局": welfare,
        "建設局": roads,
        "保護課": factory.unit("保護課", welfare, official_order=2),
        "福祉総務課": factory.unit(
            "総務課", welfare, official_order=1, kana="そうむか", phone="078-322-5001"
        ),
        "建設総務課": factory.unit("総務課", roads, official_order=1),
        "道路課": factory.unit("道路課", roads, official_order=2),
    }
    made.units["道路係"] = factory.unit("道路係", made.units["道路課"], kind="係", official_order=1)
    made.person(
        "海野 市長", "みなと市", "市長", kana="うんの しちょう", staff_number="000001", extension="1001"
    )
    return made


@pytest.fixture
def own_queries(count_queries: Callable[[], Any]) -> Callable[[], Any]:
    """As `count_queries`; `own(statements)` of this module leaves out the frame."""
    return count_queries


def own(statements: Statements) -> int:
    """How many statements were the page's own."""
    return len([text for text in statements.texts if not any(name in text for name in FRAME)])
