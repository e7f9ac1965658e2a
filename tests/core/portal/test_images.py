"""What counts as a picture."""

import struct
import zlib

import pytest

from groupware.portal.images import MAX_PIXELS, recognised


def png(width=2, height=1):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 7))
        + chunk(b"IEND", b"")
    )


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    + b"\0" * 9
    + b"\xff\xc2\x00\x11\x08"
    + struct.pack(">HH", 30, 40)
    + b"\0" * 10
)
GIF = b"GIF89a" + struct.pack("<HH", 5, 6) + b"\0\0\0;"
WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 7, 8)
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (6 | 7 << 14).to_bytes(4, "little")
WEBP_EXTENDED = (
    b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + (6).to_bytes(3, "little") + (7).to_bytes(3, "little")
)


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (png(), "image/png", (2, 1)),
        (JPEG, "image/jpeg", (40, 30)),
        (GIF, "image/gif", (5, 6)),
        (WEBP_LOSSY, "image/webp", (7, 8)),
        (WEBP_LOSSLESS, "image/webp", (7, 8)),
        (WEBP_EXTENDED, "image/webp", (7, 8)),
    ],
)
def test_picture_is_recognised_by_content(content, media_type, size):
    found = recognised(content)
    assert (found.media_type, found.width, found.height) == (media_type, *size)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"GIF89a",
        b"GIF89a\0\0\0\0",
        b"\xff\xd8\xff\xe0\x00\x10",
        b"\xff\xd8\xff\xd9",
        b"RIFF\0\0\0\0WEBPXXXX" + b"\0" * 30,
        b"BM" + b"\0" * 60,
        png()[:20],
    ],
)
def test_anything_else_is_no_picture(content):
    assert recognised(content) is None


def test_picture_that_unfolds_to_gigabytes_is_refused():
    assert recognised(png(MAX_PIXELS, 2)) is None
    assert recognised(png(0, 10)) is None
