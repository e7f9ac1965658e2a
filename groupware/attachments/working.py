"""Jobs of attachments. Each opens short units of its own around what takes long: scanning, drawing, looking through the storage."""

import tempfile
from pathlib import Path

from groupware.actor import Actor
from groupware.attachments import clamd, rendering
from groupware.attachments.models import StoredFile
from groupware.attachments.services import examining, picturing, sweeping
from groupware.attachments.storage import as_path, opened, previews, scanner, vault
from groupware.db import session, unit


def examine(actor: Actor, stored_id: int) -> None:
    """Have the scanner look at a content, and let it go or keep it back. Raises Unreachable: the job is tried again."""
    with unit("read"):
        stored = examining.waiting(stored_id)
    if stored is None:
        return
    finding = ""
    if scanner():
        with opened(stored) as content:
            finding = clamd.scan(scanner(), content)
    with unit("write"):
        examining.conclude(actor, stored_id, finding)


def picture(actor: Actor, stored_id: int) -> None:
    """Draw a content for lists and for looking at it. One that cannot be drawn has no picture, which is no failure."""
    with unit("read"):
        stored = session.get(StoredFile, stored_id)
    if stored is None:
        return
    with tempfile.TemporaryDirectory() as folder, as_path(stored) as path:
        drawn = rendering.draw(stored.media_type, path, Path(folder))
        if drawn.thumbnail is not None:
            previews().store(drawn.thumbnail.read_bytes(), picturing.name_of(stored.digest, 0))
        for number, page in enumerate(drawn.pages, 1):
            previews().store(page.read_bytes(), picturing.name_of(stored.digest, number))
    with unit("write"):
        picturing.conclude(actor, stored_id, pages=len(drawn.pages))


def sweep(actor: Actor) -> None:
    """Erase what nobody needs any more."""
    with unit("write"):
        sweeping.sweep(actor)
    before = (actor.now - sweeping.STRAY).timestamp()
    old = [address for address, written in vault().backend.addresses() if written < before]
    for start in range(0, len(old), sweeping.CHUNK):
        some = old[start : start + sweeping.CHUNK]
        with unit("read"):
            strays = sweeping.strays(some)
        for address in strays:
            vault().backend.remove(address)
    parts = [part for part, written in vault().uploads() if written < before]
    with unit("read"):
        left = sweeping.left_over(parts)
    for part in left:
        vault().discard(part)


__all__ = ["examine", "picture", "sweep"]
