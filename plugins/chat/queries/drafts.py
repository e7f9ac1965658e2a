"""What becomes of drafts."""

from sqlalchemy import bindparam, select

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from plugins.chat.models import Message
from plugins.chat.queries.rooms import RoomView

_sent = select(Message.id).where(
    Message.room_id == bindparam("room", type_=BIGINT),
    Message.sender_id == bindparam("sender", type_=BIGINT),
    Message.key == bindparam("sent_key"),
)


def is_sent(actor: Actor, room: RoomView, key: str) -> bool:
    """Whether the actor has sent something by this key."""
    return fetch(_sent, {"room": room.id, "sender": actor.person_id, "sent_key": key}).first() is not None


__all__ = ["is_sent"]
