"""Take over a room that nobody owns any more."""

import uuid

from sqlalchemy import select

from groupware import audit, events
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import session
from plugins.chat.enums import Role
from plugins.chat.events import ROOM_CHANGED, room_topic
from plugins.chat.models import Member, Room
from plugins.chat.queries.keeping import ownerless
from plugins.chat.queries.rooms import not_found
from plugins.chat.services.members import enrol

ADOPTED = "chat.room_adopted"


def adopt(actor: Actor, uid: uuid.UUID) -> Room:
    """Become the owner of a room without one.

    Raises NotFound for a room that has an owner or lies out of reach: the right opens no room that somebody looks after.
    """
    session.execute(select(Room.id).where(Room.uid == uid).with_for_update())
    room = session.get_one(Room, ownerless(actor, uid).id, populate_existing=True)
    if actor.person_id is None:
        raise not_found()
    own = principal(PrincipalKind.PERSON, actor.person_id).id
    if not enrol(actor, room, [(own, Role.OWNER)]):
        standing = select(Member).where(
            Member.room_id == room.id, Member.principal_id == own, Member.ended_at.is_(None)
        )
        session.scalars(standing).one().role = Role.OWNER.value
    room.version += 1
    session.flush()
    events.emit_once(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["members"])
    audit.record(actor, ADOPTED, room, unit_id=room.unit_id)
    return room


__all__ = ["adopt"]
