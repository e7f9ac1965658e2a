"""Rooms and their messages to which a link was written: for those who may read them, by the same measure as the rooms themselves."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from flask import url_for

from groupware.actor import Actor
from groupware.plugin import Linked, PreviewKind, SearchHit
from groupware.web.formats import datetime_text
from plugins.chat.queries.linked import linked_messages, linked_rooms
from plugins.chat.queries.titles import title_of
from plugins.chat.rendering import in_one_line


def _describe(actor: Actor, pages: Sequence[Linked]) -> Mapping[Linked, SearchHit]:
    rooms = {row.uid: row for row in linked_rooms(actor, {page.uid for page in pages})}
    wanted = {
        page: (rooms[page.uid], seq)
        for page in pages
        if page.uid in rooms and (seq := _seq(page.query)) is not None
    }
    messages = linked_messages(actor, list(wanted.values()))
    found = {}
    for page in pages:
        room = rooms.get(page.uid)
        if room is None:
            continue
        if page not in wanted:
            found[page] = SearchHit(
                title=title_of(actor, room), url=url_for("chat.room", uid=room.uid), detail=room.purpose
            )
        elif (message := messages.get((room.id, wanted[page][1]))) is not None:
            found[page] = _message(actor, room, message)
    return found


def _message(actor: Actor, room: Any, message: Any) -> SearchHit:
    return SearchHit(
        title=in_one_line(message.text),
        url=url_for("chat.room", uid=room.uid, around=message.seq, _anchor=f"m{message.seq}"),
        detail=f"{message.sender_name} {datetime_text(message.created_at)} {title_of(actor, room)}",
    )


def _seq(query: str) -> int | None:
    """The number of the message that the address names, if it does."""
    (text,) = parse_qs(query).get("around", [""])[:1]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


PREVIEWS = (PreviewKind(endpoint="chat.room", icon="message-circle", describe=_describe),)
