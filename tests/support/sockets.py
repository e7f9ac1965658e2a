"""A served municipality with sockets, and clients that nobody here wrote."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import socketio
from flask import Flask

from groupware import clock
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as
from tests.support.databases import command_environment
from tests.support.server import STOP_SECONDS, answers, free_port

MODES = ("eventlet", "threading")


def until(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Wait for something to become true, and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"it did not happen within {seconds} s")


@dataclass
class Client:
    """A `socketio.Client` that keeps what it received."""

    socket: socketio.Client
    received: list[tuple[str, Any]] = field(default_factory=list)

    def of(self, event: str) -> list[Any]:
        """The data of the messages of one name, in order."""
        return [data for name, data in list(self.received) if name == event]

    def events(self, topic: str) -> list[dict[str, Any]]:
        """The events of a topic as they arrived."""
        return [event for data in self.of("events") if data["topic"] == topic for event in data["events"]]

    def ask(self, message: str, **data: Any) -> Any:
        """Send and wait for the answer."""
        return self.socket.call(message, data, timeout=15)


@dataclass
class Served:
    """A municipality that is really served."""

    app: Flask
    factory: Factory
    instance: Path
    mode: str
    url: str = ""
    process: subprocess.Popen[bytes] | None = None
    port: int = 0
    log: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Serve, on the same port as before."""
        frozen = abs(clock.now() - datetime.now(UTC)) > timedelta(minutes=1)
        assert not frozen, "a server of its own has the machine's clock: the test may not stop it"
        self.port = self.port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        words: list[str | Path] = (
            [Path(sys.executable).with_name("groupware"), "--instance", self.instance, "serve", "--port", str(self.port), "--no-worker"]
            if self.mode == "eventlet"
            else [sys.executable, "-m", "tests.support.threaded", self.instance, str(self.port)]
        )  # fmt: skip
        assert self.log is not None
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                words, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        until(lambda: answers(self.port) or self.process is None or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.log.read_text(errors="replace")[-4000:]

    def stop(self, *, kill: bool = False) -> None:
        """End the server, as a stop or as a power cut."""
        if self.process is None:
            return
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def cookie(self, person_id: int) -> str:
        """The cookie of a new session of a person."""
        found = sign_in_as(self.app, person_id).get_cookie("groupware")
        assert found is not None
        return f"groupware={found.value}"

    def connect(self, person_id: int = 0, *, cookie: str = "", **options: Any) -> Client:
        """A client of a person, connected by websocket."""
        client = socketio.Client(
            reconnection=options.pop("reconnection", False), reconnection_delay=0.2, randomization_factor=0
        )
        made = Client(client)
        client.on("*", lambda event, *data: made.received.append((event, data[0] if data else None)))
        headers = {"Cookie": cookie or self.cookie(person_id)}
        client.connect(self.url, headers=headers, transports=["websocket"], wait_timeout=15, **options)
        # The library leaves the socket open where the server ends the connection.
        self.stack.callback(client.eio.ws.shutdown)
        self.stack.callback(client.disconnect)
        until(lambda: made.of("ready"))
        return made

    def fetch(self, path: str, cookie: str) -> tuple[int, Any]:
        """What GET answers: status and JSON."""
        request = urllib.request.Request(
            self.url + path, headers={"Cookie": cookie, "Accept": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, None


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """How the server works: as it ships, and in threads."""
    return str(request.param)


@pytest.fixture
def served(
    app: Flask, factory: Factory, tmp_path: Path, fresh_database_url: str, mode: str
) -> Iterator[Served]:
    """The test's own database, served."""
    settings: Any = app.extensions["groupware_settings"]
    made = Served(
        app,
        factory,
        tmp_path,
        mode,
        log=tmp_path / "server.log",
        environment=command_environment(database_url=fresh_database_url, secret_key=settings.secret_key)
        | {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])},
    )
    with made.stack:
        made.start()
        made.stack.callback(made.stop)
        yield made
    said = (tmp_path / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in said, said[-4000:]
