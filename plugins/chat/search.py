"""The chat in the search: messages by their words, found in the rooms that somebody may read."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_pgettext
from groupware.plugin import SearchHit, SearchKind, SearchText
from plugins.chat.enums import MESSAGE
from plugins.chat.models import Message
from plugins.chat.queries.finding import found, rooms_of, standing
from plugins.chat.queries.rooms import title_of


def _texts(messages: Sequence[int]) -> Iterable[SearchText]:
    return (
        SearchText(
            key=row.id,
            title="",
            text=row.text,
            at=row.created_at,
            unit_id=row.unit_id,
            person_id=row.person_id,
            container_id=row.room_id,
        )
        for row in standing(messages)
    )


def _describe(actor: Actor, messages: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        row.id: SearchHit(
            title=title_of(actor, row),
            url=url_for("chat.room", uid=row.uid, around=row.seq),
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
    texts=_texts,
    describe=_describe,
    containers=rooms_of,
)
