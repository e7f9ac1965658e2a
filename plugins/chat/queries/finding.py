"""Messages for the search: what they are found by, in which rooms somebody finds them, and what is said of those found."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, select

from groupware import access, clock
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from groupware.plugin import Containers, SearchText
from plugins.chat.enums import ROOM
from plugins.chat.models import Enquiry, Member, Message, Room
from plugins.chat.permissions import READ
from plugins.chat.queries.belonging import each_membership, is_shown, is_shown_by, ways_into
from plugins.chat.queries.rooms import IS_THERE

_these = (
    among(Message.id, "messages"),
    Message.deleted_at.is_(None),
    Room.deleted_at.is_(None),
)
# Who answered in the name of a section is not what a search by person may tell, and what a program said was said by nobody.
_person = case(
    (Message.webhook_id.is_not(None), None),
    (Enquiry.asker_id.is_(None) | (Enquiry.asker_id == Message.sender_id), Message.sender_id),
    else_=None,
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


def search_texts(messages: Iterable[int]) -> list[SearchText]:
    """What those of the messages are found by that were not deleted."""
    return [
        SearchText(
            key=row.id,
            title="",
            text=row.text,
            at=row.created_at,
            unit_id=row.unit_id,
            person_id=row.person_id,
            container_id=row.room_id,
        )
        for row in fetch(_standing, {"messages": list(messages)})
    ]


_ways = (
    each_membership(Member.room_id, Room.shows_past, Room.created_at)
    .join(Room, Room.id == Member.room_id)
    .where(IS_THERE)
)


def rooms_of(actor: Actor) -> Containers:
    """The rooms of the actor. Of one that does not show its past, who came late finds the messages that were said since."""
    ways, partly = _ways_in(actor)
    if not partly:
        return Containers(list(ways))
    seen = is_shown_by([way for room in partly for way in ways[room]])
    return Containers(list(ways), partly, seen)


def whole_rooms_of(actor: Actor) -> list[int]:
    """The rooms of which the actor may read all."""
    ways, partly = _ways_in(actor)
    return sorted(ways.keys() - set(partly))


def _ways_in(actor: Actor) -> tuple[dict[int, list[Any]], list[int]]:
    """The ways into each room of the actor, and the rooms of which they do not see all."""
    ways: dict[int, list[Any]] = {}
    for way in fetch(_ways, access.parameters(actor)):
        ways.setdefault(way.room_id, []).append(way)
    return ways, [room for room, some in ways.items() if not any(_shows_all(way) for way in some)]


def _shows_all(way: Any) -> bool:
    is_early = way.from_seq == 0 and way.valid_from <= clock.local(way.created_at).date()
    return bool(way.shows_past or is_early)


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
        Room.shows_past,
        Room.created_at.label("opened_at"),
    )
    .join(Room, Room.id == Message.room_id)
    .where(*_these, access.visible(READ, Room))
)


def found(actor: Actor, messages: Sequence[int]) -> Sequence[Any]:
    """Those of the messages that the actor may read, with what names the room: one statement, two where a room hides its past."""
    parameters = access.parameters(actor, READ, ROOM)
    rows = fetch(_found, {**parameters, "messages": list(messages)}).all()
    ways = ways_into(actor, {row.room_id for row in rows if not row.shows_past})
    # Who reads a room by a grant, without belonging to it, came at no time.
    return [
        row
        for row in rows
        if not ways.get(row.room_id) or is_shown(ways[row.room_id], row.opened_at, row.seq, row.created_at)
    ]


__all__ = ["found", "rooms_of", "search_texts", "whole_rooms_of"]
