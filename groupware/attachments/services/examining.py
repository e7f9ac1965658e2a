"""Examining a content after it has come: by the virus scanner, if there is one. Until it has answered nobody gets the file."""

from sqlalchemy import select

from groupware import audit, jobs
from groupware.actor import Actor
from groupware.attachments import clamd, hooks, queries
from groupware.attachments.enums import ContentState
from groupware.attachments.models import StoredFile
from groupware.attachments.storage import opened, scanner
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
        hooks.tell_ready(actor, stored)


def examine(actor: Actor, stored_id: int) -> None:
    """Have the scanner look at a content, and let it go or keep it back. Raises Unreachable: the job is tried again."""
    stored = session.get(StoredFile, stored_id)
    if stored is None or stored.state != ContentState.WAITING:
        return
    address = scanner()
    finding = ""
    if address:
        with opened(stored) as content:
            finding = clamd.scan(address, content)
    stored = session.scalars(
        select(StoredFile).where(StoredFile.id == stored_id).with_for_update()
    ).one_or_none()
    if stored is None:
        return
    stored.state = (ContentState.REFUSED if finding else ContentState.READY).value
    stored.finding = finding
    if not finding:
        hooks.tell_ready(actor, stored)
        return
    for file in queries.files_with(stored.id):
        audit.record(
            actor,
            "attachment.refused",
            object_type=file.owner_type or "core.attachment",
            object_id=file.owner_id if file.owner_type else file.id,
            details={"attachment": file.id, "content": stored.id, "finding": finding},
        )


__all__ = ["EXAMINE", "arrived", "examine", "first_state"]
