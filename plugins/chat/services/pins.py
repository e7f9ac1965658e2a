"""Pin a message in its room, for everybody who reads there, or take the pin away."""

import uuid

from sqlalchemy import delete, func, select

from groupware import audit, events, rules
from groupware.actor import Actor
from groupware.db import insert_new, session
from groupware.errors import Conflict
from groupware.i18n import gettext
from plugins.chat.enums import ROOM, Pinning, Role, RoomKind
from plugins.chat.events import PINNED, room_topic
from plugins.chat.models import Pin
from plugins.chat.queries.rooms import RoomView
from plugins.chat.rules import PINNING
from plugins.chat.services.locking import denied, locked, message_in, require, require_live
from plugins.chat.services.voices import voice

MOST = 50
"""Pins of a room: what is more is no overview any more."""
UNPINNED = "chat.unpinned"
"""What the audit calls it when somebody takes away what another has pinned."""


def may_pin(room: RoomView) -> bool:
    """Whether whoever opened the room may pin messages, by the rule of its organisation. Where nobody moderates, all who write may."""
    if not room.may_send or room.role is None:
        return False
    is_reserved = rules.value(PINNING, room.unit_id) == Pinning.MODERATORS.value
    return room.kind is not RoomKind.ROOM or not is_reserved or room.role >= Role.MODERATOR


def pin(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> int:
    """Pin a message; returns its number. What is pinned already stays as it is.

    Raises NotFound for what the actor does not see and for a deleted message, Denied for who may not, Conflict for an archived room and
    for more than MOST.
    """
    view = locked(actor, room_uid)
    found = message_in(view, uid)
    require_live(view)
    if not may_pin(view) or actor.person_id is None:
        raise denied(view, gettext("In this room you may not pin messages."))
    if session.get(Pin, found.id) is not None:
        return int(found.seq)
    if _number(view.id) >= MOST:
        raise Conflict(
            gettext(
                "At most %(limit)d messages can be pinned in a room. Take another pin away first.", limit=MOST
            ),
            code="limit",
        )
    signed = voice(actor, view.unit_id, is_section=view.is_answered_by_me)
    session.execute(
        insert_new(Pin).values(
            message_id=found.id,
            room_id=view.id,
            person_id=actor.person_id,
            person_name=signed.name,
            at=actor.now,
        )
    )
    _tell(actor, view.id, found.seq, is_pinned=True)
    return int(found.seq)


def unpin(actor: Actor, room_uid: uuid.UUID, uid: uuid.UUID) -> int:
    """Take a pin away: who has set it, or who moderates the room. Raises as `pin` does."""
    view = locked(actor, room_uid)
    found = message_in(view, uid)
    require_live(view)
    row = session.get(Pin, found.id)
    if row is None:
        return int(found.seq)
    if row.person_id != actor.person_id:
        if view.kind is RoomKind.ROOM:
            require(actor, view, Role.MODERATOR)
        elif not view.may_send:
            raise denied(view, gettext("You may read this room, but not write in it."))
        audit.record(
            actor,
            UNPINNED,
            object_type=ROOM,
            object_id=view.id,
            unit_id=view.unit_id,
            details={"seq": found.seq},
        )
    drop(actor, view.id, found.id, found.seq)
    return int(found.seq)


def drop(actor: Actor, room_id: int, message_id: int, seq: int) -> None:
    """Let go the pin of a message, if it has one."""
    gone = session.scalar(delete(Pin).where(Pin.message_id == message_id).returning(Pin.message_id))
    if gone is not None:
        _tell(actor, room_id, seq, is_pinned=False)


def _number(room_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Pin).where(Pin.room_id == room_id)) or 0


def _tell(actor: Actor, room_id: int, seq: int, *, is_pinned: bool) -> None:
    events.emit(
        actor,
        room_topic(room_id),
        PINNED,
        room_id=room_id,
        seq=seq,
        number=_number(room_id),
        is_pinned=is_pinned,
    )


__all__ = ["MOST", "drop", "may_pin", "pin", "unpin"]
