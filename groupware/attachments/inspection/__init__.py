"""What a file is, told by its content and never by its name or by what a browser says."""

from typing import BinaryIO

import puremagic

HEAD = 8192


def media_type_of(content: BinaryIO, name: str) -> str:
    """The media type of a content; `application/octet-stream` for what nobody knows."""
    content.seek(0)
    head = content.read(HEAD)
    try:
        return puremagic.from_string(head, mime=True, filename=name) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"


__all__ = ["media_type_of"]
