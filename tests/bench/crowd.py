"""Thousands of Socket.IO clients in one process: as little as the protocol asks for, so that the server is what is measured."""

import asyncio
import base64
import itertools
import json
import os
from collections.abc import Callable
from typing import Any

TEXT, CLOSE = 1, 8


class Client(asyncio.Protocol):
    """One client over a websocket. `heard(name, data)` is called for every message of the server."""

    def __init__(
        self, cookie: str, heard: Callable[["Client", str, Any], None] | None = None, auth: Any = None
    ) -> None:
        self.auth = auth or {}
        self.cookie = cookie
        self.heard = heard
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.count = 0
        self.seq = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._buffer = b""
        self._is_open = False
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Ask for the websocket."""
        self._transport = transport
        host, port = transport.get_extra_info("peername")[:2]
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """The server is gone."""
        for waiting in (self.ready, self.gone, *self._answers.values()):
            if not waiting.done():
                if waiting is self.gone:
                    waiting.set_result(None)
                else:
                    waiting.set_exception(ConnectionError("the connection was lost"))
                    waiting.exception()

    def data_received(self, data: bytes) -> None:
        """Frames; the server never masks and never splits ours."""
        self._buffer += data
        if not self._is_open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self._transport.close()
                return
            self._is_open, self._buffer = True, rest
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        held = self._buffer
        if len(held) < 2:
            return None
        length, start = held[1] & 127, 2
        if length == 126:
            if len(held) < 4:
                return None
            length, start = int.from_bytes(held[2:4], "big"), 4
        elif length == 127:
            if len(held) < 10:
                return None
            length, start = int.from_bytes(held[2:10], "big"), 10
        if len(held) < start + length:
            return None
        self._buffer = held[start + length :]
        return held[0] & 15, held[start : start + length]

    def _take(self, kind: int, data: bytes) -> None:
        if kind == CLOSE:
            self._transport.close()
        elif data[:1] == b"0":
            self._send("40" + json.dumps(self.auth))
        elif data == b"2":
            self._send("3")
        elif data[:2] == b"40":
            if not self.ready.done():
                self.ready.set_result(None)
        elif data[:2] == b"44":
            self._transport.close()
        elif data[:2] == b"42":
            if data.startswith(b'42["events"'):
                self.count += data.count(b'"seq":')
            if self.heard is not None:
                name, *rest = json.loads(data[2:])
                self.heard(self, name, rest[0] if rest else None)
        elif data[:2] == b"43":
            number, _, answer = data[2:].partition(b"[")
            waiting = self._answers.pop(int(number), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(json.loads(b"[" + answer)[0])

    def _send(self, text: str) -> None:
        data = text.encode()
        mask = b"\0\0\0\0"  # masked as the protocol wants, with a mask that changes nothing
        size = (
            bytes([128 | len(data)]) if len(data) < 126 else bytes([128 | 126]) + len(data).to_bytes(2, "big")
        )
        self._transport.write(bytes([128 | TEXT]) + size + mask + data)

    async def ask(self, name: str, data: Any) -> Any:
        """Send a message and wait for its answer."""
        number = next(self._numbers)
        waiting = self._answers[number] = asyncio.get_running_loop().create_future()
        self._send(f"42{number}" + json.dumps([name, data]))
        return await waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def connect(port: int, cookie: str, heard: Any = None, auth: Any = None) -> Client:
    """A client that the server has let in. Raises OSError if it has not."""
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: Client(cookie, heard, auth), "127.0.0.1", port
    )
    await client.ready
    return client


async def connect_all(
    port: int, cookies: list[str], heard: Any = None, at_once: int = 100, auth: Any = None
) -> list[Client]:
    """Clients with these cookies, `at_once` on their way at a time."""
    turns = asyncio.Semaphore(at_once)

    async def one(cookie: str) -> Client:
        async with turns:
            return await connect(port, cookie, heard, auth)

    return list(await asyncio.gather(*(one(cookie) for cookie in cookies)))
