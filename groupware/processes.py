"""`groupware web`: a parent that holds the socket, and children that answer requests.

The parent never answers anything itself, so that it can replace its children one by one (SIGHUP) while the socket stays
open: a connection that nobody has taken yet waits in it for the next child, and none is refused or lost. A new child that does
not get ready, after a bad upgrade for instance, leaves the old one in its place. SIGTERM ends it all: what was begun is finished,
for at most `FINISHING_SECONDS`. A child that dies is replaced; children whose parent is gone end.
"""

import contextlib
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from groupware import clock

READY_SECONDS = 60.0
"""Within which a new child has to answer."""

FINISHING_SECONDS = 30.0
"""For which a child may finish what it has begun; a longer download begins again where it stopped."""

PAUSE_SECONDS = 1.0
"""Between the death of a child and the next try."""

_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})
_log = logging.getLogger("groupware.processes")


def listen(host: str, port: int) -> socket.socket:
    """A socket that children take over. OSError if the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


@dataclass(eq=False, slots=True)
class Child:
    """A process that answers. `number` tells it from those beside it."""

    number: int
    process: subprocess.Popen[bytes]
    ends_at: float | None = None
    """When it is killed, once it has been told to end."""

    def end(self) -> None:
        """Tell it to finish what it has."""
        self.ends_at = clock.monotonic() + FINISHING_SECONDS
        self.process.send_signal(signal.SIGTERM)


class Parent:
    """Keeps `count` children at the socket. `command(number)` is the command line of one, without its descriptors."""

    def __init__(self, listener: socket.socket, count: int, command: Callable[[int], list[str]]) -> None:
        self.listener = listener
        self.command = command
        self.count = count
        self.children: list[Child] = []
        self.retry_at = 0.0

    def run(self) -> None:
        """Serve until told to end. RuntimeError if the first children do not get ready."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            for number in range(self.count):
                if not self._start(number):
                    raise RuntimeError("the process did not get ready; its log says why")
            _log.info("%d processes answer", self.count)
            self._watch()
        finally:
            # From now on who knocks is refused, and the proxy goes next door before it has sent anything.
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self._end_all()

    def _watch(self) -> None:
        while True:
            told = signal.sigtimedwait(_SIGNALS, PAUSE_SECONDS)
            number = told.si_signo if told is not None else None
            if number in (signal.SIGTERM, signal.SIGINT):
                return
            self._bury()
            if number == signal.SIGHUP:
                self._renew()
            elif clock.monotonic() >= self.retry_at:
                self._replace_dead()

    def _renew(self) -> None:
        for old in [child for child in self.children if child.ends_at is None]:
            if not self._start(old.number):
                _log.error("the new process did not get ready; the old ones stay")
                return
            old.end()
        _log.info("every process was replaced")

    def _replace_dead(self) -> None:
        alive = {child.number for child in self.children if child.ends_at is None}
        for number in set(range(self.count)) - alive:
            _log.error("a process has ended by itself; another one takes its place")
            self.retry_at = clock.monotonic() + PAUSE_SECONDS
            if self._start(number):
                _log.info("process %d answers again", number)

    def _start(self, number: int) -> bool:
        """Whether the new child answers."""
        heard, says = os.pipe()
        descriptors = (self.listener.fileno(), says)
        words = [*self.command(number), "--listener", str(descriptors[0]), "--ready", str(descriptors[1])]
        # Standard input stays open for as long as the parent lives, however it ends.
        process = subprocess.Popen(words, pass_fds=descriptors, stdin=subprocess.PIPE)  # noqa: S603  our own command
        os.close(says)
        with os.fdopen(heard, "rb") as pipe:
            readable, _, _ = select.select([pipe], [], [], READY_SECONDS)
            is_ready = bool(readable) and pipe.read(1) == b"1"
        child = Child(number, process)
        self.children.append(child)
        if not is_ready:
            child.end()
        return is_ready

    def _bury(self) -> None:
        """Forget who has ended, kill who was given long enough."""
        for child in self.children[:]:
            if child.process.poll() is not None:
                self.children.remove(child)
                if child.process.stdin is not None:
                    child.process.stdin.close()
            elif child.ends_at is not None and clock.monotonic() > child.ends_at:
                child.process.kill()

    def _end_all(self) -> None:
        for child in self.children:
            if child.ends_at is None:
                child.end()
        while self.children:
            self._bury()
            signal.sigtimedwait({signal.SIGCHLD}, 0.1)


def own_command(instance: str, *words: str) -> list[str]:
    """The command line of another process of this programme."""
    return [sys.executable, "-m", "groupware", "--instance", instance, *words]
