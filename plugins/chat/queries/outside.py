"""The guests of a room as those whom somebody can address."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_NOW, ACTOR_TODAY
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, holds_on
from groupware.guests.models import Guest
from groupware.guests.queries import may_come
from groupware.text.folding import fold
from plugins.chat.models import Member
from plugins.chat.queries.rooms import RoomView


@dataclass(frozen=True, slots=True)
class Visitor:
    """A guest who can come into the room today."""

    person_id: int
    name: str
    body: str
    """Where they work."""


_guests: Any = (
    select(Guest.person_id, Guest.name, Guest.body)
    .join(PersonPrincipal, PersonPrincipal.person_id == Guest.person_id)
    .join(Member, Member.principal_id == PersonPrincipal.principal_id)
    .where(
        Member.room_id == bindparam("room", type_=BIGINT),
        Member.ended_at.is_(None),
        holds_on(PersonPrincipal, ACTOR_TODAY),
        may_come(ACTOR_NOW),
    )
    .order_by(Guest.name, Guest.person_id)
    .distinct()
)


def visitors(actor: Actor, room: RoomView) -> dict[int, Visitor]:
    """The guests of a room that was opened, by their person; one statement, none where nobody is from outside."""
    if not room.guests or room.hides_people:
        return {}
    rows = fetch(_guests, {**access.parameters(actor), "room": room.id})
    return {row.person_id: Visitor(row.person_id, " ".join(row.name.split()), row.body) for row in rows}


def fitting(known: Collection[Visitor], words: Collection[str]) -> list[int]:
    """Those in whose name, or the name of where they work, all words are."""
    return [
        one.person_id
        for one in known
        if all(word in fold(one.name + one.body, spaces="remove") for word in words)
    ]


__all__ = ["Visitor", "fitting", "visitors"]
