"""The rooms of somebody, as a list, and in how many of them something is unread."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select

from groupware import access
from groupware.access.objects import ACTOR_PERSON
from groupware.actor import Actor
from groupware.db import fetch
from plugins.chat.enums import Role, RoomKind, Telling
from plugins.chat.models import Message, Place, Room
from plugins.chat.queries.belonging import is_shown, memberships, ways_into
from plugins.chat.queries.rooms import IS_THERE
from plugins.chat.queries.titles import title_of
from plugins.chat.queries.words import FILES_SHOWN, in_words

MOST = 1000
"""Rooms in one list."""
EXCERPT = 80
"""Characters of the last message that a list shows."""
BADGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in the list of somebody's own."""

    id: int
    uid: uuid.UUID
    kind: RoomKind
    title: str
    unit_id: int | None
    is_open: bool
    is_archived: bool
    role: Role
    unread: int
    is_favourite: bool
    telling: Telling
    has_draft: bool
    at: datetime
    """Its place in the list: when something was last said in it, or else when it was opened."""
    last_at: datetime | None
    last_sender: str
    last_text: str
    """The beginning of the last message, or that it is files; empty where there is none, it was deleted, or they may not see it."""

    @property
    def is_muted(self) -> bool:
        """Whether they are told nothing of it."""
        return self.telling is Telling.NONE


_ties = memberships().subquery("ties")
_left_off = func.coalesce(Place.left_off_seq, 0)
_since = case((_left_off > _ties.c.from_seq, _left_off), else_=_ties.c.from_seq)
_unread = case((Room.last_seq > _since, Room.last_seq - _since), else_=0)
_own_place = (Place.person_id == ACTOR_PERSON) & (Place.room_id == Room.id)
_mine = (
    select(
        Room.id,
        Room.uid,
        Room.kind,
        Room.name,
        Room.unit_id,
        Room.is_open,
        Room.shows_past,
        Room.archived_at,
        Room.direct_key,
        Room.last_at,
        Room.created_at,
        Room.last_seq,
        _ties.c.role,
        _ties.c.from_seq,
        _unread.label("unread"),
        func.coalesce(Place.is_favourite, False).label("is_favourite"),
        func.coalesce(Place.telling, Telling.MENTIONS.value).label("telling"),
        (func.coalesce(Place.draft_key, "") != "").label("has_draft"),
        Message.sender_name,
        func.substr(Message.text, 1, EXCERPT).label("excerpt"),
        FILES_SHOWN.label("file_count"),
    )
    .select_from(_ties)
    .join(Room, Room.id == _ties.c.room_id)
    .outerjoin(Place, _own_place)
    .outerjoin(Message, (Message.room_id == Room.id) & (Message.seq == Room.last_seq))
    .where(IS_THERE, (Room.archived_at.is_not(None)) == bindparam("is_archived"))
    .order_by(func.coalesce(Room.last_at, Room.created_at).desc(), Room.id.desc())
    .limit(MOST)
)
_unread_rooms = select(func.count()).select_from(
    select(Room.id)
    .select_from(_ties)
    .join(Room, Room.id == _ties.c.room_id)
    .outerjoin(Place, _own_place)
    .where(
        IS_THERE,
        Room.archived_at.is_(None),
        Room.last_seq > _since,
        func.coalesce(Place.telling, "") != Telling.NONE.value,
    )
    .limit(BADGE_LIMIT)
    .subquery()
)


def mine(actor: Actor, *, is_archived: bool = False) -> list[RoomLine]:
    """The rooms of the actor, the one with the newest message first: one statement, two if some of them hide their past."""
    rows = fetch(_mine, {**access.parameters(actor), "is_archived": is_archived}).all()
    ways = ways_into(actor, {row.id for row in rows if not row.shows_past and row.last_at is not None})
    return [_line(actor, row, ways.get(row.id, ())) for row in rows]


def unread_rooms(actor: Actor) -> int:
    """In how many rooms that are not muted something is unread, up to BADGE_LIMIT."""
    return fetch(_unread_rooms, access.parameters(actor)).scalar() or 0


def _line(actor: Actor, row: Any, ways: Sequence[Any]) -> RoomLine:
    is_seen = row.shows_past or is_shown(ways, row.created_at, row.last_seq, row.last_at)
    return RoomLine(
        id=row.id,
        uid=row.uid,
        kind=RoomKind(row.kind),
        title=title_of(actor, row),
        unit_id=row.unit_id,
        is_open=row.is_open,
        is_archived=row.archived_at is not None,
        role=Role(row.role),
        unread=row.unread,
        is_favourite=row.is_favourite,
        telling=Telling(row.telling),
        has_draft=row.has_draft,
        at=row.last_at or row.created_at,
        last_at=row.last_at,
        last_sender=(row.sender_name or "") if is_seen else "",
        last_text=" ".join(in_words(row.excerpt or "", row.file_count or 0).split()) if is_seen else "",
    )


__all__ = ["BADGE_LIMIT", "RoomLine", "mine", "unread_rooms"]
