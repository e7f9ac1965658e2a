"""Who is told in their timeline what was said, and what a line of it says."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, select

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.clock import today
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.models import Person
from plugins.chat.enums import ROOM, Telling
from plugins.chat.models import Member, Place, Room
from plugins.chat.permissions import READ

_described = select(
    Room.id, Room.uid, Room.kind, Room.name, Room.direct_key, Room.classification, Room.unit_id
).where(
    Room.id.in_(bindparam("rooms", type_=BIGINT, expanding=True)),
    Room.deleted_at.is_(None),
    access.visible(READ, Room),
)


def told_about(actor: Actor, rooms: Sequence[int]) -> Sequence[Any]:
    """Those of the rooms that the actor may read, with what names them."""
    return fetch(_described, {**access.parameters(actor, READ, ROOM), "rooms": list(rooms)}).all()


def waiting(person_id: int, room_id: int, seq: int) -> Select[Any]:
    """The person, if they belong to the room, have not muted it, and have not read the message meanwhile."""
    day = today()
    belongs = exists().where(
        Member.room_id == room_id,
        Member.ended_at.is_(None),
        PersonPrincipal.principal_id == Member.principal_id,
        PersonPrincipal.person_id == person_id,
        holds_on(PersonPrincipal, day),
    )
    has_no_need = exists().where(
        Place.person_id == person_id,
        Place.room_id == room_id,
        (Place.read_seq >= seq) | (Place.telling == Telling.NONE.value),
    )
    return select(Person.id).where(Person.id == person_id, Person.left_on > day, belongs, ~has_no_need)


def watching(room_id: int, seq: int) -> Select[Any]:
    """Those who belong to the room, want to be told of everything in it, and have not read the message meanwhile."""
    day = today()
    belongs = exists().where(
        Member.room_id == room_id,
        Member.ended_at.is_(None),
        PersonPrincipal.principal_id == Member.principal_id,
        PersonPrincipal.person_id == Place.person_id,
        holds_on(PersonPrincipal, day),
    )
    return (
        select(Place.person_id)
        .join(Person, Person.id == Place.person_id)
        .where(
            Place.room_id == room_id,
            Place.telling == Telling.ALL.value,
            Place.read_seq < seq,
            Person.left_on > day,
            belongs,
        )
    )


__all__ = ["told_about", "waiting", "watching"]
