"""Messages that somebody has bookmarked, in the rooms that are theirs today.

Whoever loses a room does not find its messages here; the bookmarks wait, and are back with the room.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from groupware import access
from groupware.access.objects import ACTOR_PERSON
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from plugins.chat.models import Bookmark, Message, Room
from plugins.chat.queries.belonging import is_shown, memberships, ways_into
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import IS_THERE
from plugins.chat.queries.titles import title_of

PAGE = 30


@dataclass(frozen=True, slots=True)
class Bookmarked:
    """A message that somebody has bookmarked, with what they noted."""

    uid: UUID
    seq: int
    room_uid: UUID
    room_title: str
    sender_name: str
    sender_unit: str
    said_at: datetime
    is_deleted: bool
    text: str
    webhook_id: int | None
    """By what a program said it."""
    note: str
    at: datetime


_ties = memberships().subquery("ties")
_mine = (
    select(
        Bookmark.id,
        Bookmark.note,
        Bookmark.at,
        Message.uid.label("message_uid"),
        Message.seq,
        Message.sender_name,
        Message.sender_unit,
        Message.created_at.label("said_at"),
        Message.deleted_at,
        Message.text,
        Message.webhook_id,
        Room.id.label("room_id"),
        Room.uid,
        Room.kind,
        Room.name,
        Room.direct_key,
        Room.shows_past,
        Room.created_at,
    )
    .join(Message, Message.id == Bookmark.message_id)
    .join(Room, Room.id == Message.room_id)
    .join(_ties, _ties.c.room_id == Room.id)
    .where(Bookmark.person_id == ACTOR_PERSON, Bookmark.id < bindparam("before", type_=BIGINT), IS_THERE)
    .order_by(Bookmark.id.desc())
    .limit(PAGE + 1)
)
_LAST = 2**63 - 1
_note = select(Bookmark.note).where(
    Bookmark.person_id == ACTOR_PERSON, Bookmark.message_id == bindparam("message", type_=BIGINT)
)


def bookmarks(actor: Actor, before: int | None = None) -> tuple[list[Bookmarked], int | None]:
    """Those of the actor, the newest first, and before which the list goes on, None at its end. One statement, two if a room hides its past."""
    rows = fetch(_mine, {**access.parameters(actor), "before": before or _LAST}).all()
    shown = rows[:PAGE]
    ways = ways_into(actor, {row.room_id for row in shown if not row.shows_past})
    lines = [
        _line(actor, row)
        for row in shown
        if row.shows_past or is_shown(ways[row.room_id], row.created_at, row.seq, row.said_at)
    ]
    return lines, shown[-1].id if len(rows) > PAGE else None


def note_on(actor: Actor, message: Line) -> str | None:
    """What the actor noted at a message that they have opened; None where they have not bookmarked it."""
    found: str | None = fetch(_note, {"actor_person": actor.person_id, "message": message.id}).scalar()
    return found


def _line(actor: Actor, row: Any) -> Bookmarked:
    return Bookmarked(
        uid=row.message_uid,
        seq=row.seq,
        room_uid=row.uid,
        room_title=title_of(actor, row),
        sender_name=row.sender_name,
        sender_unit=row.sender_unit,
        said_at=row.said_at,
        is_deleted=row.deleted_at is not None,
        text=row.text,
        webhook_id=row.webhook_id,
        note=row.note,
        at=row.at,
    )


__all__ = ["PAGE", "Bookmarked", "bookmarks", "note_on"]
