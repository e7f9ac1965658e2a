"""A business system that calls, and those whom it tells something."""

from types import SimpleNamespace

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.actor import CallingSystem
from groupware.db import unit
from groupware.portal.services import launcher
from groupware.portal.services.launcher import LinkForm
from groupware.systems.services import issue_token
from groupware.worker import Worker


@pytest.fixture
def city(app, factory):
    """One bureau with two sections, and somebody who manages the launcher; the system 電子決裁 with a token."""
    root = factory.unit("みなと市", kind="市")
    bureau = factory.unit("行財政局", root, code="B1")
    section, other = factory.unit("総務課", bureau, code="S1"), factory.unit("人事課", bureau, code="S2")
    post = factory.post("主事", 50)
    clerk = factory.person("佐藤 花子", section, post, staff_number="100001")
    colleague = factory.person("鈴木 樹", section, post, staff_number="100002")
    stranger = factory.person("高橋 凛", other, post, staff_number="100003")
    manager = factory.person("山本 翠", other, post, staff_number="100004")
    factory.grant(PrincipalKind.PERSON, manager, "portal:launcher:manage")
    boss = factory.actor(manager)

    def link(name, url):
        with app.app_context(), unit("write"):
            return launcher.add_link(
                boss, LinkForm(name, url, "badge-check", frozenset({("everyone", 0)}))
            ).uid

    def token(uid, days=30):
        with app.app_context(), unit("write"):
            return issue_token(boss, uid, "本番", days)

    uid = link("電子決裁", "https://kessai.example.jp/")
    made = token(uid)
    return SimpleNamespace(
        root=root,
        bureau=bureau,
        section=section,
        clerk=clerk,
        colleague=colleague,
        stranger=stranger,
        manager=manager,
        boss=boss,
        uid=uid,
        link=link,
        token=token,
        token_id=made.id,
        secret=made.secret,
        work=lambda: Worker(app).run_due(),
    )


@pytest.fixture
def caller(city):
    """`caller()` is the system, calling now."""

    def calling(token_id=city.token_id):
        return CallingSystem(token_id=token_id, name="電子決裁", now=clock.now())

    return calling
