"""What the schedule is asked about a room: for whom an event of it would be, and what stands in the calendars of its people."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.capabilities import NULLS, Appointing, Meeting, Span, appointing
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.picking import parse
from groupware.directory.queries.roll import roll
from groupware.directory.wall import without_wall
from plugins.chat.enums import RoomKind
from plugins.chat.models import Member
from plugins.chat.queries.directory import members
from plugins.chat.queries.rooms import RoomView

MOST_PARTICIPANTS = 40
"""Principals of a room that a new event begins with."""
MOST_PEOPLE = 100
"""People whose calendars are looked at together; in a larger room those of its organisations are."""
DAYS = 28
NAMED = 5


@dataclass(frozen=True, slots=True)
class RoomMeeting:
    """An event of the room's people, and in words who of them takes part."""

    meeting: Meeting
    names: tuple[str, ...]
    others: int
    """How many more than the names."""


_people = (
    select(PersonPrincipal.person_id)
    .join(Member, Member.principal_id == PersonPrincipal.principal_id)
    .where(
        Member.room_id == bindparam("room", type_=BIGINT),
        Member.ended_at.is_(None),
        holds_on(PersonPrincipal, bindparam("day")),
    )
    .distinct()
    .limit(MOST_PEOPLE + 1)
)


def has_schedule(actor: Actor) -> bool:
    """Whether there is a schedule where the actor works."""
    return not actor.is_guest and appointing(actor) is not NULLS[Appointing]


def participants(room: RoomView) -> list[str]:
    """The members of a room that was opened, as forms of the schedule name them: organisations as such, without guests."""
    with without_wall():
        known = roll().entries
    return [one.value for one in members(room) if one.person_id is None or one.person_id in known][
        :MOST_PARTICIPANTS
    ]


def meetings(actor: Actor, room: RoomView) -> list[RoomMeeting]:
    """What comes up for the people of a room together: what at least two of them take part in, and what stands in the
    calendars of its organisations. As much as the actor may see in the schedule.
    """
    with without_wall():
        known = roll()
    rows = fetch(_people, {"room": room.id, "day": actor.today}).all()
    people = [row.person_id for row in rows if row.person_id in known.entries]
    if len(rows) > MOST_PEOPLE:
        people = []
    units = [
        ref.ref
        for one in members(room)
        if (ref := parse(one.value)).kind in (PrincipalKind.UNIT, PrincipalKind.UNIT_TREE)
    ]
    window = Span(clock.midnight(actor.today), clock.midnight(actor.today + timedelta(days=DAYS)))
    least = 1 if room.kind is RoomKind.OWN else 2
    return [
        _named(one, known)
        for one in appointing(actor).events_of(actor, people, units, window)
        if len(one.people) >= least or one.units
    ]


def _named(one: Meeting, known: Any) -> RoomMeeting:
    in_order = sorted(one.people, key=lambda person: known.place.get(person, len(known.place)))
    names = tuple(known.entries[person].name for person in in_order[:NAMED])
    return RoomMeeting(one, names, len(in_order) - len(names))


__all__ = ["DAYS", "MOST_PARTICIPANTS", "RoomMeeting", "has_schedule", "meetings", "participants"]
