"""Invite people from outside into a room, agree to them, end them."""

import uuid

from sqlalchemy import select, update

from groupware import access, events, rules
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Denied
from groupware.guards import labels
from groupware.guests import services as guests
from groupware.guests.models import Guest
from groupware.guests.services import Invitation, Invited
from groupware.i18n import gettext
from plugins.chat.enums import Inviting, Role
from plugins.chat.events import ROOM_CHANGED, room_topic
from plugins.chat.models import Member, Room
from plugins.chat.permissions import MANAGE_GUESTS
from plugins.chat.queries.guests import room_of
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.rules import GUEST_DAYS, GUESTS
from plugins.chat.services.locking import locked, require, require_live, require_room, row_of
from plugins.chat.services.members import enrol


def may_invite(view: RoomView) -> bool:
    """Whether the rule of the organisation and the label of the room let guests in at all."""
    may_leave = labels.consequences(view.classification, view.unit_id).may_leave
    return may_leave and rules.value(GUESTS, view.unit_id) != Inviting.NOBODY.value


def invite(actor: Actor, uid: uuid.UUID, wanted: Invitation) -> Invited:
    """Invite somebody from outside into a room.

    Raises NotFound, Denied for who does not own the room and where the rule lets nobody, Conflict for an archived room, Invalid.
    """
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.OWNER)
    require_live(view)
    if actor.person_id is None or not may_invite(view):
        raise Denied(gettext("The rules of the organisation let no guests into this room."))
    made = guests.invite(
        actor,
        wanted,
        home=f"/chat/{view.uid}",
        unit_id=view.unit_id,
        longest=int(rules.value(GUEST_DAYS, view.unit_id)),
        needs_approval=rules.value(GUESTS, view.unit_id) == Inviting.APPROVED.value,
    )
    room = row_of(view)
    enrol(actor, room, [(principal(PrincipalKind.PERSON, made.guest.person_id).id, Role.MEMBER)])
    _told(actor, room)
    return made


def approve(actor: Actor, guest_uid: uuid.UUID) -> None:
    """Agree to an invitation. Raises NotFound, Denied, Conflict for who invited them."""
    guest = guests.locked_guest(guest_uid)
    access.require(actor, MANAGE_GUESTS, unit_id=guest.unit_id)
    guests.approve(actor, guest)


def end(actor: Actor, guest_uid: uuid.UUID) -> None:
    """End a guest now: who owns the room, or manages guests there. Raises NotFound, Denied."""
    room, guest = _both(guest_uid)
    if not access.can(actor, MANAGE_GUESTS, unit_id=guest.unit_id):
        require(actor, locked(actor, room.uid), Role.OWNER)
    guests.end(actor, guest)
    own = principal(PrincipalKind.PERSON, guest.person_id).id
    session.execute(
        update(Member)
        .where(Member.room_id == room.id, Member.principal_id == own, Member.ended_at.is_(None))
        .values(ended_at=actor.now)
    )
    events.end_epoch(room_topic(room.id))
    _told(actor, room)


def new_code(actor: Actor, guest_uid: uuid.UUID) -> Invited:
    """A new code for a guest who has lost password or device. Raises NotFound, Denied for who does not own the room, Conflict."""
    room, guest = _both(guest_uid)
    require(actor, locked(actor, room.uid), Role.OWNER)
    return Invited(guest, guests.new_code(actor, guest))


def _both(guest_uid: uuid.UUID) -> tuple[Room, Guest]:
    """The room first, as everywhere."""
    uid = room_of(guest_uid)
    statement = select(Room).where(Room.uid == uid).with_for_update()
    room = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if room is None:
        raise not_found()
    return room, guests.locked_guest(guest_uid)


def _told(actor: Actor, room: Room) -> None:
    room.version += 1
    session.flush()
    events.emit_once(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["members"])


__all__ = ["approve", "end", "invite", "may_invite", "new_code"]
