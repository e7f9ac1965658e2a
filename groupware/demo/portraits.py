"""Portraits of sample people: a plain figure on a coloured ground, drawn by arithmetic, nobody's likeness."""

import struct
import zlib
from math import hypot

WIDTH, HEIGHT = 192, 240
GROUNDS = ((63, 92, 128), (74, 107, 88), (122, 85, 66), (98, 82, 122), (64, 104, 112))
FIGURE = (232, 228, 220)


def portrait(number: int) -> bytes:
    """A PNG; the same number gives the same bytes."""
    ground = GROUNDS[number % len(GROUNDS)]
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            share = _covered(x - WIDTH / 2 + 0.5, y + 0.5)
            rows += bytes(round(a + (b - a) * share) for a, b in zip(ground, FIGURE, strict=True))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _covered(x: float, y: float) -> float:
    """How much of a pixel is figure: a head, and below it shoulders; edges are soft over one pixel."""
    head = 42 - hypot(x, y - 96)
    shoulders = (1 - hypot(x / 78, (y - HEIGHT) / 86)) * 78
    return min(max(head + 0.5, shoulders + 0.5, 0.0), 1.0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
