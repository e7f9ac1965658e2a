"""Processes of an installation that a test starts, speaks to and ends: `groupware web`, `groupware worker`, nginx."""

import contextlib
import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.databases import command_environment

START_SECONDS = 60.0
STOP_SECONDS = 15.0


def until(condition: Callable[[], object], what: str, seconds: float = START_SECONDS) -> None:
    """Wait for it; fails the test with `what` when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds:.0f} s", pytrace=False)
        time.sleep(0.02)


def status(port: int, path: str = "/healthz", headers: dict[str, str] | None = None) -> int:
    """The status that a port answers with; 0 if nobody does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def groupware(instance: Path, *words: str) -> list[str]:
    """The command line of a process of ours."""
    return [sys.executable, "-m", "groupware", "--instance", str(instance), *words]


@contextlib.contextmanager
def started(command: Sequence[str], log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process for the length of the block, its words in `log`; ended with what belongs to it."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=command_environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> int:
    """Tell it to end, and make sure that it does; its exit code."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The ids of its children that live."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(word) for word in listed.split()]
