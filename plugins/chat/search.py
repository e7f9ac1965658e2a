"""The chat in the search: messages and notes by their words, found in the rooms that somebody may read."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_pgettext
from groupware.plugin import SearchHit, SearchKind, SearchText
from plugins.chat.enums import MESSAGE, NOTE
from plugins.chat.models import Message, Note
from plugins.chat.queries import notes
from plugins.chat.queries.finding import found, rooms_of, search_texts, whole_rooms_of
from plugins.chat.queries.titles import title_of


def _describe(actor: Actor, messages: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        row.id: SearchHit(
            title=title_of(actor, row),
            url=url_for("chat.room", uid=row.uid, around=row.seq, _anchor=f"m{row.seq}"),
            detail=f"{row.sender_name} {row.sender_unit}".strip(),
            at=row.created_at,
            text=row.text,
        )
        for row in found(actor, messages)
    }


MESSAGES = SearchKind(
    id=MESSAGE,
    title=lazy_pgettext("search", "Chat"),
    icon="message-circle",
    model=Message,
    texts=search_texts,
    describe=_describe,
    containers=rooms_of,
)


def _note_texts(keys: Sequence[int]) -> Iterable[SearchText]:
    return (
        SearchText(
            key=row.id,
            title=row.title,
            text=row.text,
            at=row.written_at,
            unit_id=row.unit_id,
            person_id=row.written_by,
            container_id=row.room_id,
        )
        for row in notes.standing(keys)
    )


def _describe_notes(actor: Actor, keys: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        row.id: SearchHit(
            title=row.title,
            url=url_for("chat.note", uid=row.uid, note_uid=row.note_uid),
            detail=f"{title_of(actor, row)} {row.written_by_name}",
            at=row.written_at,
            text=row.text,
        )
        for row in notes.found(actor, keys)
    }


NOTES = SearchKind(
    id=NOTE,
    title=lazy_pgettext("search", "Notes in the chat"),
    icon="sticky-note",
    model=Note,
    texts=_note_texts,
    describe=_describe_notes,
    containers=whole_rooms_of,
)
