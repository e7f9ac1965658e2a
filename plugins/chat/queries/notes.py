"""Notes of a room: the list by their days, one of them with its history, and what the search and requests for disclosure ask."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, func, or_, select

from groupware import access
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, UTCDateTime, fetch
from plugins.chat.models import Note, NoteRevision, NoteTemplate, Room
from plugins.chat.queries.belonging import seen_since
from plugins.chat.queries.finding import whole_rooms_of
from plugins.chat.queries.rooms import IS_THERE, RoomView, not_found

PAGE = 30
EXCERPT = 120
"""Characters of a note that the list shows."""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in the list of its room."""

    id: int
    uid: uuid.UUID
    day: date
    title: str
    excerpt: str
    written_at: datetime
    written_by_name: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as somebody opened it."""

    id: int
    uid: uuid.UUID
    day: date
    title: str
    text: str
    version: int
    written_at: datetime
    written_by_name: str
    is_mine: bool
    """Whether whoever looks began it."""


_ROOM = bindparam("room", type_=BIGINT)
_SINCE = bindparam("seen_since", type_=UTCDateTime())
_shown = (Note.room_id == _ROOM, Note.deleted_at.is_(None), Note.created_at >= _SINCE)
_list = (
    select(
        Note.id,
        Note.uid,
        Note.day,
        Note.title,
        func.substr(Note.text, 1, EXCERPT).label("excerpt"),
        Note.written_at,
        Note.written_by_name,
    )
    .where(*_shown)
    .order_by(Note.day.desc(), Note.id.desc())
    .limit(PAGE + 1)
)
_later = _list.where(
    or_(
        Note.day < bindparam("day"),
        and_(Note.day == bindparam("day"), Note.id < bindparam("note", type_=BIGINT)),
    )
)
_one = select(
    Note.id,
    Note.uid,
    Note.day,
    Note.title,
    Note.text,
    Note.version,
    Note.written_at,
    Note.written_by_name,
    Note.created_by,
).where(*_shown, Note.uid == bindparam("uid", type_=Uuid()))
_earlier = (
    select(
        NoteRevision.day,
        NoteRevision.title,
        NoteRevision.text,
        NoteRevision.written_at,
        NoteRevision.written_by_name,
    )
    .where(NoteRevision.note_id == bindparam("note", type_=BIGINT))
    .order_by(NoteRevision.id.desc())
)
_template = select(NoteTemplate.title, NoteTemplate.text).where(NoteTemplate.room_id == _ROOM)


def notes(
    actor: Actor, room: RoomView, after: tuple[date, int] | None = None
) -> tuple[list[NoteLine], tuple[date, int] | None]:
    """Notes of a room that was opened, the newest day first; and after which place the list goes on, None at its end."""
    values: dict[str, Any] = {"room": room.id, "seen_since": seen_since(actor, room)}
    if after is None:
        rows = fetch(_list, values).all()
    else:
        rows = fetch(_later, {**values, "day": after[0], "note": after[1]}).all()
    lines = [
        NoteLine(
            row.id,
            row.uid,
            row.day,
            row.title,
            " ".join(row.excerpt.split()),
            row.written_at,
            row.written_by_name,
        )
        for row in rows[:PAGE]
    ]
    return lines, (lines[-1].day, lines[-1].id) if len(rows) > PAGE else None


def one(actor: Actor, room: RoomView, uid: uuid.UUID) -> NoteView:
    """A note of a room that was opened. Raises NotFound."""
    row = fetch(_one, {"room": room.id, "seen_since": seen_since(actor, room), "uid": uid}).first()
    if row is None or not room.has_notes:
        raise not_found()
    return NoteView(
        row.id,
        row.uid,
        row.day,
        row.title,
        row.text,
        row.version,
        row.written_at,
        row.written_by_name,
        row.created_by == actor.person_id,
    )


def earlier(note: NoteView) -> Sequence[Any]:
    """What a note that was opened said before, the latest wording first: when and by whom it was written."""
    return fetch(_earlier, {"note": note.id}).all()


def template(room: RoomView) -> Any:
    """`title` and `text` that new notes of a room begin with; None where nobody has written any."""
    return fetch(_template, {"room": room.id}).first()


_standing = (
    select(
        Note.id,
        Note.day,
        Note.title,
        Note.text,
        Note.written_at,
        Note.written_by,
        Note.written_by_name,
        Note.room_id,
        Room.unit_id,
        Note.uid.label("note_uid"),
        Room.uid,
        Room.kind,
        Room.name,
        Room.direct_key,
    )
    .join(Room, Room.id == Note.room_id)
    .where(among(Note.id, "notes"), Note.deleted_at.is_(None))
)
_there = _standing.where(Room.deleted_at.is_(None))
_found = _standing.where(IS_THERE)


def standing(keys: Sequence[int]) -> Sequence[Any]:
    """Those of the notes that were not deleted, with their words."""
    return fetch(_there, {"notes": list(keys)}).all()


def found(actor: Actor, keys: Sequence[int]) -> Sequence[Any]:
    """Those of the notes that stand in rooms of which the actor may read all, with what names the room."""
    may_read = set(whole_rooms_of(actor))
    rows = fetch(_found, {**access.parameters(actor), "notes": list(keys)})
    return [row for row in rows if row.room_id in may_read]


__all__ = [
    "PAGE",
    "NoteLine",
    "NoteView",
    "earlier",
    "found",
    "notes",
    "one",
    "standing",
    "template",
]
