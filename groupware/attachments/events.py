"""Durable events of attachments. `attachments.<id of the attachment>` is the topic of what is found in a file."""

from groupware.plugin import EventKind

FOUND = "attachments.number_found"
RELEASED = "attachments.number_released"

EVENTS = (
    EventKind(id=FOUND, fields=("attachment_id",)),
    EventKind(id=RELEASED, fields=("attachment_id",)),
)


def topic(attachment_id: int) -> str:
    """Where it is told what was found in a file."""
    return f"attachments.{attachment_id}"
