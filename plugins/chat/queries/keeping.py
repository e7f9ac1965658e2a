"""Rooms that nobody looks after: without an owner who is there today, or silent for long."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, exists, func, or_, select

from groupware import access, rules
from groupware.access import held
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.db import fetch, holds_on
from groupware.directory.models import Person
from plugins.chat.enums import Role, RoomKind
from plugins.chat.models import Member, Room
from plugins.chat.permissions import KEEP
from plugins.chat.queries.directory import people_counts
from plugins.chat.queries.rooms import not_found
from plugins.chat.rules import SILENT_MONTHS

PAGE = 50
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NeglectedRoom:
    """A room of which somebody must decide what becomes of it. Of what is in it nothing is said."""

    id: int
    uid: uuid.UUID
    name: str
    unit_id: int | None
    people: int
    last_at: datetime
    """When something was last said, or else when it was opened."""
    has_owner: bool


_OWNED = exists().where(
    Member.room_id == Room.id,
    Member.ended_at.is_(None),
    Member.role == Role.OWNER.value,
    PersonPrincipal.principal_id == Member.principal_id,
    holds_on(PersonPrincipal, bindparam("day")),
    # Who has left stays the principal of themselves.
    Person.id == PersonPrincipal.person_id,
    Person.left_on > bindparam("day"),
)
_last = func.coalesce(Room.last_at, Room.created_at)
_live = (
    select(Room.id, Room.uid, Room.name, Room.unit_id, _last.label("last_at"), _OWNED.label("has_owner"))
    .where(Room.kind == RoomKind.ROOM.value, Room.archived_at.is_(None), Room.deleted_at.is_(None))
    .order_by(_last, Room.id)
)
_neglected = _live.where(or_(_last < bindparam("silent_since"), ~_OWNED))
_ownerless = _live.where(~_OWNED, Room.uid == bindparam("uid", type_=Uuid()))


def may_keep_order(actor: Actor) -> bool:
    """Whether the actor decides about the rooms of some organisation."""
    return access.holds_somewhere(actor, KEEP)


def silent_since(actor: Actor) -> datetime:
    """Rooms in which nothing was said since then are silent, by the rule of the actor's organisation."""
    return actor.now - int(rules.value_for(actor, SILENT_MONTHS)) * MONTH


def neglected(
    actor: Actor, after: tuple[datetime, int] | None = None, most: int = PAGE
) -> tuple[list[NeglectedRoom], tuple[datetime, int] | None]:
    """Live rooms without an owner or silent for long, of the organisations within reach, the most silent first; and where it goes on."""
    statement = _neglected.where(*_reach(actor)).limit(most + 1)
    if after is not None:
        at, room_id = after
        statement = statement.where(or_(_last > at, and_(_last == at, Room.id > room_id)))
    rows = fetch(statement, {"day": actor.today, "silent_since": silent_since(actor)}).all()
    counts = people_counts(actor, [row.id for row in rows])
    found = [
        NeglectedRoom(
            row.id, row.uid, row.name, row.unit_id, counts.get(row.id, 0), row.last_at, row.has_owner
        )
        for row in rows[:most]
    ]
    return found, (found[-1].last_at, found[-1].id) if len(rows) > most else None


def ownerless(actor: Actor, uid: uuid.UUID) -> Any:
    """A live room without an owner within the actor's reach. Raises NotFound for every other room."""
    row = fetch(_ownerless.where(*_reach(actor)), {"day": actor.today, "uid": uid}).first()
    if row is None:
        raise not_found()
    return row


def _reach(actor: Actor) -> list[Any]:
    mine = held(actor, KEEP)
    return [] if mine.everywhere else [Room.unit_id.in_(sorted(mine.units))]


__all__ = ["PAGE", "NeglectedRoom", "may_keep_order", "neglected", "ownerless", "silent_since"]
