"""Notes of a room and what they said before, whoever may see them: for records and for requests for disclosure."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, func, select

from groupware.db import BIGINT, UTCDateTime, fetch, session
from plugins.chat.models import Note, NoteRevision

_ROOM = bindparam("room", type_=BIGINT)
_then = (
    Note.room_id == _ROOM,
    Note.day.between(bindparam("first"), bindparam("last")),
    Note.created_at >= bindparam("made_since", type_=UTCDateTime()),
)
_notes = select(Note).where(*_then).order_by(Note.day, Note.id)
_number = select(func.count()).select_from(Note).where(*_then, Note.deleted_at.is_(None))
_earlier = (
    select(NoteRevision)
    .join(Note, Note.id == NoteRevision.note_id)
    .where(*_then)
    .order_by(NoteRevision.note_id, NoteRevision.id)
)
_earlier_of = (
    select(NoteRevision)
    .where(NoteRevision.note_id == bindparam("note", type_=BIGINT))
    .order_by(NoteRevision.id)
)


def notes(room_id: int, first: date, last: date, made_since: datetime) -> Sequence[Note]:
    """Notes for these days that were begun since then, in the order of their days, deleted ones as well."""
    return session.scalars(_notes, _values(room_id, first, last, made_since)).all()


def number(room_id: int, first: date, last: date, made_since: datetime) -> int:
    """How many of them stand."""
    return fetch(_number, _values(room_id, first, last, made_since)).scalar() or 0


def earlier_wordings(room_id: int, first: date, last: date, made_since: datetime) -> dict[int, list[Any]]:
    """Note → what it said before each time that it was changed or deleted, oldest first."""
    rows = session.scalars(_earlier, _values(room_id, first, last, made_since)).all()
    return {key: list(some) for key, some in groupby(rows, key=attrgetter("note_id"))}


def earlier_of(note_id: int) -> Sequence[NoteRevision]:
    """The same of one note."""
    return session.scalars(_earlier_of, {"note": note_id}).all()


def _values(room_id: int, first: date, last: date, made_since: datetime) -> dict[str, Any]:
    return {"room": room_id, "first": first, "last": last, "made_since": made_since}


__all__ = ["earlier_of", "earlier_wordings", "notes", "number"]
