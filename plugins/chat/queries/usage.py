"""How much the chat is used, by bureau: counts alone, never what was said or by whom. Conversations of two are not counted."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from groupware import access, clock
from groupware.access import held
from groupware.actor import Actor
from groupware.db import UTCDateTime, fetch
from groupware.directory.tree import org_tree
from plugins.chat.enums import RoomKind
from plugins.chat.models import Message, Room
from plugins.chat.permissions import USAGE

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Usage:
    """One bureau. `rooms` live now; `lively` are those in which something was said in the time; `people` said something."""

    unit_id: int
    name: str
    rooms: int
    lively: int
    messages: int
    people: int


_counted = (Room.kind == RoomKind.ROOM.value, Room.deleted_at.is_(None), Room.unit_id.is_not(None))
_rooms = (
    select(Room.unit_id, func.count().label("rooms"))
    .where(*_counted, Room.archived_at.is_(None))
    .group_by(Room.unit_id)
)
_in_time = (
    *_counted,
    Message.created_at >= bindparam("since", type_=UTCDateTime()),
    Message.created_at < bindparam("until", type_=UTCDateTime()),
)
_lively = (
    select(
        Room.unit_id,
        func.count(Message.room_id.distinct()).label("lively"),
        func.count().label("messages"),
    )
    .join(Message, Message.room_id == Room.id)
    .where(*_in_time)
    .group_by(Room.unit_id)
)
_people = (
    select(Room.unit_id, Message.sender_id)
    .join(Message, Message.room_id == Room.id)
    .where(*_in_time, Message.webhook_id.is_(None))
    .group_by(Room.unit_id, Message.sender_id)
)


def may_see(actor: Actor) -> bool:
    """Whether the actor sees the counts of some organisation."""
    return access.holds_somewhere(actor, USAGE)


def usage(actor: Actor, since: date, until: date) -> list[Usage]:
    """The bureaus within reach from a day to another, both included, in official order. Somebody who speaks in two counts in both."""
    span = {"since": clock.midnight(since), "until": clock.end_of(until)}
    tree, mine = org_tree(actor.today), held(actor, USAGE)
    numbers: defaultdict[int, dict[str, int]] = defaultdict(lambda: {"rooms": 0, "lively": 0, "messages": 0})
    people: defaultdict[int, set[int]] = defaultdict(set)

    def bureau_of(row: Any) -> int | None:
        bureau = tree.bureau(row.unit_id)
        is_mine = mine.everywhere or row.unit_id in mine.units
        return bureau.id if bureau is not None and is_mine else None

    for row in fetch(_rooms):
        if (bureau := bureau_of(row)) is not None:
            numbers[bureau]["rooms"] += row.rooms
    for row in fetch(_lively, span):
        if (bureau := bureau_of(row)) is not None:
            numbers[bureau]["lively"] += row.lively
            numbers[bureau]["messages"] += row.messages
    for row in fetch(_people, span):
        if (bureau := bureau_of(row)) is not None:
            people[bureau].add(row.sender_id)
    return [
        Usage(unit.id, unit.name, **numbers[unit.id], people=len(people[unit.id]))
        for unit in tree
        if unit.id in numbers
    ]


__all__ = ["MOST_DAYS", "Usage", "may_see", "usage"]
