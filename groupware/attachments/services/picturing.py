"""Pictures of contents: which have some, and under which name they lie. Drawing them is the work of a job."""

import hashlib

from groupware import jobs
from groupware.actor import Actor
from groupware.attachments import hooks
from groupware.attachments.inspection.kinds import PDF, PICTURES
from groupware.attachments.models import StoredFile
from groupware.attachments.storage import previews
from groupware.db import session

PICTURE = "attachments.picture"


def arrived(actor: Actor, stored: StoredFile) -> None:
    """Have a content drawn that is ready and can be."""
    if stored.media_type in PICTURES or stored.media_type == PDF.media_type:
        jobs.enqueue(actor, PICTURE, {"stored_id": stored.id}, key=f"picture-{stored.id}")


def conclude(actor: Actor, stored_id: int, *, pages: int) -> None:
    """Note how many pages were drawn; with none there is no small picture either."""
    stored = session.get(StoredFile, stored_id, with_for_update=True)
    if stored is None:
        return
    stored.pages = pages
    session.flush()
    if pages:
        hooks.tell_drawn(actor, stored)


def name_of(digest: str, number: int) -> str:
    """The name of a picture of a content, as the digest that storage asks for: 0 is the small one, then the pages."""
    return hashlib.sha256(f"{digest}/{number}".encode()).hexdigest()


def erase(stored: StoredFile) -> None:
    """Let go of the pictures of a content."""
    for number in range(stored.pages + 1 if stored.pages else 0):
        for address in previews().possible(name_of(stored.digest, number)):
            previews().backend.remove(address)


__all__ = ["PICTURE", "arrived", "conclude", "erase", "name_of"]
