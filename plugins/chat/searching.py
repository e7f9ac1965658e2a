"""Look for messages: by their words in all rooms of somebody or in one of them, and within one room by who said them and when alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, bindparam, func, select

from groupware import clock
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_pgettext
from groupware.plugin import Containers, SearchHit, Text
from groupware.search.query import parsed
from groupware.search.services.finding import Wanted
from groupware.search.services.finding import search as search_index
from plugins.chat.enums import MESSAGE
from plugins.chat.models import Message
from plugins.chat.queries.messages import seq_on
from plugins.chat.queries.rooms import RoomView
from plugins.chat.search import MESSAGES

LISTED = 20
"""Messages of one page."""
STRETCH = 50_000
"""Messages that are looked through for one page where no word leads to them."""
RECENT = 2000
"""Messages among whose senders a visitor chooses."""

SORTS: Mapping[str, tuple[Text, ColumnElement[bool]]] = {
    "file": (lazy_pgettext("chat search", "With files"), Message.file_count > 0),
    "answer": (lazy_pgettext("chat search", "Replies"), Message.reply_to.is_not(None)),
    "link": (lazy_pgettext("chat search", "With a link"), Message.text.contains("://")),
    "stamp": (lazy_pgettext("chat search", "Stamps"), Message.stamp.is_not(None)),
}
"""The sorts of messages that can be asked for: what each is called, and the criterion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for. Days are inclusive."""

    text: str = ""
    person_id: int | None = None
    since: date | None = None
    until: date | None = None
    sort: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside words is asked for."""
        return bool(self.sort) or any(one is not None for one in (self.person_id, self.since, self.until))


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that was found. `file` is the name of its file that holds the words, if they stand in one."""

    about: SearchHit
    file: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found, newest first. `cursor` asks for the next one."""

    hits: Sequence[FoundMessage] = ()
    cursor: str | None = None


def look_for(actor: Actor, sought: Sought, room: RoomView | None, cursor: str = "") -> Results:
    """What the actor may read of it; in a room that was opened, from where they came in.

    With words the index of the house is asked, which finds nothing for a single letter. Without words nothing is found outside of
    a room. Raises Invalid for a cursor that is none.
    """
    if not sought.text:
        return _in_room(actor, sought, room, cursor) if room is not None and sought.is_narrowed else Results()
    if parsed(sought.text).is_too_short:
        return Results()
    found = search_index(
        actor,
        Wanted(
            text=sought.text,
            kinds=(MESSAGE,),
            person_id=sought.person_id,
            since=sought.since,
            until=sought.until,
            within=_within(room) if room is not None else None,
            only=SORTS[sought.sort][1] if sought.sort else None,
        ),
        cursor=cursor,
        limit=LISTED,
    )
    return Results([FoundMessage(hit.about, hit.file) for hit in found.hits], found.cursor)


def _within(room: RoomView) -> Containers:
    if not room.floor:
        return Containers([room.id])
    return Containers([room.id], [room.id], Message.seq > room.floor)


def _in_room(actor: Actor, sought: Sought, room: RoomView, cursor: str) -> Results:
    """Without words no index leads there: a stretch of the room is looked through at a time, however little of it is wanted."""
    before = _position(cursor) if cursor else _end(room, sought)
    first = max(room.floor, before - 1 - STRETCH)
    if room.asker_id is not None and sought.person_id not in (None, room.asker_id):
        # Who answered in the name of a section is not what a search by person may tell.
        return Results()
    conditions = [Message.room_id == room.id, Message.seq > first, Message.seq < before]
    conditions.append(Message.deleted_at.is_(None))
    if sought.person_id is not None:
        conditions += [Message.sender_id == sought.person_id, Message.webhook_id.is_(None)]
    if sought.since is not None:
        conditions.append(Message.created_at >= clock.midnight(sought.since))
    if sought.until is not None:
        conditions.append(Message.created_at < clock.end_of(sought.until))
    if sought.sort:
        conditions.append(SORTS[sought.sort][1])
    statement = select(Message.id, Message.seq).where(*conditions).order_by(Message.seq.desc())
    rows = fetch(statement.limit(LISTED + 1)).all()
    shown = rows[:LISTED]
    known = MESSAGES.describe(actor, [row.id for row in shown]) if shown else {}
    following = None
    if len(rows) > LISTED:
        following = str(shown[-1].seq)
    elif first > room.floor and not _is_before(room, first, sought.since):
        following = str(first + 1)
    return Results([FoundMessage(known[row.id]) for row in shown if row.id in known], following)


def _position(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > 18:
        raise Invalid(gettext("This page of results does not exist. Please search again."), code="cursor")
    return int(cursor)


def _end(room: RoomView, sought: Sought) -> int:
    """The number behind the last message that may be wanted."""
    following = sought.until + timedelta(days=1) if sought.until not in (None, date.max) else None
    after = seq_on(room, following) if following is not None else None
    return after if after is not None else room.last_seq + 1


def _is_before(room: RoomView, seq: int, since: date | None) -> bool:
    """Whether nothing from that day on stands at this number or before it."""
    if since is None:
        return False
    first = seq_on(room, since)
    return first is None or first > seq


_speakers = (
    select(Message.sender_id, func.max(Message.sender_name).label("name"))
    .where(
        Message.room_id == bindparam("room", type_=BIGINT),
        Message.seq > bindparam("since", type_=BIGINT),
        Message.webhook_id.is_(None),
    )
    .group_by(Message.sender_id)
    .order_by(func.max(Message.sender_name), Message.sender_id)
)


def speakers(room: RoomView) -> list[tuple[int, str]]:
    """Who has spoken lately in a room that was opened, for those who know no directory; nobody where they are not to be seen."""
    if room.asker_id is not None:
        return []
    rows = fetch(_speakers, {"room": room.id, "since": max(room.floor, room.last_seq - RECENT)})
    return [(row.sender_id, row.name) for row in rows]


__all__ = ["LISTED", "SORTS", "STRETCH", "FoundMessage", "Results", "Sought", "look_for", "speakers"]
