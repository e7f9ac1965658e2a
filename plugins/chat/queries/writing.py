"""Whether the others of a room may be told that somebody is writing in it."""

from sqlalchemy import bindparam, exists, func, or_, select

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY, is_among
from groupware.actor import Actor
from groupware.api.limiting import limits
from groupware.db import BIGINT, fetch, holds_on
from groupware.errors import TooMany
from plugins.chat.enums import Role
from plugins.chat.models import Enquiry, Member, Room
from plugins.chat.queries.rooms import IS_THERE

PEOPLE = 200
"""In rooms of more people nobody is told: somebody is always writing there, and everybody would be told each time."""
TIMES = 2
SECONDS = 4
"""A page tells it once in so many seconds; two windows of one person tell it twice."""

_ROOM = bindparam("room", type_=BIGINT)
_people = (
    select(PersonPrincipal.person_id)
    .join(Member, Member.principal_id == PersonPrincipal.principal_id)
    .where(Member.room_id == _ROOM, Member.ended_at.is_(None), holds_on(PersonPrincipal, ACTOR_TODAY))
    .distinct()
    .limit(PEOPLE + 1)
    .subquery()
)
_writes = exists().where(
    Member.room_id == Room.id,
    Member.ended_at.is_(None),
    Member.role >= Role.MEMBER.value,
    is_among(Member.principal_id),
)
_told = (
    select(Room.id)
    .outerjoin(Enquiry, Enquiry.room_id == Room.id)
    .where(
        Room.id == _ROOM,
        Room.archived_at.is_(None),
        IS_THERE,
        _writes,
        # The name of who answers would reach who asks.
        or_(Enquiry.asker_id.is_(None), Enquiry.asker_id == ACTOR_PERSON),
        select(func.count()).select_from(_people).scalar_subquery() <= PEOPLE,
    )
)


def may_tell(actor: Actor, room_id: int) -> bool:
    """Whether the actor writes in the room, it is small enough, and they do not tell it too often. In an enquiry only who asks."""
    if actor.is_guest or actor.person_id is None:
        return False
    try:
        limits().count_act("chat-writing", f"{actor.person_id}:{room_id}", TIMES, SECONDS)
    except TooMany:
        return False
    return fetch(_told, {**access.parameters(actor), "room": room_id}).first() is not None


__all__ = ["PEOPLE", "SECONDS", "TIMES", "may_tell"]
