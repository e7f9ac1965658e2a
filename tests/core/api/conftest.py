"""Somebody whose programs call."""

from dataclasses import dataclass

import pytest

from groupware.api.services import issue
from groupware.db import unit

SCOPES = (
    "directory:read",
    "bulletin:read",
    "bulletin:write",
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
