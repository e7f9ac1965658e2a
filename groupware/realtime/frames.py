"""Messages of clients that are too large: they are refused before anybody reads them, and whoever sent one is told so and stays."""

import json
import re
from collections.abc import Callable
from typing import Any

import socketio

from groupware.realtime.entering import Answer

LARGEST_MESSAGE = 64 * 1024
"""Bytes of one message of a client."""
LARGEST_FRAME = 2 * 1024 * 1024
"""Bytes that are taken in at all; whoever sends more at once loses the connection."""
_ASKS = re.compile(r"2(?:/[^,\[]*,)?(\d{1,15})\[")
"""How a message begins to which its sender expects an answer, by the number of the answer."""


def refuse_giants(server: socketio.Server, words: Callable[[], Answer]) -> None:
    """Let the server answer `words()` to what is too large. What nobody waits for an answer to is let fall, and who begins with
    something as large as that is shown out."""
    hear = server.eio.handlers["message"]

    def listen(sid: str, data: Any) -> Any:
        if not _is_giant(data):
            return hear(sid, data)
        asks = _ASKS.match(data) if isinstance(data, str) else None
        if asks is not None:
            server.eio.send(sid, f"3{asks[1]}{json.dumps([words()])}")
        elif not isinstance(data, str) or not data.startswith("2"):
            server.eio.disconnect(sid)
        return None

    server.eio.on("message", listen)


def _is_giant(data: Any) -> bool:
    if isinstance(data, str):
        # At most four bytes a character: what is short is not measured.
        return len(data) * 4 > LARGEST_MESSAGE and len(data.encode("utf-8", "replace")) > LARGEST_MESSAGE
    return isinstance(data, bytes | bytearray) and len(data) > LARGEST_MESSAGE


__all__ = ["LARGEST_FRAME", "LARGEST_MESSAGE", "refuse_giants"]
