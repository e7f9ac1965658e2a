"""Reactions: how many of each kind a message has, and from whom."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, case, func, select

from groupware.access.objects import ACTOR_PERSON
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch
from groupware.directory.models import Person
from groupware.directory.queries.roll import roll
from groupware.directory.wall import without_wall
from plugins.chat.expressions import ReactionKind
from plugins.chat.models import Reaction
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView

MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class Reacted:
    """How many people reacted to a message in one way. `is_mine`: whoever looks is one of them."""

    kind: ReactionKind
    number: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Reactors:
    """Who reacted in one way, the first ones first; at most MOST_NAMES of `number`."""

    kind: ReactionKind
    number: int
    people: list[tuple[str, str]] = field(default_factory=list)
    """Name and organisation of today."""


_is_mine = func.max(case((Reaction.person_id == ACTOR_PERSON, 1), else_=0))
_counts = (
    select(Reaction.message_id, Reaction.kind, func.count().label("number"), _is_mine.label("is_mine"))
    .where(among(Reaction.message_id, "messages"))
    .group_by(Reaction.message_id, Reaction.kind)
)
_names = (
    select(Reaction.person_id, Person.display_name)
    .join(Person, Person.id == Reaction.person_id)
    .where(
        Reaction.message_id == bindparam("message", type_=BIGINT),
        Reaction.kind == bindparam("kind"),
    )
    .order_by(Reaction.at, Reaction.person_id)
    .limit(MOST_NAMES)
)
_ORDER = {kind: place for place, kind in enumerate(ReactionKind)}


def reactions_to(actor: Actor, messages: Collection[int]) -> dict[int, list[Reacted]]:
    """Message → its reactions, for messages that the actor has opened; one statement for all of them."""
    found: dict[int, list[Reacted]] = {}
    if messages:
        values = {"actor_person": actor.person_id, "messages": list(messages)}
        for row in fetch(_counts, values):
            reacted = Reacted(ReactionKind(row.kind), row.number, bool(row.is_mine))
            found.setdefault(row.message_id, []).append(reacted)
    for reactions in found.values():
        reactions.sort(key=lambda one: _ORDER[one.kind])
    return found


def reactors(actor: Actor, room: RoomView, message: Line) -> list[Reactors]:
    """Who reacted to a message of a room that was opened, by kind; without names for whoever asks a section."""
    with without_wall():
        known = roll()
    found = []
    for one in reactions_to(actor, [message.id]).get(message.id, ()):
        who = Reactors(one.kind, one.number)
        values = {"message": message.id, "kind": one.kind.value}
        for row in fetch(_names, values) if not room.hides_people else ():
            entry = known.entries.get(row.person_id)
            unit: Any = known.tree.get(entry.unit_id) if entry is not None else None
            who.people.append((row.display_name, unit.name if unit is not None else ""))
        found.append(who)
    return found


__all__ = ["Reacted", "Reactors", "reactions_to", "reactors"]
