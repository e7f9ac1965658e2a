"""What is pinned in a room that was opened: nothing that was said before somebody came into a room that hides its past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from plugins.chat.models import Message, Pin
from plugins.chat.queries.rooms import RoomView

EXCERPT = 160
"""Characters of the newest pinned message that stand below the name of the room."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A message that is pinned, and by whom. `is_mine`: by whoever looks."""

    uid: UUID
    seq: int
    sender_name: str
    sender_unit: str
    said_at: datetime
    text: str
    by: str
    at: datetime
    is_mine: bool
    webhook_id: int | None
    """By what a program said it."""


@dataclass(frozen=True, slots=True)
class NewestPin:
    """What was pinned last, and how many messages are."""

    seq: int
    sender_name: str
    text: str
    number: int


_here = (
    Pin.room_id == bindparam("room", type_=BIGINT),
    Message.seq > bindparam("floor", type_=BIGINT),
)
_pinned = (
    select(
        Message.uid,
        Message.seq,
        Message.sender_name,
        Message.sender_unit,
        Message.created_at,
        Message.text,
        Message.webhook_id,
        Pin.person_name,
        Pin.person_id,
        Pin.at,
    )
    .select_from(Pin)
    .join(Message, Message.id == Pin.message_id)
    .where(*_here)
    .order_by(Pin.at.desc(), Pin.message_id.desc())
)
_newest = (
    select(
        Message.seq,
        Message.sender_name,
        func.substr(Message.text, 1, EXCERPT).label("text"),
        func.count().over().label("number"),
    )
    .select_from(Pin)
    .join(Message, Message.id == Pin.message_id)
    .where(*_here)
    .order_by(Pin.at.desc(), Pin.message_id.desc())
    .limit(1)
)


def pinned(actor: Actor, room: RoomView) -> Sequence[Pinned]:
    """All that is pinned, the newest pin first."""
    return [
        Pinned(
            uid=row.uid,
            seq=row.seq,
            # As it was signed: at the desk of a section that is the section.
            sender_name=row.sender_name,
            sender_unit=row.sender_unit,
            said_at=row.created_at,
            text=row.text,
            by=row.person_name,
            at=row.at,
            is_mine=row.person_id == actor.person_id,
            webhook_id=row.webhook_id,
        )
        for row in fetch(_pinned, {"room": room.id, "floor": room.floor})
    ]


def newest(room: RoomView) -> NewestPin | None:
    """What was pinned last; None for a room in which nothing is."""
    row = fetch(_newest, {"room": room.id, "floor": room.floor}).first()
    return NewestPin(row.seq, row.sender_name, row.text, row.number) if row else None


__all__ = ["NewestPin", "Pinned", "newest", "pinned"]
