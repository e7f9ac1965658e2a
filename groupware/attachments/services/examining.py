"""Examining a content after it has come: by the virus scanner, if there is one. Until it has answered nobody gets the file."""

from sqlalchemy import select

from groupware import audit, jobs
from groupware.actor import Actor
from groupware.attachments import hooks, queries
from groupware.attachments.enums import ContentState
from groupware.attachments.models import StoredFile
from groupware.attachments.services import picturing
from groupware.attachments.storage import scanner
from groupware.db import session

EXAMINE = "attachments.examine"


def first_state() -> ContentState:
    """What a new content is: free at once where no scanner is configured."""
    return ContentState.WAITING if scanner() else ContentState.READY


def arrived(actor: Actor, stored: StoredFile) -> None:
    """Have a new content examined, or say at once that it is ready."""
    if stored.state == ContentState.WAITING:
        jobs.enqueue(actor, EXAMINE, {"stored_id": stored.id}, key=f"examine-{stored.id}")
    else:
        _let_go(actor, stored)


def _let_go(actor: Actor, stored: StoredFile) -> None:
    picturing.arrived(actor, stored)
    hooks.tell_ready(actor, stored)


def waiting(stored_id: int) -> StoredFile | None:
    """The content, if it still has to be examined."""
    stored = session.get(StoredFile, stored_id)
    return stored if stored is not None and stored.state == ContentState.WAITING else None


def conclude(actor: Actor, stored_id: int, finding: str) -> None:
    """Let a content go, or keep it back because of what was found in it."""
    stored = session.scalars(
        select(StoredFile).where(StoredFile.id == stored_id).with_for_update()
    ).one_or_none()
    if stored is None:
        return
    stored.state = (ContentState.REFUSED if finding else ContentState.READY).value
    stored.finding = finding
    if not finding:
        _let_go(actor, stored)
        return
    for file in queries.files_with(stored.id):
        audit.record(
            actor,
            "attachment.refused",
            object_type=file.owner_type or "core.attachment",
            object_id=file.owner_id if file.owner_type else file.id,
            details={"attachment": file.id, "content": stored.id, "finding": finding},
        )


__all__ = ["EXAMINE", "arrived", "conclude", "first_state", "waiting"]
