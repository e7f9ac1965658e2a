"""Whom a message in a room can be addressed to: people who belong to it, organisations with somebody in it, all of them."""

from collections.abc import Collection
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
_speakers = (
    select(Message.sender_id)
    .where(Message.room_id == _ROOM, Message.seq > bindparam("since", type_=BIGINT))
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


def label_of(ref: Ref) -> str | None:
    """What a person or organisation is called behind the @; None for what the reader cannot see."""
    current = roll()
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
    if may_address_all and all(word in fold(everybody(), spaces="remove") for word in words):
        found.append(Choice(EVERYBODY, everybody(), ""))
    if words:
        units = [] if room.is_visited else _fitting_units(words)
        here = units_among(actor, room, units)
        refs = [Ref(PrincipalKind.UNIT_TREE, one) for one in units if one in here][:MOST_UNITS]
        people = found_people(Wanted(text)).people
    else:
        refs = []
        since = max(room.floor, room.last_seq - RECENT)
        people = list(dict.fromkeys(row[0] for row in fetch(_speakers, {"room": room.id, "since": since})))
    members = members_among(actor, room, people)
    refs += [Ref(PrincipalKind.PERSON, one) for one in people if one in members and one != actor.person_id][
        :MOST_PEOPLE
    ]
    details = words_of(refs)
    for ref in refs:
        label = label_of(ref)
        if label is not None and ref in details:
            found.append(Choice(ref.value, label, details[ref].detail))
    return found


def _fitting_units(words: Collection[str]) -> list[int]:
    """Organisations in whose name all words are; whole names first, then 建制順."""
    current = roll()
    fits: dict[int, tuple[bool, int]] = {}
    for names, unit_id in current.words:
        if unit_id in current.tree and all(any(word in name for name in names) for word in words):
            fits[unit_id] = (not any(word in names for word in words), current.tree.order[unit_id])
    return sorted(fits, key=fits.__getitem__)[:LOOKED_AT]


__all__ = ["EVERYBODY", "everybody", "label_of", "members_among", "suggestions", "units_among"]
