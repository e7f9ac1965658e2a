"""Rooms and messages to which a link was written elsewhere, as far as somebody may see them. Three statements at most, however many."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Uuid, bindparam, func, select, tuple_

from groupware import access
from groupware.actor import Actor
from groupware.db import fetch
from plugins.chat.models import Message, Room
from plugins.chat.queries.belonging import is_shown, memberships, ways_into
from plugins.chat.queries.rooms import IS_THERE

EXCERPT = 160

_ties = memberships().subquery("ties")
_rooms = (
    select(
        Room.id,
        Room.uid,
        Room.kind,
        Room.name,
        Room.purpose,
        Room.direct_key,
        Room.shows_past,
        Room.created_at,
    )
    .join(_ties, _ties.c.room_id == Room.id)
    .where(Room.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)), IS_THERE)
)
_messages = select(
    Message.room_id,
    Message.seq,
    Message.sender_name,
    Message.created_at,
    func.substr(Message.text, 1, EXCERPT).label("text"),
).where(
    tuple_(Message.room_id, Message.seq).in_(bindparam("places", expanding=True)),
    Message.deleted_at.is_(None),
)


def linked_rooms(actor: Actor, uids: Collection[uuid.UUID]) -> Sequence[Any]:
    """Those of the rooms to which the actor belongs."""
    return fetch(_rooms, {**access.parameters(actor), "uids": sorted(uids)}).all()


def linked_messages(actor: Actor, places: Sequence[tuple[Any, int]]) -> Mapping[tuple[int, int], Any]:
    """(id of the room, number) → the message, for rooms of `linked_rooms` and numbers in them; what the actor may not see is absent."""
    if not places:
        return {}
    rooms = {room.id: room for room, _ in places}
    rows = fetch(_messages, {"places": sorted({(room.id, seq) for room, seq in places})}).all()
    ways = ways_into(actor, {room.id for room in rooms.values() if not room.shows_past})
    return {
        (row.room_id, row.seq): row
        for row in rows
        if (room := rooms[row.room_id]).shows_past
        or is_shown(ways[room.id], room.created_at, row.seq, row.created_at)
    }


__all__ = ["linked_messages", "linked_rooms"]
