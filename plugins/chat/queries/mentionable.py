"""Whom a message in a room can be addressed to: people who belong to it, organisations with somebody in it, all of them."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from typing import Any

from sqlalchemy import bindparam, exists, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.picking import Choice, Ref, words_of
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.directory.queries.people_search import words_of as searched_words
from groupware.directory.queries.roll import is_seen, roll
from groupware.directory.wall import without_wall
from groupware.i18n import gettext
from groupware.text.folding import fold
from plugins.chat.models import Member, Message
from plugins.chat.queries.outside import Visitor, fitting, visitors
from plugins.chat.queries.rooms import RoomView

MOST_PEOPLE = 8
MOST_UNITS = 4
LOOKED_AT = 40
"""Organisations of a fitting name that are looked at: the next word leaves fewer."""
RECENT = 100
"""Messages among whose senders those are whom somebody probably means."""
EVERYBODY = "all"
"""How all who belong to the room are spelt, beside `person:77` and `unit_tree:12`."""

_ROOM: Any = bindparam("room", type_=BIGINT)
_DAY: Any = bindparam("day")
_belonging = (
    select(PersonPrincipal.person_id)
    .join(Member, Member.principal_id == PersonPrincipal.principal_id)
    .where(
        Member.room_id == _ROOM,
        Member.ended_at.is_(None),
        holds_on(PersonPrincipal, _DAY),
        among(PersonPrincipal.person_id, "people"),
    )
    .distinct()
)
_Whole = PersonPrincipal.__table__.alias("whole")
_units = (
    select(Principal.ref)
    .where(
        Principal.kind == PrincipalKind.UNIT_TREE.value,
        among(Principal.ref, "units"),
        exists()
        .where(
            _Whole.c.principal_id == Principal.id,
            _Whole.c.valid_from <= _DAY,
            _Whole.c.valid_to > _DAY,
            PersonPrincipal.person_id == _Whole.c.person_id,
            holds_on(PersonPrincipal, _DAY),
            Member.principal_id == PersonPrincipal.principal_id,
            Member.room_id == _ROOM,
            Member.ended_at.is_(None),
        )
        .correlate(Principal),
    )
    .distinct()
)
_members = (
    select(PersonPrincipal.person_id)
    .join(Member, Member.principal_id == PersonPrincipal.principal_id)
    .where(Member.room_id == _ROOM, Member.ended_at.is_(None), holds_on(PersonPrincipal, _DAY))
    .distinct()
)
_speakers = (
    select(Message.sender_id)
    .where(
        Message.room_id == _ROOM,
        Message.seq > bindparam("since", type_=BIGINT),
        Message.webhook_id.is_(None),
    )
    .order_by(Message.seq.desc())
)


def members_among(actor: Actor, room: RoomView, people: Collection[int]) -> set[int]:
    """Those of the people who belong to the room today; nobody where they are not to be seen."""
    if not people or room.hides_people:
        return set()
    rows = fetch(_belonging, {"room": room.id, "day": actor.today, "people": list(people)})
    return {row.person_id for row in rows}


def units_among(actor: Actor, room: RoomView, units: Collection[int]) -> set[int]:
    """Those of the organisations that have somebody, in them or below, who belongs to the room today."""
    if not units or room.hides_people:
        return set()
    rows = fetch(_units, {"room": room.id, "day": actor.today, "units": list(units)})
    return {row.ref for row in rows}


def everybody() -> str:
    """What all who belong to a room are called."""
    return str(gettext("All members"))


def label_of(ref: Ref, outside: Mapping[int, Visitor]) -> str | None:
    """What a person or organisation is called behind the @, `outside` the guests of the room; None for what the reader cannot see."""
    current = roll()
    if ref.kind is PrincipalKind.PERSON and ref.ref in outside:
        return outside[ref.ref].name
    if ref.kind is PrincipalKind.PERSON:
        entry = current.entries.get(ref.ref) if is_seen(ref.ref) else None
        return " ".join(entry.name.split()) if entry is not None else None
    unit = current.tree.get(ref.ref)
    return " ".join(unit.name.split()) if unit is not None else None


def suggestions(actor: Actor, room: RoomView, text: str, *, may_address_all: bool) -> list[Choice]:
    """What fits what was typed behind the @; without anything typed all members and whoever spoke lately.

    Whoever asks a section is offered nobody: they do not see who answers for it. A visitor is offered people of the room.
    """
    if room.hides_people:
        return []
    # What is offered belongs to the room, and whoever is in it may know that.
    with without_wall() if room.is_visited else nullcontext():
        return _suggestions(actor, room, text, may_address_all=may_address_all)


def _suggestions(actor: Actor, room: RoomView, text: str, *, may_address_all: bool) -> list[Choice]:
    words = searched_words(text)
    found: list[Choice] = []
    outside = visitors(actor, room)
    if may_address_all and all(word in fold(everybody(), spaces="remove") for word in words):
        found.append(Choice(EVERYBODY, everybody(), ""))
    if words:
        units = [] if room.is_visited else _fitting_units(words)
        here = units_among(actor, room, units)
        refs = [Ref(PrincipalKind.UNIT_TREE, one) for one in units if one in here][:MOST_UNITS]
        people = [
            *_members_called(actor, room, words),
            *found_people(Wanted(text)).people,
            *fitting(outside.values(), words),
        ]
    else:
        refs = []
        since = max(room.floor, room.last_seq - RECENT)
        people = list(dict.fromkeys(row[0] for row in fetch(_speakers, {"room": room.id, "since": since})))
    members = members_among(actor, room, people)
    chosen = [one for one in dict.fromkeys(people) if one in members and one != actor.person_id]
    refs += [Ref(PrincipalKind.PERSON, one) for one in chosen[:MOST_PEOPLE]]
    details = words_of([ref for ref in refs if ref.ref not in outside])
    for ref in refs:
        label = label_of(ref, outside)
        if label is None:
            continue
        if ref.kind is PrincipalKind.PERSON and ref.ref in outside:
            found.append(Choice(ref.value, label, outside[ref.ref].body))
        elif ref in details:
            found.append(Choice(ref.value, label, details[ref].detail))
    return found


def _members_called(actor: Actor, room: RoomView, words: Collection[str]) -> list[int]:
    """For a visitor: members in whose name the words are, however many others of the house are called so."""
    if not room.is_visited:
        return []
    current = roll()
    rows = fetch(_members, {"room": room.id, "day": actor.today})
    known = {row.person_id: current.entries.get(row.person_id) for row in rows}
    fits = [
        key
        for key, one in known.items()
        if one is not None and all(word in fold(one.name, spaces="remove") for word in words)
    ]
    return sorted(fits, key=lambda key: current.place.get(key, len(current.place)))


def _fitting_units(words: Collection[str]) -> list[int]:
    """Organisations in whose name all words are; whole names first, then 建制順."""
    current = roll()
    fits: dict[int, tuple[bool, int]] = {}
    for names, unit_id in current.words:
        if unit_id in current.tree and all(any(word in name for name in names) for word in words):
            fits[unit_id] = (not any(word in names for word in words), current.tree.order[unit_id])
    return sorted(fits, key=fits.__getitem__)[:LOOKED_AT]


__all__ = ["EVERYBODY", "everybody", "label_of", "members_among", "suggestions", "units_among"]
