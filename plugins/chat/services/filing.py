"""Files of messages: who may send them in a room, whom they reach, and what becomes of them with their message."""

import uuid
from collections.abc import Sequence

from groupware import events, rules
from groupware.actor import Actor
from groupware.attachments import hooks
from groupware.attachments.models import StoredFile
from groupware.attachments.services import owning
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.chat.enums import MESSAGE, Attaching, Role, RoomKind
from plugins.chat.events import MESSAGE_CHANGED, room_topic
from plugins.chat.queries import files as queries
from plugins.chat.queries.rooms import RoomView
from plugins.chat.rules import ATTACHING, GUEST_FILES

MOST = 10
"""Files of one message; a bureau may allow fewer."""


def why_not(actor: Actor, room: RoomView) -> str:
    """Why the actor may send no files in a room that they have opened, for people to read; empty if they may."""
    if actor.is_guest:
        return str(gettext("Guests cannot send files."))
    if room.is_text_only:
        return str(gettext("The owners of this room allow text only."))
    if room.guests and not rules.value(GUEST_FILES, room.unit_id):
        return str(gettext("People from outside are in this room, so it takes text only."))
    chosen = rules.value(ATTACHING, room.unit_id)
    if chosen == Attaching.NOBODY:
        return str(gettext("The rule of the organisation allows no files in the chat."))
    has_moderators = room.kind is RoomKind.ROOM
    if chosen == Attaching.MODERATORS and has_moderators and (room.role or 0) < Role.MODERATOR:
        return str(gettext("In this room only its moderators and owners may send files."))
    return ""


def may_attach(actor: Actor, room: RoomView) -> bool:
    """Whether the actor may send files in a room that they have opened."""
    return room.may_send and not why_not(actor, room)


def reach(actor: Actor, room: RoomView) -> bool:
    """Whether the files of a room reach the actor, who has opened it: guests only if the city lets them."""
    return not actor.is_guest or bool(rules.value(GUEST_FILES, room.unit_id))


def require(actor: Actor, room: RoomView, uids: Sequence[uuid.UUID]) -> None:
    """Raise Invalid with the field `files` where the actor may not send these: by the room, its organisation, or for what they are."""
    reason = why_not(actor, room)
    if reason:
        raise Invalid(reason, code="text_only", fields={"files": reason})
    if len(uids) > MOST:
        words = gettext(
            "A message may have at most %(most)d files (now %(number)d).", most=MOST, number=len(uids)
        )
        raise Invalid(words, code="too_many_files", fields={"files": words})
    owning.require_claimable(actor, uids, unit_id=room.unit_id)


def attach(actor: Actor, unit_id: int | None, message_id: int, uids: Sequence[uuid.UUID]) -> None:
    """Let a new message show these files, which were required before."""
    owning.attach(actor, MESSAGE, message_id, uids, unit_id=unit_id)


def hide(message_id: int) -> None:
    """Let nobody see the files of a deleted message. They stay with it as long as it is kept."""
    owning.show(MESSAGE, message_id, ())


@hooks.when_ready
@hooks.when_drawn
def renew(actor: Actor, stored: StoredFile) -> None:
    """A content can be opened, or looked at: open pages show messages with it once more."""
    for row in queries.messages_with(stored.id):
        events.emit(
            actor,
            room_topic(row.room_id),
            MESSAGE_CHANGED,
            room_id=row.room_id,
            message_id=row.id,
            seq=row.seq,
        )


__all__ = ["MOST", "attach", "hide", "may_attach", "reach", "renew", "require", "why_not"]
