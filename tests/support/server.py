"""An instance that is really served: `groupware serve` as a subprocess, on loopback and a free port."""

import http.client
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.databases import command_environment, once, run_command, run_folder

START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class LiveServer:
    """A running server and where it keeps its things."""

    url: str
    instance: Path
    log: Path


ServerFactory = Callable[..., LiveServer]


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Whether somebody answers HTTP on the port, whatever the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/login")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


@contextmanager
def serving(instance: Path, log: Path, **settings: str) -> Iterator[LiveServer]:
    """Serve an instance for the length of the block; fails the test with the server's log when it does not start."""
    port = free_port()
    command: list[str | Path] = [
        Path(sys.executable).with_name("groupware"),
        "--instance",
        instance,
        "serve",
        "--port",
        str(port),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=command_environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                words = log.read_text(encoding="utf-8", errors="replace")[-6000:]
                pytest.fail(f"groupware serve did not start:\n{words}", pytrace=False)
            time.sleep(0.05)
        yield LiveServer(f"http://127.0.0.1:{port}", instance, log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def village(request: pytest.FixtureRequest) -> Path:
    """An instance with the demo village, made once per run. Copy it (`demo_instance`); do not write to it."""
    folder = run_folder(request.config)
    instance = folder / "village"
    with once(folder, "village") as first:
        if first:
            run_command(instance, "init", "--if-missing")
            run_command(instance, "demo", "--size", "village", "--if-empty")
    return instance


@pytest.fixture(scope="module")
def demo_instance(village: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo village for the tests of one module."""
    instance = tmp_path_factory.mktemp("demo") / "instance"
    shutil.copytree(village, instance)
    return instance


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    """`live_server(instance, **settings)` serves an instance until the module's tests are done."""
    with ExitStack() as servers:

        def serve(instance: Path, **settings: str) -> LiveServer:
            log = tmp_path_factory.mktemp("serve") / "server.log"
            return servers.enter_context(serving(instance, log, **settings))

        yield serve


@pytest.fixture(scope="module")
def demo_server(live_server: ServerFactory, demo_instance: Path) -> LiveServer:
    """The demo village, served for the tests of one module."""
    return live_server(demo_instance)
