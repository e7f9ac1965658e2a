"""`groupware web`: processes are replaced, die and end without a request being lost, and carry no sockets."""

import contextlib
import http.client
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.support.server import free_port
from tests.support.started import children, end, groupware, started, status, until


@contextlib.contextmanager
def answering(folder, url, processes):
    """`process, port, log, instance` of a parent whose children answer."""
    port, log, instance = free_port(), folder / "web.log", folder / "instance"
    instance.mkdir()
    command = groupware(instance, "web", "--port", str(port), "--processes", str(processes))
    with started(command, log, database_url=url) as process:
        until(
            lambda: "processes answer" in log.read_text(encoding="utf-8"),
            f"the start of groupware web ({log})",
        )
        yield process, port, log, instance


@pytest.fixture(scope="module")
def web(tmp_path_factory, database_url):
    """A parent with two children, for several tests."""
    with answering(tmp_path_factory.mktemp("web"), database_url, 2) as parts:
        yield parts


@pytest.fixture
def lone(tmp_path, database_url):
    """A parent with one child, for a test that ends it."""
    with answering(tmp_path, database_url, 1) as parts:
        yield parts


class Load:
    """Asks for a page again and again, each time on a connection of its own, as the proxy does."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path = port, path
        self.answers: list[int] = []
        self.goes_on = True
        self.threads = [threading.Thread(target=self._ask) for _ in range(2)]

    def _ask(self) -> None:
        while self.goes_on:
            self.answers.append(status(self.port, self.path))
            time.sleep(0.01)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.goes_on = False
        for thread in self.threads:
            thread.join()


@pytest.mark.slow
def test_replacing_the_processes_under_load_loses_no_request(web):
    process, port, log, _ = web
    before = set(children(process))
    with Load(port, "/login") as load:
        until(lambda: len(load.answers) > 20, "a few answers")
        process.send_signal(signal.SIGHUP)
        until(lambda: "every process was replaced" in log.read_text(encoding="utf-8"), "two new children")
        until(lambda: before.isdisjoint(children(process)), "the end of the old ones")
        after = len(load.answers)
        until(lambda: len(load.answers) > after + 20, "answers of the new ones")
    assert set(load.answers) == {200}


@pytest.mark.slow
def test_dead_process_is_replaced_and_the_port_never_closes(web):
    process, port, log, _ = web
    victim = children(process)[0]
    os.kill(victim, signal.SIGKILL)
    assert status(port) == 200
    until(lambda: "answers again" in log.read_text(encoding="utf-8"), "a new child")
    assert len(children(process)) == 2
    assert victim not in children(process)


@pytest.mark.slow
def test_new_processes_that_cannot_start_leave_the_old_ones(web):
    process, port, log, instance = web
    before = set(children(process))
    (instance / "config.toml").write_text('colour = "red"\n', encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    until(lambda: "the old ones stay" in log.read_text(encoding="utf-8"), "the complaint")
    until(lambda: set(children(process)) == before, "the end of the failed child")
    assert status(port, "/login") == 200
    (instance / "config.toml").unlink()


@pytest.mark.slow
def test_what_was_begun_is_finished_when_the_parent_is_told_to_end(lone):
    process, port, _, _ = lone
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.connect()
    # Let in, and silent for a moment: it may still say what it wants.
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.1)
    connection.request("GET", "/login", headers={"Connection": "close"})
    assert connection.getresponse().status == 200
    connection.close()
    assert process.wait(20) == 0
    assert status(port) == 0


@pytest.mark.slow
def test_children_end_with_a_parent_that_was_killed(lone):
    process, port, _, _ = lone
    orphans = children(process)
    end(process, signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans), "the end of the children", 20)
    assert status(port) == 0


@pytest.mark.slow
def test_web_process_sends_those_who_want_a_socket_elsewhere(web):
    _, port, _, _ = web
    assert status(port, "/socket.io/?EIO=4&transport=polling") == 410
    assert status(port, "/socket.iox") == 404
