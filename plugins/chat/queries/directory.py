"""Rooms that anybody may join, and who belongs to a room."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, bindparam, func, or_, select, tuple_

from groupware import access
from groupware.access.models import PersonPrincipal, Principal
from groupware.access.objects import may_be_seen
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, holds_on, session
from groupware.directory import picking
from groupware.directory.wall import seen_tree, within
from plugins.chat.enums import Role, RoomKind
from plugins.chat.models import Member, Room
from plugins.chat.queries.belonging import memberships
from plugins.chat.queries.rooms import RoomView, not_found

PAGE = 50
QUERY_LENGTH = 100


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room in the directory of rooms."""

    id: int
    uid: uuid.UUID
    name: str
    purpose: str
    unit_id: int | None
    people: int
    is_mine: bool
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A membership that stands, in words. `person_id` where it is a single person."""

    id: int
    value: str
    label: str
    role: Role
    person_id: int | None
    added_at: datetime


_own = memberships().subquery("own")
_COLUMNS = (
    Room.id,
    Room.uid,
    Room.name,
    Room.purpose,
    Room.unit_id,
    Room.last_at,
    _own.c.room_id.is_not(None).label("is_mine"),
)
_open = (
    select(*_COLUMNS)
    .outerjoin(_own, _own.c.room_id == Room.id)
    .where(
        Room.is_open,
        Room.kind == RoomKind.ROOM.value,
        Room.archived_at.is_(None),
        Room.deleted_at.is_(None),
        may_be_seen(Room.classification),
    )
)
_open_page = _open.order_by(Room.name, Room.id).limit(PAGE + 1)
_open_one = _open.where(Room.uid == bindparam("uid", type_=Uuid()))
_ROOMS: Any = bindparam("rooms", type_=BIGINT, expanding=True)
_people_of = (
    select(Member.room_id, func.count(PersonPrincipal.person_id.distinct()).label("people"))
    .join(PersonPrincipal, PersonPrincipal.principal_id == Member.principal_id)
    .where(Member.room_id.in_(_ROOMS), Member.ended_at.is_(None), holds_on(PersonPrincipal, bindparam("day")))
    .group_by(Member.room_id)
)


def open_rooms(
    actor: Actor, text: str = "", after: tuple[str, int] | None = None, unit_id: int | None = None
) -> tuple[list[OpenRoom], tuple[str, int] | None]:
    """Open rooms whose name or purpose holds `text`, by name; and after which place the list goes on, None at the end.

    `unit_id` narrows them down to those of an organisation and what is below it.
    """
    statement = _open_page
    for word in text.replace("\x00", "")[:QUERY_LENGTH].split():
        statement = statement.where(
            or_(
                Room.name.icontains(word, autoescape=True),
                Room.purpose.icontains(word, autoescape=True),
            )
        )
    if unit_id is not None:
        statement = statement.where(Room.unit_id.in_(sorted(seen_tree(actor.today).subtree(unit_id))))
    elif within.get() is not None:
        statement = statement.where(Room.unit_id.in_([unit.id for unit in seen_tree(actor.today)]))
    if after is not None:
        statement = statement.where(tuple_(Room.name, Room.id) > tuple_(*after))
    rows = fetch(statement, access.parameters(actor)).all()
    shown = rows[:PAGE]
    counts = people_counts(actor, [row.id for row in shown])
    lines = [_line(row, counts) for row in shown]
    return lines, (shown[-1].name, shown[-1].id) if len(rows) > PAGE else None


def open_room(actor: Actor, uid: uuid.UUID) -> OpenRoom:
    """One that the actor may join. Raises NotFound."""
    row = fetch(_open_one, {**access.parameters(actor), "uid": uid}).first()
    if row is None or (within.get() is not None and row.unit_id not in seen_tree(actor.today)):
        raise not_found()
    return _line(row, people_counts(actor, [row.id]))


def people_counts(actor: Actor, rooms: Sequence[int]) -> dict[int, int]:
    """Room → how many people belong to it today, each counted once."""
    if not rooms:
        return {}
    rows = fetch(_people_of, {"rooms": list(rooms), "day": actor.today})
    return {row.room_id: row.people for row in rows}


_members = (
    select(Member, Principal)
    .join(Principal, Principal.id == Member.principal_id)
    .where(Member.room_id == bindparam("room", type_=BIGINT), Member.ended_at.is_(None))
    .order_by(Member.role.desc(), Member.id)
)


def members(room: RoomView) -> list[MemberLine]:
    """Who belongs to a room that the actor has opened: owners first, then in the order in which they came."""
    rows = session.execute(_members, {"room": room.id}).all()
    words = picking.labels_of([row.Principal for row in rows])
    return [
        MemberLine(
            id=row.Member.id,
            value=(ref := picking.ref_of(row.Principal)).value,
            label=words[row.Principal.id],
            role=Role(row.Member.role),
            person_id=ref.ref if ref.kind.value == "person" else None,
            added_at=row.Member.added_at,
        )
        for row in rows
    ]


def _line(row: Any, counts: dict[int, int]) -> OpenRoom:
    return OpenRoom(
        row.id, row.uid, row.name, row.purpose, row.unit_id, counts.get(row.id, 0), row.is_mine, row.last_at
    )


__all__ = ["MemberLine", "OpenRoom", "members", "open_room", "open_rooms", "people_counts"]
