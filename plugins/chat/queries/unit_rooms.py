"""The standing rooms of organisations: of one's own, and of those that somebody looks after."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.queries.units import heads_of
from groupware.directory.wall import seen_tree
from plugins.chat.enums import Role
from plugins.chat.models import Member, Room, UnitRoom
from plugins.chat.permissions import MANAGE_UNIT_ROOMS
from plugins.chat.queries.belonging import memberships


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """An organisation that somebody belongs to. `uid` is its room, if it has one; `is_mine`: they are in it."""

    unit_id: int
    name: str
    has_below: bool
    uid: uuid.UUID | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """An organisation within reach of somebody who looks after the rooms of organisations."""

    unit_id: int
    name: str
    has_room: bool
    head: str
    """Who would own its room; empty where nobody is at its head."""


_STANDS = and_(Room.id == UnitRoom.room_id, Room.archived_at.is_(None), Room.deleted_at.is_(None))
_ties = memberships().subquery("ties_of_unit_rooms")
_own_units = (
    select(Principal.ref)
    .join(PersonPrincipal, PersonPrincipal.principal_id == Principal.id)
    .where(
        Principal.kind == PrincipalKind.UNIT.value,
        PersonPrincipal.person_id == ACTOR_PERSON,
        holds_on(PersonPrincipal, ACTOR_TODAY),
    )
)
_own = (
    select(Principal.ref.label("unit_id"), Room.uid, _ties.c.room_id.is_not(None).label("is_mine"))
    .select_from(Principal)
    .outerjoin(UnitRoom, UnitRoom.unit_id == Principal.ref)
    .outerjoin(Room, _STANDS)
    .outerjoin(_ties, _ties.c.room_id == Room.id)
    .where(Principal.kind == PrincipalKind.UNIT.value, Principal.ref.in_(_own_units))
)
_standing = select(UnitRoom.unit_id).join(Room, _STANDS).where(among(UnitRoom.unit_id, "units"))
_names = select(UnitRoom.unit_id, UnitRoom.name, Room.name.label("room_name")).join(Room, _STANDS)
_owner = aliased(Principal)
_today = bindparam("today", type_=Date())
_is_inside = (
    exists()
    .where(
        Principal.kind == PrincipalKind.UNIT_TREE.value,
        Principal.ref == UnitRoom.unit_id,
        PersonPrincipal.principal_id == Principal.id,
        PersonPrincipal.person_id == _owner.ref,
        holds_on(PersonPrincipal, _today),
    )
    .correlate(UnitRoom, _owner)
)
_left_by_owners = (
    select(UnitRoom.unit_id)
    .join(Room, _STANDS)
    .join(Member, Member.room_id == Room.id)
    .join(_owner, _owner.id == Member.principal_id)
    .where(
        Member.ended_at.is_(None),
        Member.role == Role.OWNER.value,
        _owner.kind == PrincipalKind.PERSON.value,
        ~_is_inside,
    )
)
_room_of = (
    select(Room.id, Room.uid)
    .join(UnitRoom, _STANDS)
    .where(UnitRoom.unit_id == bindparam("unit", type_=BIGINT))
)


def own_units(actor: Actor) -> list[OwnUnit]:
    """The organisations to which the actor is appointed, in official order. One statement."""
    tree = seen_tree(actor.today)
    rows = [row for row in fetch(_own, access.parameters(actor)) if row.unit_id in tree]
    return [
        OwnUnit(
            row.unit_id,
            tree.units[row.unit_id].name,
            bool(tree.children.get(row.unit_id)),
            row.uid,
            bool(row.is_mine),
        )
        for row in sorted(rows, key=lambda row: tree.order[row.unit_id])
        if tree.units[row.unit_id].parent_id is not None
    ]


def kept_units(actor: Actor) -> list[KeptUnit]:
    """The organisations within reach, in official order, the municipality itself aside. Two statements."""
    reach, tree = access.held(actor, MANAGE_UNIT_ROOMS), seen_tree(actor.today)
    units = [one for one in tree if one.parent_id is not None and (reach.everywhere or one.id in reach.units)]
    keys = [one.id for one in units]
    standing, heads = with_room(keys), heads_of(keys, actor.today)
    return [
        KeptUnit(
            one.id,
            tree.path_name(one.id),
            one.id in standing,
            heads[one.id].display_name if one.id in heads else "",
        )
        for one in units
    ]


def with_room(units: list[int]) -> frozenset[int]:
    """Those of the organisations that have a standing room."""
    return frozenset(row.unit_id for row in fetch(_standing, {"units": units})) if units else frozenset()


def names() -> list[tuple[int, str, str]]:
    """Organisations with a standing room, what it was last called after the chart, and what it is called."""
    return [(row.unit_id, row.name, row.room_name) for row in fetch(_names)]


def left_by_owners(day: date) -> set[int]:
    """Organisations whose standing room has an owner who does not belong to them on a day."""
    return set(fetch(_left_by_owners, {"today": day}).scalars())


def room_of(unit_id: int) -> Any:
    """The standing room of an organisation: `id` and `uid`, or None."""
    return fetch(_room_of, {"unit": unit_id}).first()


__all__ = [
    "KeptUnit",
    "OwnUnit",
    "kept_units",
    "left_by_owners",
    "names",
    "own_units",
    "room_of",
    "with_room",
]
