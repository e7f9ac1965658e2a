"""Files of messages: whose they are for somebody, those of a page of messages, those of a room."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, func, or_, select, true

from groupware import access
from groupware.actor import Actor
from groupware.among import among
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.queries import File, files, shown_files
from groupware.attachments.services.handing import known
from groupware.db import BIGINT, fetch
from groupware.plugin import Owned
from plugins.chat.enums import MESSAGE, ROOM, FileKind
from plugins.chat.models import Message, Room
from plugins.chat.permissions import READ
from plugins.chat.queries.belonging import is_shown, ways_into
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.queries.titles import title_of

_owned = (
    select(
        Message.id,
        Message.seq,
        Message.created_at,
        Room.id.label("room_id"),
        Room.uid.label("room_uid"),
        Room.kind,
        Room.name,
        Room.direct_key,
        Room.unit_id,
        Room.classification,
        Room.shows_past,
        Room.created_at.label("opened_at"),
    )
    .join(Room, Room.id == Message.room_id)
    .where(
        among(Message.id, "messages"),
        Message.deleted_at.is_(None),
        Room.deleted_at.is_(None),
        access.visible(READ, Room),
    )
)


def owned(actor: Actor, ids: Sequence[int]) -> Mapping[int, Owned]:
    """Those of the messages that the actor may see, as owners of their files.

    In a room that does not show its past: what was said since they came, as its pages show it.
    """
    rows = fetch(_owned, {**access.parameters(actor, READ, ROOM), "messages": list(ids)}).all()
    ways = ways_into(actor, {row.room_id for row in rows if not row.shows_past})
    return {
        row.id: Owned(
            title=title_of(actor, row),
            endpoint="chat.room",
            arguments={"uid": row.room_uid, "around": row.seq},
            unit_id=row.unit_id,
            classification=row.classification,
        )
        for row in rows
        if _is_above(row, ways.get(row.room_id, ()))
    }


def _is_above(row: Any, ways: Sequence[Any]) -> bool:
    # Without a way of their own they read the room by a grant, which shows all of it.
    return row.shows_past or not ways or is_shown(ways, row.opened_at, row.seq, row.created_at)


def files_at(messages: Sequence[Line]) -> dict[int, list[File]]:
    """The files of messages that somebody has opened, by message; asks nothing if none has any."""
    return shown_files(MESSAGE, [one.id for one in messages if one.file_count])


def chosen(actor: Actor, uids: Sequence[uuid.UUID]) -> list[File]:
    """The files of what somebody is writing, as far as they are there still."""
    return [one.file for one in known(actor, files(uids))] if uids else []


_with_files = select(Message.id).where(among(Message.id, "messages"), Message.file_count > 0)
_with_content = (
    select(Message.id, Message.room_id, Message.seq)
    .join(Attachment, (Attachment.owner_type == MESSAGE) & (Attachment.owner_id == Message.id))
    .where(
        Attachment.stored_id == bindparam("stored", type_=BIGINT),
        Attachment.is_shown,
        Message.deleted_at.is_(None),
    )
    .order_by(Message.id)
)


def with_files(messages: Sequence[int]) -> list[int]:
    """Those of the messages that were sent with files."""
    return list(fetch(_with_files, {"messages": list(messages)}).scalars())


def messages_with(stored_id: int) -> Sequence[Any]:
    """The messages that show a content: `id`, `room_id`, `seq`."""
    return fetch(_with_content, {"stored": stored_id}).all()


PAGE = 60
"""Files of one page, and some more: those of a message stay together."""

_IS_PICTURE = StoredFile.media_type.startswith("image/")
_IS_DOCUMENT = or_(
    StoredFile.media_type == "application/pdf",
    StoredFile.media_type.startswith("text/"),
    StoredFile.media_type.contains("msword"),
    StoredFile.media_type.contains("ms-excel"),
    StoredFile.media_type.contains("ms-powerpoint"),
    StoredFile.media_type.contains("officedocument"),
    StoredFile.media_type.contains("opendocument"),
)
_KINDS: Mapping[FileKind | None, ColumnElement[bool]] = {
    None: true(),
    FileKind.PICTURE: _IS_PICTURE,
    FileKind.DOCUMENT: _IS_DOCUMENT,
    FileKind.OTHER: ~_IS_PICTURE & ~_IS_DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class RoomFile:
    """A file of a room, and the message that it came with."""

    file: File
    seq: int
    sender_name: str
    sent_at: datetime


def _of_room(kind: FileKind | None) -> Any:
    return (
        select(Attachment.uid, Message.seq, Message.sender_name, Message.created_at)
        .join(Attachment, (Attachment.owner_type == MESSAGE) & (Attachment.owner_id == Message.id))
        .join(StoredFile, StoredFile.id == Attachment.stored_id)
        .where(
            Message.room_id == bindparam("room", type_=BIGINT),
            Message.file_count > 0,
            Message.seq > bindparam("floor", type_=BIGINT),
            Message.seq < bindparam("before", type_=BIGINT),
            Message.deleted_at.is_(None),
            Attachment.is_shown,
            func.lower(Attachment.name).like(bindparam("words"), escape="/"),
            _KINDS[kind],
        )
        .order_by(Message.seq.desc(), Attachment.position, Attachment.id)
        .limit(PAGE + 1)
    )


_of_rooms = {kind: _of_room(kind) for kind in _KINDS}


def of_room(
    room: RoomView, *, words: str = "", kind: FileKind | None = None, before: int | None = None
) -> tuple[list[RoomFile], int | None]:
    """Files of a room that was opened, newest first, narrowed down by words in their name, and before which number the list goes on."""
    found = fetch(
        _of_rooms[kind],
        {
            "room": room.id,
            "floor": room.floor,
            "before": before or 2**62,
            "words": f"%{_escaped(words.lower())}%",
        },
    ).all()
    following = None
    if len(found) > PAGE:
        # The last message may have files on the next page: it goes there as a whole.
        following = found[-1].seq + 1
        found = [row for row in found if row.seq >= following]
    known_files = {one.uid: one for one in files([row.uid for row in found])}
    shown = [
        RoomFile(known_files[row.uid], row.seq, row.sender_name, row.created_at)
        for row in found
        if row.uid in known_files
    ]
    return shown, following


def _escaped(words: str) -> str:
    for sign in "/%_":
        words = words.replace(sign, f"/{sign}")
    return words


_in_room = (
    select(Message.seq)
    .join(Attachment, (Attachment.owner_type == MESSAGE) & (Attachment.owner_id == Message.id))
    .where(
        Message.room_id == bindparam("room", type_=BIGINT),
        Attachment.uid == bindparam("file", type_=Uuid()),
        Attachment.is_shown,
        Message.deleted_at.is_(None),
    )
)


def require_in(room: RoomView, uid: uuid.UUID) -> None:
    """Raise NotFound for what is no file of a message that is seen in a room that was opened."""
    seq = fetch(_in_room, {"room": room.id, "file": uid}).scalar()
    if seq is None or seq <= room.floor:
        raise not_found()


__all__ = [
    "PAGE",
    "RoomFile",
    "chosen",
    "files_at",
    "messages_with",
    "of_room",
    "owned",
    "require_in",
    "with_files",
]
