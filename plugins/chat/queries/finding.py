"""Messages for the search: what they are found by, in which rooms somebody finds them, and what is said of those found."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, case, select

from groupware import access, clock
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from plugins.chat.models import Enquiry, Member, Message, Room
from plugins.chat.queries.belonging import each_membership
from plugins.chat.queries.rooms import IS_THERE

_these = (
    Message.id.in_(bindparam("messages", type_=BIGINT, expanding=True)),
    Message.deleted_at.is_(None),
    Room.deleted_at.is_(None),
)
# Who answered in the name of a section is not what a search by person may tell.
_person = case(
    (Enquiry.asker_id.is_(None) | (Enquiry.asker_id == Message.sender_id), Message.sender_id), else_=None
)
_standing = (
    select(
        Message.id,
        Message.text,
        Message.created_at,
        _person.label("person_id"),
        Message.room_id,
        Room.unit_id,
    )
    .join(Room, Room.id == Message.room_id)
    .outerjoin(Enquiry, Enquiry.room_id == Room.id)
    .where(*_these)
)


def standing(messages: Sequence[int]) -> Sequence[Any]:
    """Those of the messages that were not deleted, with their words."""
    return fetch(_standing, {"messages": list(messages)}).all()


_rooms = (
    each_membership(Room.id, Room.shows_past, Room.created_at)
    .join(Room, Room.id == Member.room_id)
    .where(IS_THERE)
)


def rooms_of(actor: Actor) -> list[int]:
    """The rooms of which the actor may read all.

    Who came late into a room that does not show its past finds nothing of it: a word found would tell what was said before.
    """
    rows = fetch(_rooms, access.parameters(actor))
    return list(
        {
            row.id
            for row in rows
            if row.shows_past or (row.from_seq == 0 and row.valid_from <= clock.local(row.created_at).date())
        }
    )


_found = (
    select(
        Message.id,
        Message.seq,
        Message.text,
        Message.created_at,
        Message.sender_name,
        Message.sender_unit,
        Message.room_id,
        Room.uid,
        Room.name,
        Room.kind,
        Room.direct_key,
    )
    .join(Room, Room.id == Message.room_id)
    .where(*_these, IS_THERE)
)


def found(actor: Actor, messages: Sequence[int]) -> Sequence[Any]:
    """Those of the messages that stand in rooms of which the actor may read all, with what names the room."""
    may_read = set(rooms_of(actor))
    rows = fetch(_found, {**access.parameters(actor), "messages": list(messages)})
    return [row for row in rows if row.room_id in may_read]


__all__ = ["found", "rooms_of", "standing"]
