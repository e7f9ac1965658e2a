"""A virus scanner that speaks clamd's protocol, over a Unix socket or TCP (docs/adr: the client of the package index is GPL).

Fails closed: an answer that is none, a scanner that is away or too slow is `Unreachable`, and the file stays where it is.
"""

import re
import socket
from typing import BinaryIO

PIECE = 64 * 1024
PATIENCE = 120.0
"""Seconds for any one step."""
_ANSWER = re.compile(r"stream: (?:(?P<clean>OK)|(?P<name>.+) FOUND)", re.DOTALL)
TOO_LARGE = "INSTREAM size limit exceeded"


class Unreachable(Exception):
    """No verdict: the scanner does not answer, or not as the protocol says."""


def scan(address: str, content: BinaryIO) -> str:
    """The name of what was found, empty if nothing was. `address` is host:port or the path of a socket.

    What is larger than the scanner takes is found as such: nobody knows what is in it. Raises Unreachable.
    """
    try:
        with _connected(address) as line:
            _send(line, content)
            answer = _received(line)
    except OSError as error:
        raise Unreachable(f"{address}: {error}") from error
    if TOO_LARGE in answer:
        return "too large to be examined"
    match = _ANSWER.fullmatch(answer)
    if match is None:
        raise Unreachable(f"{address}: {answer[:200]!r}")
    return "" if match["clean"] else match["name"][:200]


def _connected(address: str) -> socket.socket:
    if "/" in address:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)


def _send(line: socket.socket, content: BinaryIO) -> None:
    """INSTREAM: each piece with its length in front, an empty one at the end."""
    line.sendall(b"zINSTREAM\0")
    content.seek(0)
    try:
        while piece := content.read(PIECE):
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        line.sendall(b"\0\0\0\0")
    except (BrokenPipeError, ConnectionResetError):
        # It has heard enough, and says why.
        return


def _received(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096:
        some = line.recv(4096)
        if not some:
            break
        answer += some
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


__all__ = ["Unreachable", "scan"]
