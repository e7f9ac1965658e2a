"""Whom a task of a room can be for: people who belong to it, guests as well, and the organisations that are its members."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.picking import Ref
from groupware.directory.queries.roll import roll
from groupware.directory.wall import without_wall
from groupware.guests.models import Guest
from plugins.chat.models import Member
from plugins.chat.queries.rooms import RoomView

MOST = 60
"""People whom a form offers by name; where there are more, staff choose them with the picker."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a task can be for."""

    value: str
    label: str
    detail: str
    """The organisation."""


_ROOM = bindparam("room", type_=BIGINT)
_people = (
    select(PersonPrincipal.person_id, Guest.name, Guest.body)
    .join(Member, Member.principal_id == PersonPrincipal.principal_id)
    .outerjoin(Guest, Guest.person_id == PersonPrincipal.person_id)
    .where(Member.room_id == _ROOM, Member.ended_at.is_(None), holds_on(PersonPrincipal, bindparam("day")))
    .distinct()
)
_units = (
    select(Principal.ref)
    .join(Member, Member.principal_id == Principal.id)
    .where(
        Member.room_id == _ROOM,
        Member.ended_at.is_(None),
        Principal.kind.in_((PrincipalKind.UNIT.value, PrincipalKind.UNIT_TREE.value)),
    )
    .distinct()
)


def candidates(actor: Actor, room: RoomView) -> list[Candidate]:
    """All of them: the actor first, organisations, then people in official order and guests behind them. Two statements."""
    with without_wall():
        known = roll()
    rows = fetch(_people, {"room": room.id, "day": actor.today}).all()
    people = []
    last = len(known.place)
    for row in sorted(rows, key=lambda one: (known.place.get(one.person_id, last), one.person_id)):
        value = Ref(PrincipalKind.PERSON, row.person_id).value
        entry = known.entries.get(row.person_id)
        if entry is not None:
            unit: Any = known.tree.get(entry.unit_id)
            people.append(Candidate(value, _name(entry.name), unit.name if unit is not None else ""))
        elif row.name is not None:
            people.append(Candidate(value, _name(row.name), row.body))
    units = [
        Candidate(Ref(PrincipalKind.UNIT_TREE, row.ref).value, unit.name, "")
        for row in fetch(_units, {"room": room.id})
        if (unit := known.tree.get(row.ref)) is not None
    ]
    own = Ref(PrincipalKind.PERSON, actor.person_id or 0).value
    return [
        *(one for one in people if one.value == own),
        *units,
        *(one for one in people if one.value != own),
    ]


def _name(name: str) -> str:
    return " ".join(name.split())


_values = select(Principal.id, Principal.kind, Principal.ref).where(
    Principal.id.in_(bindparam("principals", type_=BIGINT, expanding=True))
)


def values_of(principals: Collection[int]) -> list[str]:
    """What the form calls the principals of a task."""
    rows = fetch(_values, {"principals": list(principals)}) if principals else ()
    return [Ref(PrincipalKind(row.kind), row.ref).value for row in rows]


__all__ = ["MOST", "Candidate", "candidates", "values_of"]
