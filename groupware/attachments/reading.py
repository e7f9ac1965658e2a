"""The beginning of a text file as text, whatever encoding it came in."""

from groupware.attachments.inspection import encoding_of
from groupware.attachments.queries import File
from groupware.attachments.storage import Vault

SHOWN = 64 * 1024
"""Bytes that are looked at: enough to see whether it is the right file."""


def beginning(store: Vault, file: File) -> str | None:
    """The first lines, or None if it is no text after all."""
    with store.open(file.address, file.digest) as content:
        head = content.read(SHOWN)
    encoding = encoding_of(head)
    if encoding is None:
        return None
    # A character that was cut at the end is left out.
    return head.decode(encoding, "ignore").replace("\r\n", "\n").replace("\x1a", "")


__all__ = ["SHOWN", "beginning"]
