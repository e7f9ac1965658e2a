"""Who has read: counted from the places of a room, one for each person who ever opened it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, literal, null, select, union_all

from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.models import Person
from groupware.directory.queries.roll import Roll, roll
from groupware.directory.tree import org_tree
from groupware.directory.wall import without_wall
from groupware.guests.models import Guest
from plugins.chat.models import Member, Message, Place
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView

_ROOM = bindparam("room", type_=BIGINT)
_FIRST = bindparam("first", type_=BIGINT)
_LAST = bindparam("last", type_=BIGINT)

# Places beyond the last number on screen are alike, so that no more groups come back than there are messages.
_reached = case((Place.read_seq > _LAST, _LAST), else_=Place.read_seq)
_grouped = (
    select(_reached.label("seq"), func.count().label("people"))
    .where(Place.room_id == _ROOM, Place.read_seq >= _FIRST)
    .group_by(_reached)
    .subquery()
)
_senders = select(Message.sender_id).where(Message.room_id == _ROOM, Message.seq.between(_FIRST, _LAST))
_counts = union_all(
    select(null().label("person_id"), _grouped.c.seq, _grouped.c.people),
    select(Place.person_id, Place.read_seq, literal(1)).where(
        Place.room_id == _ROOM, Place.read_seq >= _FIRST, Place.person_id.in_(_senders)
    ),
)


def counts(room: RoomView, messages: Sequence[Line]) -> dict[int, int]:
    """How many people beside its sender have read each of these messages, by its number; one statement for all of them."""
    if not messages:
        return {}
    seqs = [one.seq for one in messages]
    rows = fetch(_counts, {"room": room.id, "first": min(seqs), "last": max(seqs)}).all()
    places = {row.person_id: row.seq for row in rows if row.person_id is not None}
    groups = [(row.seq, row.people) for row in rows if row.person_id is None]
    return {
        one.seq: sum(people for seq, people in groups if seq >= one.seq)
        - (places.get(one.sender_id or 0, 0) >= one.seq)
        for one in messages
    }


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who has read a message, or not: then without a time."""

    person_id: int
    name: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    """People of one organisation, in official order."""

    unit_id: int | None
    name: str
    people: list[Reader] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Who has read a message and who belongs to the room and has not, by section in official order."""

    read: list[Section]
    unread: list[Section]
    read_count: int
    unread_count: int


_readers = (
    select(Place.person_id, Place.read_at, Person.display_name)
    .join(Person, Person.id == Place.person_id)
    .where(
        Place.room_id == _ROOM,
        Place.read_seq >= bindparam("seq", type_=BIGINT),
        Place.person_id != bindparam("sender", type_=BIGINT),
    )
)
_belonging = (
    select(PersonPrincipal.person_id)
    .join(Member, Member.principal_id == PersonPrincipal.principal_id)
    .where(Member.room_id == _ROOM, Member.ended_at.is_(None), holds_on(PersonPrincipal, bindparam("day")))
    .distinct()
)


def people(actor: Actor, room: RoomView, message: Line) -> Receipts:
    """Readers with the time at which they came so far or beyond, and non-readers. Who sent it is neither.

    Whoever asks a section sees it as one reader.
    """
    if room.hides_people:
        return _as_one(actor, room, message)
    rows = fetch(_readers, {"room": room.id, "seq": message.seq, "sender": message.sender_id or 0}).all()
    with without_wall():
        known = roll()
    read = {row.person_id: Reader(row.person_id, row.display_name, row.read_at) for row in rows}
    guests = _guests_of(room)
    belonging = {row.person_id for row in fetch(_belonging, {"room": room.id, "day": actor.today})}
    unread = [
        Reader(person_id, known.entries[person_id].name, None)
        for person_id in belonging - read.keys() - {message.sender_id}
        if person_id in known.entries
    ]
    unread += [
        Reader(person_id, guests[person_id].name, None)
        for person_id in (belonging & guests.keys()) - read.keys() - {message.sender_id}
    ]
    return Receipts(
        _sections(known, read.values(), guests),
        _sections(known, unread, guests),
        len(read),
        len(unread),
    )


_guests = (
    select(Guest.person_id, Guest.name, Guest.body)
    .join(Principal, (Principal.ref == Guest.person_id) & (Principal.kind == PrincipalKind.PERSON.value))
    .join(Member, Member.principal_id == Principal.id)
    .where(Member.room_id == _ROOM)
)


def _guests_of(room: RoomView) -> dict[int, Any]:
    """Those who were ever invited into a room, by the ids of the people they are; no statement where there are none."""
    if not room.guests:
        return {}
    return {row.person_id: row for row in fetch(_guests, {"room": room.id})}


def _as_one(actor: Actor, room: RoomView, message: Line) -> Receipts:
    """Whether the section, or the one who asks, has read it; not who of the section."""
    rows = fetch(_readers, {"room": room.id, "seq": message.seq, "sender": 0}).all()
    unit = org_tree(actor.today).get(room.unit_id)
    name = unit.name if unit is not None else ""
    is_answer = message.sender_id != room.asker_id
    if is_answer:
        sides = [(room.asker_unit, room.asker_name, [one for one in rows if one.person_id == room.asker_id])]
    else:
        sides = [(name, name, [one for one in rows if one.person_id != room.asker_id])]
    found: dict[bool, list[Section]] = {True: [], False: []}
    for title, reader, seen in sides:
        first = min((one.read_at for one in seen if one.read_at is not None), default=None)
        found[bool(seen)].append(Section(None, title, [Reader(0, reader, first)]))
    return Receipts(found[True], found[False], len(found[True]), len(found[False]))


def _sections(known: Roll, people: Iterable[Reader], guests: Mapping[int, Any]) -> list[Section]:
    """By organisation in official order; guests by the bodies they come from, after them."""
    found: dict[int | str | None, Section] = {}
    last = len(known.place)
    for reader in sorted(people, key=lambda one: (known.place.get(one.person_id, last), one.person_id)):
        entry = known.entries.get(reader.person_id)
        unit: Any = known.tree.get(entry.unit_id) if entry is not None else None
        key = unit.id if unit is not None else None
        if key is None and reader.person_id in guests:
            body = guests[reader.person_id].body
            found.setdefault(body, Section(None, body)).people.append(reader)
            continue
        if key not in found:
            found[key] = Section(key, unit.name if unit is not None else "")
        found[key].people.append(reader)
    return list(found.values())


__all__ = ["Reader", "Receipts", "Section", "counts", "people"]
