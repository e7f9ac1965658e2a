"""A way between a browser and a server that can be cut: the cable is pulled, or answers are lost on the way back.

`set_offline` of Playwright tells the browser that it has no network; this one is not told, as by a switch that fails in a corridor.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

PIECE = 65_536


class Relay:
    """Carries bytes between browsers and one server."""

    def __init__(self, url: str) -> None:
        """Listen on a port of the loopback interface."""
        target = urlsplit(url)
        self._target = (target.hostname or "127.0.0.1", target.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._is_cut = self._loses_answers = False
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """End every connection and let none through."""
        self._is_cut = True
        self._end_all()

    def lose_answers(self) -> None:
        """Carry what the browser says, and nothing of what it is answered."""
        self._loses_answers = True

    def restore(self) -> None:
        """Let everything through again, on new connections."""
        if self._loses_answers:
            self._end_all()
        self._is_cut = self._loses_answers = False

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listener.close()

    def _end_all(self) -> None:
        with self._lock:
            ending, self._open = self._open, set()
        for one in ending:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                browser.close()
                continue
            try:
                server = socket.create_connection(self._target)
            except OSError:
                browser.close()
                continue
            with self._lock:
                self._open |= {browser, server}
            threading.Thread(target=self._carry, args=(browser, server, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, browser, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                if not (is_answer and self._loses_answers):
                    target.sendall(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        with self._lock:
            self._open -= {source, target}


@contextmanager
def relaying(url: str) -> Iterator[Relay]:
    """A relay for the length of the block."""
    relay = Relay(url)
    try:
        yield relay
    finally:
        relay.close()


__all__ = ["Relay", "relaying"]
