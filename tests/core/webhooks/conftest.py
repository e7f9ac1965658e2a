"""A receiver that nobody of ours wrote the server of, on loopback, and a webhook that calls it."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.db import unit
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.webhooks.services import register, secret
from groupware.worker import Worker
from tests.core.notifications.conftest import SHOP


@dataclass
class Receiver:
    """What came in, and what is answered."""

    status: int = 204
    location: str = ""
    calls: list = field(default_factory=list)
    port: int = 0

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver():
    """A server that notes calls."""
    noted = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            noted.calls.append((self.path, dict(self.headers), body))
            self.send_response(noted.status)
            if noted.location:
                self.send_header("Location", noted.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        noted.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield noted
        server.shutdown()
        thread.join()


@pytest.fixture
def app(make_app, receiver):
    """An application whose shop tells what it sells, and which may call the receiver."""
    built = make_app(chosen=[SHOP], webhook_hosts=(f"127.0.0.1:{receiver.port}",))
    with built.app_context(), unit("write"):
        initialise()
    return built


@pytest.fixture
def factory(app):
    """Makes people."""
    return Factory(app)


@pytest.fixture
def section(factory):
    """A section of the city."""
    return factory.unit("総務課", factory.unit("みなと市", kind="市"))


@pytest.fixture
def person(factory, section):
    """Whose view decides."""
    return factory.person("佐藤 花子", section, factory.post("主事", 50))


@pytest.fixture
def administrator(factory, section):
    """Who manages the installation."""
    made = factory.person("鈴木 一郎", section, factory.post("係長", 30))
    factory.grant(PrincipalKind.PERSON, made, "administration:system:manage", with_delegation=True)
    return made


@pytest.fixture
def hook(app, receiver, person):
    """A webhook that is told of sales: (id, secret)."""
    with app.app_context(), unit("write"):
        made = register(system(), "会計", receiver.url, ["shop.item_sold"], person)
        return made.id, secret(made)


@pytest.fixture
def work(app):
    """Do what is due, as a worker does."""
    return lambda: Worker(app).run_due()
