"""What is unread for somebody, across all their rooms."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import case, func, select

from groupware import access
from groupware.access.objects import ACTOR_PERSON
from groupware.actor import Actor
from groupware.db import fetch
from plugins.chat.enums import RoomKind, Telling
from plugins.chat.models import Message, Place, Room
from plugins.chat.queries.belonging import is_shown, memberships, ways_into
from plugins.chat.queries.rooms import IS_THERE
from plugins.chat.queries.titles import title_of
from plugins.chat.queries.words import FILES_SHOWN, in_words

ROOMS = 50
"""Rooms of one page; those with the newest messages first."""
FIRST = 5
"""Messages of a room that the page shows: those with which reading would begin."""
EXCERPT = 300


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """One of the first unread messages of a room."""

    seq: int
    sender_name: str
    sender_unit: str
    created_at: datetime
    is_deleted: bool
    text: str
    webhook_id: int | None
    """By what a program said it."""


@dataclass(frozen=True, slots=True)
class UnreadRoom:
    """A room with something unread. `seq` is the number of its newest message."""

    uid: uuid.UUID
    kind: RoomKind
    title: str
    is_muted: bool
    seq: int
    unread: int
    lines: list[UnreadLine]

    @property
    def further(self) -> int:
        """How many more are unread."""
        return max(0, self.unread - len(self.lines))


_ties = memberships().subquery("ties_of_unread")
_left_off = func.coalesce(Place.left_off_seq, 0)
_since = case((_left_off > _ties.c.from_seq, _left_off), else_=_ties.c.from_seq)
_rooms = (
    select(
        Room.id,
        Room.uid,
        Room.kind,
        Room.name,
        Room.direct_key,
        Room.shows_past,
        Room.last_seq,
        Room.last_at,
        Room.created_at.label("opened_at"),
        _since.label("since"),
        func.coalesce(Place.telling, Telling.MENTIONS.value).label("telling"),
    )
    .select_from(_ties)
    .join(Room, Room.id == _ties.c.room_id)
    .outerjoin(Place, (Place.person_id == ACTOR_PERSON) & (Place.room_id == Room.id))
    .where(IS_THERE, Room.archived_at.is_(None), Room.last_seq > _since)
    .order_by(Room.last_at.desc(), Room.id.desc())
    .limit(ROOMS + 1)
    .subquery("unread_rooms")
)
_lines = (
    select(
        _rooms,
        Message.seq,
        Message.sender_name,
        Message.sender_unit,
        Message.created_at,
        Message.deleted_at,
        Message.webhook_id,
        func.substr(Message.text, 1, EXCERPT).label("text"),
        FILES_SHOWN.label("file_count"),
    )
    .join(
        Message,
        (Message.room_id == _rooms.c.id)
        & (Message.seq > _rooms.c.since)
        & (Message.seq <= _rooms.c.since + FIRST),
    )
    .order_by(_rooms.c.last_at.desc(), _rooms.c.id.desc(), Message.seq)
)


def unread(actor: Actor) -> tuple[list[UnreadRoom], bool]:
    """The rooms of the actor with something unread and how each begins; and whether there are more rooms.

    One statement, two if some of them hide their past.
    """
    rows = fetch(_lines, access.parameters(actor)).all()
    ways = ways_into(actor, {row.id for row in rows if not row.shows_past})
    rooms = [
        _room(actor, list(group), ways.get(room, ())) for room, group in groupby(rows, lambda row: row.id)
    ]
    return rooms[:ROOMS], len(rooms) > ROOMS


def _room(actor: Actor, rows: list[Any], ways: Sequence[Any]) -> UnreadRoom:
    first = rows[0]
    return UnreadRoom(
        uid=first.uid,
        kind=RoomKind(first.kind),
        title=title_of(actor, first),
        is_muted=first.telling == Telling.NONE,
        seq=first.last_seq,
        unread=first.last_seq - first.since,
        lines=[
            UnreadLine(
                seq=row.seq,
                sender_name=row.sender_name,
                sender_unit=row.sender_unit,
                created_at=row.created_at,
                is_deleted=row.deleted_at is not None,
                text=in_words(row.text, row.file_count),
                webhook_id=row.webhook_id,
            )
            for row in rows
            if row.shows_past or is_shown(ways, row.opened_at, row.seq, row.created_at)
        ],
    )


__all__ = ["FIRST", "UnreadLine", "UnreadRoom", "unread"]
