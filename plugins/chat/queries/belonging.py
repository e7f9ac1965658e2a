"""How somebody belongs to rooms, and what of a room that hides its past that lets them see.

Whoever comes into such a room by several ways sees a message if one of the ways lets them: they were in it when the message was
said. The earliest day of one way and the smallest number of another would show what neither does.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Text, exists, func, literal, select

from groupware import access, clock
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch, holds_on, session
from groupware.given import table_of
from plugins.chat.models import Member, Message

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was said here."""
_IS_MINE = (
    PersonPrincipal.person_id == ACTOR_PERSON,
    holds_on(PersonPrincipal, ACTOR_TODAY),
    Member.ended_at.is_(None),
)


def memberships() -> Any:
    """A select of the rooms of the actor: `room_id`, the strongest `role` and the smallest `from_seq`."""
    return (
        select(
            Member.room_id, func.max(Member.role).label("role"), func.min(Member.from_seq).label("from_seq")
        )
        .join(PersonPrincipal, PersonPrincipal.principal_id == Member.principal_id)
        .where(*_IS_MINE)
        .group_by(Member.room_id)
    )


def each_membership(*columns: Any) -> Any:
    """A select of these columns for every membership of the actor, one row for each way in which they belong to a room."""
    return (
        select(*columns, Member.from_seq, PersonPrincipal.valid_from)
        .join(PersonPrincipal, PersonPrincipal.principal_id == Member.principal_id)
        .where(*_IS_MINE)
    )


_ways = each_membership(Member.room_id).where(among(Member.room_id, "rooms"))


def ways_into(actor: Actor, rooms: Collection[int]) -> Mapping[int, Sequence[Any]]:
    """The ways in which the actor belongs to rooms, by room. One statement, none for no rooms."""
    ways: dict[int, list[Any]] = {room: [] for room in rooms}
    if ways:
        for way in fetch(_ways, {**access.parameters(actor), "rooms": sorted(ways)}):
            ways[way.room_id].append(way)
    return ways


def is_shown(ways: Sequence[Any], opened_at: datetime, seq: int, said_at: datetime) -> bool:
    """Whether by one of the ways somebody belonged to a room, which was opened then, when a message of it was said."""
    opened = clock.local(opened_at).date()
    return any(
        seq > way.from_seq and (way.valid_from <= opened or said_at >= clock.midnight(way.valid_from))
        for way in ways
    )


_came = each_membership(Member.room_id, Member.added_at).where(among(Member.room_id, "rooms"))


def seen_since_among(actor: Actor, rooms: Mapping[int, datetime]) -> dict[int, datetime]:
    """Room → from when on the actor sees what has no number in it, for rooms that hide their past, given with when they were opened.

    It is the moment at which they came by the earliest of their ways; one statement. A number would not tell: between the last
    message and who comes after it others have written.
    """
    # Who was taken out between two statements has no way left, and sees nothing.
    found = dict.fromkeys(rooms, actor.now)
    if found:
        for way in fetch(_came, {**access.parameters(actor), "rooms": sorted(found)}):
            opened = clock.local(rooms[way.room_id]).date()
            came = way.added_at
            if way.valid_from > opened:
                came = max(came, clock.midnight(way.valid_from))
            found[way.room_id] = min(found[way.room_id], came)
    return found


def seen_since(actor: Actor, room: Any) -> datetime:
    """The same for a room that they have opened."""
    if room.shows_past or room.role is None:
        return EVER
    return seen_since_among(actor, {room.id: room.created_at})[room.id]


_COLUMNS = (("room", BIGINT), ("from_seq", BIGINT), ("since", DateTime(timezone=True)))


def is_shown_by(ways: Sequence[Any]) -> ColumnElement[bool]:
    """Criterion over messages, the same as `is_shown`. The ways are rows of `each_membership` with `room_id` and `created_at` of the room."""
    # Instants as the database writes them: with their zone, or, where it keeps none, as UTC without.
    is_zoned = session().get_bind().dialect.name == "postgresql"
    rows = [
        {
            "room": way.room_id,
            "from_seq": way.from_seq,
            "since": f"{_since(way).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}{'+00:00' if is_zoned else ''}",
        }
        for way in ways
    ]
    given = table_of(_COLUMNS, literal(json.dumps(rows), Text()), "ways")
    return exists().where(
        given.c.room == Message.room_id,
        Message.seq > given.c.from_seq,
        Message.created_at >= given.c.since,
    )


def _since(way: Any) -> datetime:
    is_from_the_beginning = way.valid_from <= clock.local(way.created_at).date()
    return EVER if is_from_the_beginning else clock.midnight(way.valid_from)


__all__ = [
    "EVER",
    "each_membership",
    "is_shown",
    "is_shown_by",
    "memberships",
    "seen_since",
    "seen_since_among",
    "ways_into",
]
