"""Notes as a request for disclosure finds and copies them: deleted ones and earlier wordings as long as the room is kept.

A note is a part of its room: the hold is placed on the room, and they are disposed of together.
"""

from collections.abc import Generator, Sequence
from datetime import date, datetime
from heapq import merge
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, false, select

from groupware import clock
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.search.entry import pressed
from groupware.search.models import Document
from groupware.text.folding import fold
from plugins.chat.enums import NOTE
from plugins.chat.models import Note, NoteRevision, Room
from plugins.chat.queries import noted

AT_ONCE = 500
_Rows = Generator[Any, None, None]


class Found(NamedTuple):
    """What is said of a note that was found."""

    id: int
    uid: Any
    title: str
    at: datetime
    unit_id: int | None


_columns = (Note.written_at.label("at"), Note.id, Note.uid, Note.day, Note.title, Room.name, Room.unit_id)
_written = (
    select(*_columns)
    .join(Room, Room.id == Note.room_id)
    .join(Document, (Document.kind == NOTE) & (Document.key == Note.id) & (Document.part == 0))
)
_reworded = (
    select(*_columns, NoteRevision.title.label("old_title"), NoteRevision.text.label("old_text"))
    .join(Note, Note.id == NoteRevision.note_id)
    .join(Room, Room.id == Note.room_id)
)
_newest = (Note.written_at.desc(), Note.id.desc())


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Found]:
    """Notes for days of this time that hold every folded word, or held it before, the last one written first."""
    among: list[Any] = []
    if since is not None:
        among.append(Note.day >= since)
    if until is not None:
        among.append(Note.day <= until)
    if units is not None:
        among.append(Room.unit_id.in_(sorted(units)))
    found: dict[int, Any] = {}
    sources = _in_notes(words, among), _in_earlier_wordings(words, among)
    for row in merge(*sources, key=attrgetter("at", "id"), reverse=True):
        found.setdefault(row.id, row)
        if len(found) == limit:
            break
    for one in sources:
        one.close()
    return [
        Found(row.id, row.uid, f"{row.name} {row.day.isoformat()} {row.title}", row.at, row.unit_id)
        for row in found.values()
    ]


def _in_notes(words: Sequence[str], among: Sequence[Any]) -> _Rows:
    holds = (Document.folded.contains(pressed(word), autoescape=True) for word in words)
    statement = _written.where(*among, *holds).order_by(*_newest)
    with session.execute(statement.execution_options(yield_per=AT_ONCE)) as rows:
        yield from rows


def _in_earlier_wordings(words: Sequence[str], among: Sequence[Any]) -> _Rows:
    statement = _reworded.where(*among).order_by(*_newest)
    with session.execute(statement.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            text = fold(f"{row.old_title}\n{row.old_text}", "remove")
            if all(pressed(word) in text for word in words):
                yield row


def room_of(note: Note) -> Room:
    """The record that a note is part of: what a hold protects."""
    return session.get_one(Room, note.room_id)


def exhibit(note_id: int) -> Exhibit:
    """A note with everything that it said before."""
    note = session.get_one(Note, note_id)
    room, tree = room_of(note), org_tree(note.day)
    return Exhibit(
        title=f"{note.title} {note.day.isoformat()}",
        facts=(
            (gettext("Room"), room.name),
            (
                gettext("Responsible organisation"),
                tree.path_name(room.unit_id) if room.unit_id is not None and room.unit_id in tree else "",
            ),
        ),
        text=plain(note, noted.earlier_of(note.id)),
    )


def plain(note: Note, earlier: Sequence[NoteRevision] = ()) -> str:
    """A note in plain words, with what it said before."""
    lines = [_head(note)]
    if note.deleted_at is None:
        lines.append(note.text)
    else:
        lines.append(pgettext("note", "Deleted %(when)s", when=_time(note.deleted_at)))
    lines += [f"{pgettext('note', 'Earlier wording')}: {_head(one)}\n{one.text}" for one in earlier]
    return "\n".join(lines)


def _head(one: Note | NoteRevision) -> str:
    return f"{one.day.isoformat()} {one.title} ({_time(one.written_at)} {one.written_by_name})"


def _time(instant: datetime) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}"


def expired(_day: date) -> Select[Any]:
    """Nothing: notes are disposed of with their rooms."""
    columns: Sequence[Any] = (Room.id, Room.uid, Room.name.label("title"), Room.created_at.label("since"))
    return select(*columns).where(false())


def purge(_ids: Sequence[int]) -> None:
    """Nothing, as `expired` names none."""


__all__ = ["Found", "exhibit", "expired", "find", "plain", "purge", "room_of"]
