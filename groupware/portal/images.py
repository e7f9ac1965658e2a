"""What a picture is, told by its content and never by its name or by what the browser says; and its size in pixels."""

import struct
from dataclasses import dataclass

MAX_PIXELS = 50_000_000
"""A small file can unfold to gigabytes in the reader's browser."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was recognised. Width and height are in pixels."""

    media_type: str
    width: int
    height: int

    @property
    def extension(self) -> str:
        """The usual ending of a file name."""
        return {"image/jpeg": "jpg"}.get(self.media_type, self.media_type.removeprefix("image/"))


def recognised(content: bytes) -> Picture | None:
    """The picture in `content` if it is a PNG, JPEG, GIF or WebP of a sensible size, otherwise None."""
    try:
        found = _png(content) or _gif(content) or _webp(content) or _jpeg(content)
    except (struct.error, IndexError):
        return None
    if found is None or not 0 < found.width * found.height <= MAX_PIXELS:
        return None
    return found


def _png(content: bytes) -> Picture | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return Picture("image/png", width, height)


def _gif(content: bytes) -> Picture | None:
    if not content.startswith((b"GIF87a", b"GIF89a")):
        return None
    width, height = struct.unpack("<HH", content[6:10])
    return Picture("image/gif", width, height)


def _webp(content: bytes) -> Picture | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
    elif kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", content[26:30]))
    else:
        return None
    return Picture("image/webp", width, height)


def _jpeg(content: bytes) -> Picture | None:
    """Walks the segments to the frame header (ITU-T T.81, annex B)."""
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Picture("image/jpeg", width, height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


__all__ = ["MAX_PIXELS", "Picture", "recognised"]
