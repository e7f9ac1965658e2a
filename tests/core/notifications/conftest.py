"""A function that tells people something, and the people."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from groupware import events
from groupware.access.enums import PrincipalKind
from groupware.db import unit
from groupware.directory.models import Person
from groupware.plugin import CONTRACT, About, EventKind, NotificationKind, Plugin
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.worker import Worker

HIDDEN, CONFIDENTIAL = 666, 777


def everybody(payload):
    return None if payload["is_silent"] else select(Person.id)


def describe(actor, keys):
    return {
        key: About(title=f"品物 {key}", url=f"/shop/{key}", detail="売店", may_be_mailed=key != CONFIDENTIAL)
        for key in keys
        if key != HIDDEN
    }


SHOP = Plugin(
    id="shop",
    contract=CONTRACT,
    title="売店",
    summary="Sells.",
    icon="tag",
    order=20,
    in_menu=False,
    events=(
        EventKind(id="shop.item_sold", fields=("item_id", "is_silent")),
        EventKind(id="shop.item_broken", fields=("item_id", "is_urgent")),
    ),
    notifications=(
        NotificationKind(
            id="shop.sold",
            title="売れました",
            icon="tag",
            event="shop.item_sold",
            subject="item_id",
            audience=everybody,
            describe=describe,
            thing="shop.item",
        ),
        NotificationKind(
            id="shop.broken",
            title="壊れました",
            icon="tag",
            event="shop.item_broken",
            subject="item_id",
            audience=lambda payload: select(Person.id),
            describe=describe,
            thing="shop.item",
            urgent=lambda payload: payload["is_urgent"],
            channels=("timeline", "mail", "desktop"),
        ),
    ),
)


@pytest.fixture
def mail_settings():
    """Settings of the mail server: none."""
    return {}


@pytest.fixture
def app(make_app, mail_settings):
    """An application with the shop only."""
    made = make_app(chosen=[SHOP], **mail_settings)
    with made.app_context(), unit("write"):
        initialise()
    return made


@pytest.fixture
def shop(app):
    """Three people; `sell(item)` and `smash(item)` tell all but the seller, `work()` lets the worker do what is due."""
    factory = Factory(app)
    section, post = factory.unit("売店係", factory.unit("みなと市")), factory.post("主事", 50)
    seller, buyer, other = (factory.person(name, section, post) for name in ("佐藤 葵", "鈴木 樹", "高橋 凛"))

    def sell(item=1, *, by=seller, is_silent=False):
        actor = factory.actor(by)
        with app.app_context(), unit("write"):
            events.emit(actor, f"shop.{item}", "shop.item_sold", item_id=item, is_silent=is_silent)

    def smash(item=1, *, by=seller, is_urgent=False):
        actor = factory.actor(by)
        with app.app_context(), unit("write"):
            events.emit(actor, f"shop.{item}", "shop.item_broken", item_id=item, is_urgent=is_urgent)

    def administrator(sign_in):
        person = factory.person("山本 翠", section, post)
        factory.grant(PrincipalKind.PERSON, person, "administration:system:manage")
        return sign_in(person, elevated=True)

    return SimpleNamespace(
        smash=smash,
        administrator=administrator,
        factory=factory,
        section=section,
        post=post,
        seller=seller,
        buyer=buyer,
        me=factory.actor(buyer),
        other=other,
        sell=sell,
        work=lambda: Worker(app).run_due(),
    )
