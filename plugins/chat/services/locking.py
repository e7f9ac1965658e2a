"""The rows that a verb works on, locked, after it was decided that the actor may.

A room's row orders everything that is written into the room.
"""

import uuid
from typing import Any

from sqlalchemy import Row, Uuid, bindparam, select

from groupware import access
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, lock, session
from groupware.errors import Conflict, Denied
from groupware.i18n import gettext
from plugins.chat.enums import ROOM, Role, RoomKind
from plugins.chat.models import Message, Room
from plugins.chat.permissions import KEEP, MODERATE, READ
from plugins.chat.queries import rooms
from plugins.chat.queries.rooms import RoomView

_PERMISSIONS = {Role.MODERATOR: MODERATE, Role.OWNER: KEEP}


_lock = select(Room.id).where(Room.uid == bindparam("uid", type_=Uuid())).with_for_update()


def locked(actor: Actor, uid: uuid.UUID) -> RoomView:
    """A room that the actor may read, locked. Raises NotFound.

    It is read after it was locked: the membership may have ended while others were waited for.
    """
    lock(_lock, {"uid": uid})
    return rooms.one(actor, uid)


def row_of(view: RoomView) -> Room:
    """The row of a locked room."""
    return session.get_one(Room, view.id, populate_existing=True)


_message = select(Message.id, Message.seq).where(
    Message.room_id == bindparam("room", type_=BIGINT),
    Message.uid == bindparam("uid", type_=Uuid()),
    Message.deleted_at.is_(None),
)


def message_in(view: RoomView, uid: uuid.UUID) -> Row[Any]:
    """`id` and `seq` of a message that stands in the room and that whoever opened it may see. Raises NotFound."""
    found = fetch(_message, {"room": view.id, "uid": uid}).one_or_none()
    if found is None or found.seq <= view.floor:
        raise rooms.not_found()
    return found


def require(actor: Actor, view: RoomView, least: Role) -> None:
    """Let pass who moderates or owns the room, or holds the permission for it. Raises Denied."""
    if view.role is not None and view.role >= least:
        return
    permission = _PERMISSIONS[least]
    if not access.can(actor, permission, row_of(view), unit_id=view.unit_id):
        words = {
            Role.MODERATOR: gettext("Only moderators and owners of the room may do this."),
            Role.OWNER: gettext("Only owners of the room may do this."),
        }
        raise denied(view, words[least], permission)


def require_room(view: RoomView) -> None:
    """Refuse what direct and own rooms do not have. Raises Conflict."""
    if view.kind is not RoomKind.ROOM:
        raise Conflict(
            gettext("This cannot be done with a conversation of two or your own room."), code="kind"
        )


def require_live(view: RoomView | Row[Any]) -> None:
    """Refuse what an archived room does not take. Raises Conflict."""
    if view.archived_at is not None:
        raise Conflict(gettext("This room is archived."), code="archived")


def denied(view: RoomView, message: object, permission: str = READ) -> Denied:
    """A refusal with what the audit of refusals wants to know."""
    return Denied(message, permission=permission, object_type=ROOM, object_id=view.id, unit_id=view.unit_id)


__all__ = ["denied", "locked", "message_in", "require", "require_live", "require_room", "row_of"]
