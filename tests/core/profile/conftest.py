"""Somebody with personal settings."""

import pytest


@pytest.fixture
def person(factory):
    """A clerk of 総務課."""
    unit = factory.unit("総務課", factory.unit("みなと市", kind="市"))
    return factory.person("佐藤 花子", unit, factory.post("主事", 50))


@pytest.fixture
def browser_of(sign_in, person):
    """The browser of that clerk, and `send(path, **fields)` for its forms."""
    client = sign_in(person)

    def send(path, **fields):
        token = client.get("/session/alive").json["csrf_token"]
        return client.post(path, data=fields | {"csrf_token": token})

    return client, send
