"""One message of a room that was opened, and the names by which pages ask for one."""

import uuid

from groupware.actor import Actor
from plugins.chat.queries import messages
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView, not_found


def one_at(actor: Actor, room: RoomView, seq: int) -> Line:
    """The message with this number. Raises NotFound for none, and for one that the actor may not see."""
    found = messages.page(actor, room, after=seq - 1, limit=1).messages
    if not found or found[0].seq != seq:
        raise not_found()
    return found[0]


def asked_uid(text: str) -> uuid.UUID | None:
    """What a form names; None where it names nothing that could be there."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
