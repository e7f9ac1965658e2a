"""Somebody whose programs call."""

from dataclasses import dataclass

import pytest

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.api.services import issue
from groupware.db import session, unit
from groupware.worker import Worker
from plugins.bulletin.models import Category, CategoryRight

SCOPES = (
    "directory:read",
    "bulletin:read",
    "bulletin:write",
    "chat:read",
    "chat:write",
    "facility:read",
    "facility:write",
    "schedule:read",
    "schedule:write",
    "notifications:read",
    "notifications:write",
    "search:read",
)


@dataclass
class Program:
    """A client that sends a token with every call and nothing else."""

    client: object
    secret: str
    token_id: int

    def call(self, method, path, *, headers=None, **values):
        """The answer to a call."""
        sent = {"Authorization": f"Bearer {self.secret}"} | (headers or {})
        return self.client.open(path, method=method, headers=sent, **values)

    def get(self, path, **values):
        """The answer to a GET."""
        return self.call("GET", path, **values)

    def post(self, path, **values):
        """The answer to a POST."""
        return self.call("POST", path, **values)


@pytest.fixture
def section(factory):
    """総務課 of the city."""
    return factory.unit("総務課", factory.unit("みなと市", kind="市"))


@pytest.fixture
def person(factory, section):
    """A clerk of 総務課."""
    return factory.person(
        "佐藤 花子", section, factory.post("主事", 50), kana="さとう はなこ", login="hanako"
    )


@pytest.fixture
def program_of(app, factory):
    """`program_of(person_id, *scopes)` is a program that calls as this person."""

    def begin(person_id, *scopes, days=30):
        who = factory.actor(person_id, elevated=False)
        with app.app_context(), unit("write"):
            made = issue(who, "集計プログラム", scopes or SCOPES, days)
        return Program(app.test_client(), made.secret, made.id)

    return begin


@pytest.fixture
def program(program_of, person):
    """A program of the clerk with every scope."""
    return program_of(person)


@pytest.fixture
def work_off(app):
    """Do the jobs that wait, as a worker does."""

    return lambda: Worker(app).run_due()


@pytest.fixture
def category(app):
    """A category in which everybody reads and posts; its uid."""
    with app.app_context(), unit("write"):
        made = Category(name="お知らせ", created_at=clock.now())
        session.add(made)
        session.flush()
        everyone = principal(PrincipalKind.EVERYONE).id
        session.add(CategoryRight(category_id=made.id, right="post", principal_id=everyone))
        return str(made.uid)


@pytest.fixture
def elsewhere(factory):
    """Somebody of another section."""
    return factory.person("高橋 桃子", factory.unit("税務課"), factory.post("主査", 45))


@pytest.fixture
def posting(category, section, elsewhere):
    """What a program sends to post to the section, which is not everybody."""
    return {
        "title": "庁舎の停電",
        "html": "<p>日曜日に停電します。</p>",
        "category": category,
        "audience": [f"unit_tree:{section}"],
    }


@pytest.fixture
def board(program, posting):
    """Uids of two postings, one of which waits to be confirmed."""
    later = clock.today().replace(year=clock.today().year + 1).isoformat()
    sent = (posting, posting | {"title": "防災訓練", "confirm_by": later})
    return [program.post("/api/v1/bulletin/postings", json=one).json["uid"] for one in sent]
