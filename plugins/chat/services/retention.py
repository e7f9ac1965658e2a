"""When a room has done its work, and its erasure after the disposal was decided."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, case, delete, func, or_, select

from groupware import search
from groupware.attachments.services import owning
from groupware.db import session
from groupware.records.retention import has_run_out, is_done_with
from plugins.chat.enums import MESSAGE, NOTE, RoomKind
from plugins.chat.models import Message, Note, Room, Task
from plugins.chat.queries.files import with_files
from plugins.chat.services import scheduling

CHUNK = 500

# Rooms of one or two people are never archived: their clock begins with the last thing that was said or noted, or task that was set.
_noted = select(func.max(Note.written_at)).where(Note.room_id == Room.id).correlate(Room).scalar_subquery()
_tasked = select(func.max(Task.created_at)).where(Task.room_id == Room.id).correlate(Room).scalar_subquery()
_last = case(
    (Room.last_at.is_(None) | (_noted > Room.last_at), _noted),
    else_=Room.last_at,
)
_completed = case(
    (Room.deleted_at.is_not(None), Room.deleted_at),
    (Room.kind == RoomKind.ROOM.value, Room.archived_at),
    (_last.is_(None) | (_tasked > _last), _tasked),
    else_=_last,
)


_messages = (
    select(Message.id)
    .where(Message.room_id == bindparam("room"), Message.id > bindparam("last"))
    .order_by(Message.id)
    .limit(CHUNK)
)
_notes = (
    select(Note.id)
    .where(Note.room_id == bindparam("room"), Note.id > bindparam("last"))
    .order_by(Note.id)
    .limit(CHUNK)
)


def expired(day: date) -> Select[Any]:
    """Rooms whose retention has ended on `day`, as (id, uid, title, since)."""
    return (
        select(Room.id, Room.uid, Room.name.label("title"), _completed.label("since"))
        .where(
            _completed.is_not(None),
            or_(
                has_run_out(_completed, Room.retention_years, day),
                is_done_with(_completed, Room.retention_years, day),
            ),
        )
        .order_by(Room.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase rooms with everything that was said and noted in them, and who had read it."""
    for room_id in ids:
        _unlearn(room_id)
        scheduling.release_of(room_id)
        session.execute(delete(Room).where(Room.id == room_id))


def _unlearn(room_id: int) -> None:
    """Let nothing of a room be found any more."""
    for kind, statement in ((MESSAGE, _messages), (NOTE, _notes)):
        last = 0
        while keys := session.scalars(statement, {"room": room_id, "last": last}).all():
            search.drop(kind, keys)
            if kind == MESSAGE:
                owning.release(MESSAGE, with_files(keys))
            last = keys[-1]


__all__ = ["expired", "purge"]
