"""A small city with section pages, and an officer who works on requests for disclosure of one bureau."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import unit
from groupware.disclosure.permissions import MANAGE
from groupware.portal.services.pages import create_page
from groupware.testing.factories import Factory
from tests.core.administration.sample import City, build

PAGE = "portal.section_page"


@dataclass
class Office:
    """The officer of 福祉局, and the uids of a page inside and one outside the bureau."""

    app: Flask
    city: City
    officer: Actor
    inside: UUID
    outside: UUID

    def do(self, act: Any, *args: Any, **values: Any) -> Any:
        """`act(officer, …)` in a write unit."""
        with self.app.app_context(), unit("write"):
            return act(self.officer, *args, **values)


@pytest.fixture
def office(app: Flask, factory: Factory) -> Office:
    """The officer has the permission over 福祉局."""
    city = build(factory)
    factory.grant(PrincipalKind.PERSON, city.clerk, MANAGE, scope="subtree", unit_id=city.welfare)
    uids = []
    for writer, unit_id in ((city.administrator, city.protection), (city.other_administrator, city.waste)):
        actor = factory.actor(writer)
        with app.app_context(), unit("write"):
            page = create_page(
                actor, unit_id, "窓口の案内", "<p>担当は山田太郎です。電話は内線1234です。</p>"
            )
            uids.append(page.uid)
    return Office(app, city, factory.actor(city.clerk), *uids)
