"""What becomes of drafts."""

from sqlalchemy import bindparam, select

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from plugins.chat.models import Message, Scheduled
from plugins.chat.queries.rooms import RoomView

_sent = select(Message.id).where(
    Message.room_id == bindparam("room", type_=BIGINT),
    Message.sender_id == bindparam("sender", type_=BIGINT),
    Message.key == bindparam("sent_key"),
)
_scheduled = select(Scheduled.id).where(
    Scheduled.room_id == bindparam("room", type_=BIGINT),
    Scheduled.sender_id == bindparam("sender", type_=BIGINT),
    Scheduled.key == bindparam("sent_key"),
)


def is_sent(actor: Actor, room: RoomView, key: str) -> bool:
    """Whether the actor has sent something by this key."""
    return fetch(_sent, {"room": room.id, "sender": actor.person_id, "sent_key": key}).first() is not None


def is_taken(actor: Actor, room: RoomView, key: str) -> bool:
    """Whether the actor has sent something by this key, or is to send it at its time."""
    keys = {"room": room.id, "sender": actor.person_id, "sent_key": key}
    return is_sent(actor, room, key) or fetch(_scheduled, keys).first() is not None


__all__ = ["is_sent", "is_taken"]
