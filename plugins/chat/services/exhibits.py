"""Rooms as a request for disclosure finds and copies them: whoever belongs to them, deleted messages as long as they are kept.

A room can hold a million messages, so it is found and copied by the day: the first message of a day stands for all that was
said in the room on it. A hold is placed on the room.
"""

from collections.abc import Generator, Mapping, Sequence
from datetime import date, datetime
from heapq import merge
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from groupware import clock
from groupware.attachments.queries import File
from groupware.db import BIGINT, UTCDateTime, fetch, session
from groupware.directory.tree import org_tree
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.search.entry import pressed
from groupware.search.models import Document
from groupware.text.folding import fold
from plugins.chat.enums import MESSAGE
from plugins.chat.models import Message, Revision, Room
from plugins.chat.queries import spoken, webhooks
from plugins.chat.services.sealing import marks

AT_ONCE = 500
"""Rows that are fetched at a time while days are looked for."""


_Rows = Generator[Any, None, None]


class Day(NamedTuple):
    """What is said of a room's day that was found; `id` and `uid` are those of its first message."""

    id: int
    uid: Any
    title: str
    at: datetime
    unit_id: int | None


_ROOM = bindparam("room", type_=BIGINT)
_SINCE = bindparam("since", type_=UTCDateTime())
_columns = (Message.created_at, Message.id, Message.room_id, Room.name, Room.purpose, Room.unit_id)
_said = (
    select(*_columns)
    .join(Room, Room.id == Message.room_id)
    .join(Document, (Document.kind == MESSAGE) & (Document.key == Message.id))
)
_reworded = (
    select(*_columns, Revision.text)
    .join(Message, Message.id == Revision.message_id)
    .join(Room, Room.id == Message.room_id)
)
_names = select(Room.id, Room.name, Room.purpose)
_first = (
    select(Message.id, Message.uid)
    .where(Message.room_id == _ROOM, Message.created_at >= _SINCE)
    .order_by(Message.created_at, Message.seq)
    .limit(1)
)


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Day]:
    """Days on which a message, or one of its files, held every folded word, newest first; the name of its room counts as part of it.

    Rooms of these organisations (None: all rooms, also those of two people). What was edited away or deleted is found by its
    earlier wording.
    """
    named = {(row.id, word) for row in fetch(_names) for word in words if word in fold(_name_of(row))}
    among = _within(since, until, units)
    found: dict[tuple[int, date], Any] = {}
    sources = _in_messages(words, named, among), _in_earlier_wordings(words, named, among)
    for row in merge(*sources, key=attrgetter("created_at", "id"), reverse=True):
        found.setdefault((row.room_id, clock.local(row.created_at).date()), row)
        if len(found) == limit:
            break
    for one in sources:
        one.close()
    return [_day(row, day) for (_, day), row in found.items()]


def _within(since: date | None, until: date | None, units: frozenset[int] | None) -> list[Any]:
    criteria: list[Any] = []
    if since is not None:
        criteria.append(Message.created_at >= clock.midnight(since))
    if until is not None:
        criteria.append(Message.created_at < clock.end_of(until))
    if units is not None:
        criteria.append(Room.unit_id.in_(sorted(units)))
    return criteria


def _in_messages(words: Sequence[str], named: set[tuple[int, str]], among: Sequence[Any]) -> _Rows:
    holds = (
        or_(
            Document.folded.contains(pressed(word), autoescape=True),
            Message.room_id.in_(sorted(room for room, one in named if one == word)),
        )
        for word in words
    )
    statement = _said.where(*among, *holds).order_by(Message.created_at.desc(), Message.id.desc())
    with session.execute(statement.execution_options(yield_per=AT_ONCE)) as rows:
        yield from rows


def _in_earlier_wordings(words: Sequence[str], named: set[tuple[int, str]], among: Sequence[Any]) -> _Rows:
    """These few are not in the index of the search, where nobody is to find them."""
    statement = _reworded.where(*among).order_by(Message.created_at.desc(), Message.id.desc())
    with session.execute(statement.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            text = fold(row.text, "remove")
            if all(pressed(word) in text or (row.room_id, word) in named for word in words):
                yield row


def _day(row: Any, day: date) -> Day:
    first = fetch(_first, {"room": row.room_id, "since": clock.midnight(day)}).one()
    return Day(first.id, first.uid, f"{row.name} {day.isoformat()}", row.created_at, row.unit_id)


def _name_of(row: Any) -> str:
    return f"{row.name} {row.purpose}"


def room_of(message: Message) -> Room:
    """The record that a message is part of: what a hold protects."""
    return session.get_one(Room, message.room_id)


def exhibit(message_id: int) -> Exhibit:
    """All that was said in a room on the day of a message: by whom, when, and how it was worded before."""
    anchor = session.get_one(Message, message_id)
    room, day = room_of(anchor), clock.local(anchor.created_at).date()
    here = room.id, clock.midnight(day), clock.end_of(day)
    said, earlier = spoken.messages(*here), spoken.earlier_wordings(*here)
    attached = spoken.attached(said, with_deleted=True)
    answering = webhooks.answering(said)
    tree = org_tree(day)
    return Exhibit(
        title=f"{room.name} {day.isoformat()}",
        facts=(
            (pgettext("chat room", "Purpose"), room.purpose),
            (
                gettext("Responsible organisation"),
                tree.path_name(room.unit_id) if room.unit_id is not None and room.unit_id in tree else "",
            ),
            (pgettext("chat room", "Members"), gettext(", ").join(spoken.members(*here))),
            (pgettext("chat room", "Archived"), _time(room.archived_at)),
        ),
        text="\n\n".join(
            _told(one, earlier.get(one.id, []), attached.get(one.id, []), answering) for one in said
        ),
    )


def _told(
    message: Message, earlier: Sequence[Any], attached: Sequence[File], answering: Mapping[int, str]
) -> str:
    """A message with what it answers, its files, and what became of it; of a program with who answers for it."""
    head = f"{message.seq}. {_time(message.created_at)} {message.sender_name}"
    if message.webhook_id is None:
        head += f"({message.sender_unit})"
    else:
        head += " " + gettext(
            "(posted automatically; set up by %(name)s)", name=answering.get(message.webhook_id, "")
        )
    head += "".join(f" [{words}]" for words in marks(message))
    if message.reply_to is not None:
        head += " " + gettext("(reply to %(seq)d)", seq=message.reply_to)
    lines = [head, message.text] if message.deleted_at is None else [head]
    lines += [gettext("File: %(name)s", name=file.name) for file in attached]
    lines += [
        gettext(
            "Earlier wording, until %(when)s, changed by %(name)s: %(text)s",
            when=_time(one.made_at),
            name=one.made_by_name,
            text=one.text,
        )
        for one in earlier
    ]
    if message.deleted_at is not None:
        lines.append(gettext("Deleted %(when)s", when=_time(message.deleted_at)))
    return "\n".join(lines)


def _time(instant: datetime | None) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}" if instant is not None else ""


__all__ = ["Day", "exhibit", "find", "room_of"]
