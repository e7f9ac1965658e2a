"""What was said in a room. The numbers of a room have no gaps, so a page of it is a range of numbers wherever it lies."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch, session
from groupware.directory.models import Person
from groupware.i18n import gettext
from plugins.chat.enums import Alerting, Role
from plugins.chat.models import Message, Revision
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.queries.words import in_words

PAGE = 50
QUOTED = 160
"""Characters of a message that its answer shows."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message answers. `text` is its beginning, empty if it was deleted."""

    uid: uuid.UUID
    seq: int
    sender_name: str
    text: str
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A message as it is shown."""

    id: int
    uid: uuid.UUID
    seq: int
    sender_id: int | None
    """None for what a program said."""
    sender_uid: uuid.UUID | None
    """None for who answered in the name of a section, unless a colleague looks, and for what a program said."""
    sender_name: str
    sender_unit: str
    created_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    is_mine: bool
    text: str
    stamp: str | None
    file_count: int
    """0 for a deleted one."""
    loudness: Alerting
    quote: Quote | None
    signature: str
    """The name that it was signed with, in whatever room it is looked at: of an answer of a section, that of the section."""
    quote_at: int | None
    """Where in the text of a forwarded message the quotation begins."""
    webhook_id: int | None
    """By what a program said it."""

    @property
    def comment(self) -> str:
        """What whoever sent it has written."""
        return self.text if self.quote_at is None else self.text[: self.quote_at].rstrip()

    @property
    def quotation(self) -> str:
        """What was forwarded, and whose it is; empty for all other messages."""
        return "" if self.quote_at is None else self.text[self.quote_at :]

    @property
    def words(self) -> str:
        """What it says where its files are not shown."""
        return in_words(self.text, self.file_count)


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages in their order, and whether there are others before and after them."""

    messages: list[Line]
    has_older: bool
    has_newer: bool


_Quoted = aliased(Message)
_ROOM = bindparam("room", type_=BIGINT)
_range = (
    select(
        Message.id,
        Message.uid,
        Message.seq,
        Message.sender_id,
        Person.uid.label("sender_uid"),
        Person.display_name.label("person_name"),
        Message.sender_name,
        Message.sender_unit,
        Message.created_at,
        Message.edited_at,
        Message.deleted_at,
        Message.text,
        Message.stamp,
        Message.file_count,
        Message.loudness,
        Message.quote_at,
        Message.webhook_id,
        _Quoted.uid.label("quoted_uid"),
        _Quoted.seq.label("quoted_seq"),
        _Quoted.sender_name.label("quoted_name"),
        func.substr(_Quoted.text, 1, QUOTED).label("quoted_text"),
        _Quoted.file_count.label("quoted_files"),
        _Quoted.deleted_at.label("quoted_deleted_at"),
    )
    .join(Person, Person.id == Message.sender_id)
    .outerjoin(_Quoted, (_Quoted.room_id == Message.room_id) & (_Quoted.seq == Message.reply_to))
    .where(
        Message.room_id == _ROOM,
        Message.seq.between(bindparam("first", type_=BIGINT), bindparam("last", type_=BIGINT)),
    )
    .order_by(Message.seq)
)


def page(
    actor: Actor,
    room: RoomView,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = PAGE,
) -> Page:
    """At most `limit` messages of a room that the actor has opened: before a number, after it, around it, or the newest."""
    top = room.last_seq
    if after is not None:
        first, last = after + 1, after + limit
    elif around is not None:
        # A little of what was before, the rest of what follows.
        first = max(1, min(around - limit // 5, top - limit + 1))
        last = first + limit - 1
    else:
        last = top if before is None else before - 1
        first = last - limit + 1
    first = max(first, room.floor + 1)
    rows = fetch(_range, {"room": room.id, "first": first, "last": last})
    return Page(
        [_line(actor, room, row) for row in rows],
        has_older=first > room.floor + 1 and top > room.floor,
        has_newer=last < top,
    )


_found = select(Message.id, Message.seq).where(
    Message.room_id == _ROOM, Message.uid == bindparam("uid", type_=Uuid())
)


def seq_of(room: RoomView, uid: uuid.UUID) -> int:
    """The number of a message of a room that was opened. Raises NotFound."""
    row = fetch(_found, {"room": room.id, "uid": uid}).first()
    if row is None or row.seq <= room.floor:
        raise not_found()
    return int(row.seq)


def one(actor: Actor, room: RoomView, uid: uuid.UUID) -> Line:
    """A message of a room that was opened. Raises NotFound."""
    seq = seq_of(room, uid)
    row = fetch(_range, {"room": room.id, "first": seq, "last": seq}).one()
    return _line(actor, room, row)


_from = (
    select(Message.seq)
    .where(Message.room_id == _ROOM, Message.created_at >= bindparam("since", type_=UTCDateTime()))
    .order_by(Message.created_at)
    .limit(1)
)


def seq_on(room: RoomView, day: date) -> int | None:
    """The number of the first message on that day or after it; None if nothing was said any more."""
    found = fetch(_from, {"room": room.id, "since": clock.midnight(day)}).scalar()
    return max(found, room.floor + 1) if found is not None else None


_trace = (
    select(Revision)
    .join(Message, Message.id == Revision.message_id)
    .where(Message.room_id == _ROOM, Message.uid == bindparam("uid", type_=Uuid()))
    .order_by(Revision.id)
)


def trace(room: RoomView, uid: uuid.UUID) -> list[Revision]:
    """The texts of a message before each time it was edited or deleted, oldest first. NotFound for who does not own the room."""
    if room.role is not Role.OWNER:
        raise not_found()
    seq_of(room, uid)
    return list(session.scalars(_trace, {"room": room.id, "uid": uid}))


def _line(actor: Actor, room: RoomView, row: Any) -> Line:
    is_deleted = row.deleted_at is not None
    quote = None
    if row.quoted_seq is not None and row.quoted_seq > room.floor and not is_deleted:
        quote = Quote(
            row.quoted_uid,
            row.quoted_seq,
            row.quoted_name,
            in_words(row.quoted_text, row.quoted_files if row.quoted_deleted_at is None else 0),
            row.quoted_deleted_at is not None,
        )
    is_answer = room.asker_id not in (None, row.sender_id)
    is_automatic = row.webhook_id is not None
    return Line(
        id=row.id,
        uid=row.uid,
        seq=row.seq,
        sender_id=None if is_automatic else row.sender_id,
        sender_uid=None if is_automatic or (is_answer and room.hides_people) else row.sender_uid,
        sender_name=_with_person(row) if is_answer and not room.hides_people else row.sender_name,
        sender_unit=row.sender_unit,
        created_at=row.created_at,
        edited_at=row.edited_at,
        is_deleted=is_deleted,
        is_mine=row.sender_id == actor.person_id and not is_automatic,
        text=row.text,
        stamp=row.stamp if not is_deleted else None,
        file_count=row.file_count if not is_deleted else 0,
        loudness=Alerting(row.loudness),
        quote=quote,
        signature=row.sender_name,
        quote_at=row.quote_at,
        webhook_id=row.webhook_id,
    )


def _with_person(row: Any) -> str:
    """The section that answered, and for its own people who it was."""
    return str(gettext("%(section)s (%(person)s)", section=row.sender_name, person=row.person_name))


__all__ = ["PAGE", "Line", "Page", "Quote", "one", "page", "seq_of", "seq_on", "trace"]
