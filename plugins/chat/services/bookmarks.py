"""Bookmark a message for oneself, with a note, or let it go. Nobody is told, and nothing of it is an event."""

import uuid
from typing import Any

from sqlalchemy import delete, func, select

from groupware.actor import Actor
from groupware.db import for_each_database, session, upsert
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.chat.models import Bookmark
from plugins.chat.queries import messages, rooms
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services.locking import denied
from plugins.chat.services.wording import unmarked

NOTE_LENGTH = 500
MOST = 2000
"""Bookmarks of a person."""


def may_bookmark(room: RoomView) -> bool:
    """Whether whoever opened the room may: everybody who belongs to it, in any role, but guests, who have no page for it."""
    return room.role is not None and not room.is_visited


def bookmark(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID, note: str = "") -> int:
    """Bookmark a message, or change the note; returns the number of the message.

    Raises NotFound for what the actor does not see and for a deleted message, Denied for who does not belong to the room, Invalid with
    the field `note`, Conflict for more than MOST.
    """
    view = rooms.one(actor, room_uid)
    message = messages.one(actor, view, uid)
    if message.is_deleted:
        raise not_found()
    if not may_bookmark(view) or actor.person_id is None:
        raise denied(view, gettext("Only members of the room may bookmark its messages."))
    note = _cleaned(actor, note)
    mine = select(func.count()).select_from(Bookmark).where(Bookmark.person_id == actor.person_id)
    if (session.scalar(mine.where(Bookmark.message_id != message.id)) or 0) >= MOST:
        raise Conflict(
            gettext("You have %(limit)d bookmarks. Remove some of them first.", limit=MOST), code="limit"
        )
    values = {"person_id": actor.person_id, "message_id": message.id, "note": note, "at": actor.now}
    session.execute(_put(), values)
    return message.seq


def let_go(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> int:
    """Take one's bookmark away; what is not bookmarked stays so. Raises NotFound for what the actor does not see."""
    message = messages.one(actor, rooms.one(actor, room_uid), uid)
    session.execute(
        delete(Bookmark).where(Bookmark.person_id == actor.person_id, Bookmark.message_id == message.id)
    )
    return message.seq


@for_each_database
def _put() -> Any:
    """Whoever bookmarks twice has one bookmark, with the later note."""
    statement = upsert(Bookmark)
    return statement.on_conflict_do_update(
        index_elements=["person_id", "message_id"], set_={"note": statement.excluded.note}
    )


def _cleaned(actor: Actor, note: str) -> str:
    note = unmarked(note)
    if len(note) > NOTE_LENGTH:
        words = gettext("At most %(limit)d characters (now %(length)d).", limit=NOTE_LENGTH, length=len(note))
        raise Invalid(words, fields={"note": words})
    texts.require_clean(actor, actor.unit_id, {"note": note})
    return note


__all__ = ["MOST", "NOTE_LENGTH", "bookmark", "let_go", "may_bookmark"]
