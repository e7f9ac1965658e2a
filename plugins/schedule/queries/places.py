"""Pinned places, the first view, and the rows that stand under a place besides its people."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, String, bindparam, cast, literal, select, union_all

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.directory.queries.choices import GroupRow
from groupware.directory.queries.roll import roll
from plugins.schedule.enums import PlaceKind
from plugins.schedule.models import ExtraRow, Pin, Start

UNIT, FACILITY = "unit", "facility"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A place at hand, in words; `key` is what addresses name it by."""

    kind: PlaceKind
    ref: int
    key: str
    name: str

    @property
    def arguments(self) -> dict[str, Any]:
        """What an address needs to show it."""
        return {self.kind.value: self.key}


@dataclass(frozen=True, slots=True)
class Extras:
    """What stands under a place besides its people, in its order."""

    units: tuple[int, ...] = ()
    facilities: tuple[uuid.UUID, ...] = ()


_person = bindparam("person", type_=BIGINT)
_pins = select(Pin.kind, Pin.ref, cast(literal(""), String(64)).label("what"), Pin.place).where(
    Pin.person_id == _person
)
_rows = select(
    cast(literal(""), String(64)).label("kind"),
    cast(literal(0), Integer).label("ref"),
    ExtraRow.what,
    ExtraRow.place,
).where(ExtraRow.kind == bindparam("kind", type_=String(64)), ExtraRow.ref == bindparam("ref", type_=BIGINT))
_head = union_all(_pins, _rows).order_by("place", "ref", "what")


def head_of(
    actor: Actor, kind: PlaceKind, ref: int, groups: Iterable[GroupRow]
) -> tuple[list[Pinned], Extras]:
    """What the person has at hand, and what stands under the place. One query; `groups` are those that the actor sees."""
    rows = fetch(_head, {"person": actor.person_id, "kind": kind.value, "ref": ref}).all()
    return _named([row for row in rows if row.kind], groups), _extras(row.what for row in rows if row.what)


def pinned(actor: Actor, groups: Iterable[GroupRow]) -> list[Pinned]:
    """What the person has at hand, in their order; what is not there any more is left out. One query."""
    return _named(fetch(_pins.order_by(Pin.place, Pin.ref), {"person": actor.person_id}).all(), groups)


def extras_of(kind: PlaceKind, ref: int) -> Extras:
    """What stands under a place besides its people. One query."""
    rows = fetch(_rows.order_by(ExtraRow.place, ExtraRow.what), {"kind": kind.value, "ref": ref})
    return _extras(row.what for row in rows)


def start_of(actor: Actor) -> Any | None:
    """(view, kind, ref) that the schedule opens with, if the person chose one. One query."""
    return fetch(_start, {"person": actor.person_id}).first()


_start = select(Start.view, Start.kind, Start.ref).where(Start.person_id == _person)


def named_place(kind: PlaceKind, ref: int, groups: Iterable[GroupRow]) -> Pinned | None:
    """A place that is there and that the actor sees, in words, or None. No query."""
    if kind is PlaceKind.UNIT:
        tree = roll().tree
        unit = tree.get(ref)
        return Pinned(kind, ref, str(ref), tree.path_name(ref) or unit.name) if unit is not None else None
    group = next((one for one in groups if one.id == ref), None)
    return Pinned(kind, ref, group.uid, group.name) if group is not None else None


def _named(rows: Iterable[Any], groups: Iterable[GroupRow]) -> list[Pinned]:
    seen = list(groups)
    found = (named_place(PlaceKind(row.kind), row.ref, seen) for row in rows)
    return [one for one in found if one is not None]


def _extras(whats: Iterable[str]) -> Extras:
    units: list[int] = []
    facilities: list[uuid.UUID] = []
    for what in whats:
        kind, _, key = what.partition(":")
        if kind == UNIT:
            units.append(int(key))
        else:
            facilities.append(uuid.UUID(key))
    return Extras(tuple(units), tuple(facilities))


def what_of(one: int | uuid.UUID) -> str:
    """How a row is stored: the calendar of an organisation by its id, a facility by its uid."""
    return f"{UNIT}:{one}" if isinstance(one, int) else f"{FACILITY}:{one}"


__all__ = [
    "Extras",
    "Pinned",
    "extras_of",
    "head_of",
    "named_place",
    "pinned",
    "start_of",
    "what_of",
]
