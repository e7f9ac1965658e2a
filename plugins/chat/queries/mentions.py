"""Whom messages name: on the messages of a page, and all that somebody was named in, across their rooms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, case, exists, func, or_, select, union

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY, is_among
from groupware.actor import Actor
from groupware.among import among
from groupware.clock import today
from groupware.db import BIGINT, fetch, holds_on
from groupware.directory.models import Person
from plugins.chat.enums import Telling
from plugins.chat.models import Member, Mention, Message, Place, Room
from plugins.chat.queries.belonging import is_shown, memberships, ways_into
from plugins.chat.queries.rooms import IS_THERE
from plugins.chat.queries.titles import title_of

PAGE = 30
ALL = 0
"""What an event calls all who belong to a room."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a message names. `is_me`: whoever looks is meant, by themselves or as one of them."""

    label: str
    is_me: bool


_named = (
    select(
        Mention.message_id,
        Mention.label,
        case((Mention.principal_id.is_(None), 1), (is_among(Mention.principal_id), 1), else_=0).label(
            "is_me"
        ),
    )
    .where(among(Mention.message_id, "messages"))
    .order_by(Mention.id)
)


def named_in(actor: Actor, messages: Collection[int]) -> dict[int, list[Named]]:
    """Message → whom it names, for messages that the actor has opened; one statement for all of them."""
    found: dict[int, list[Named]] = {}
    if messages:
        for row in fetch(_named, {**access.parameters(actor), "messages": list(messages)}):
            found.setdefault(row.message_id, []).append(Named(row.label, bool(row.is_me)))
    return found


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message in which somebody was named."""

    id: int
    uid: UUID
    seq: int
    room_uid: UUID
    room_title: str
    sender_name: str
    sender_unit: str
    created_at: datetime
    text: str
    is_unread: bool


_ties = memberships().subquery("ties")
_principals = select(PersonPrincipal.principal_id).where(
    PersonPrincipal.person_id == ACTOR_PERSON, holds_on(PersonPrincipal, ACTOR_TODAY)
)
_addressed = union(
    select(Mention.message_id).where(Mention.principal_id.in_(_principals)),
    select(Mention.message_id)
    .join(_ties, _ties.c.room_id == Mention.room_id)
    .join(Message, Message.id == Mention.message_id)
    .where(Mention.principal_id.is_(None), Message.seq > _ties.c.from_seq),
)
_mine = (
    select(
        Message.id,
        Message.uid.label("message_uid"),
        Message.seq,
        Message.sender_name,
        Message.sender_unit,
        Message.created_at.label("said_at"),
        Message.text,
        Room.id.label("room_id"),
        Room.uid,
        Room.kind,
        Room.name,
        Room.direct_key,
        Room.shows_past,
        Room.created_at,
        func.coalesce(Place.left_off_seq, 0).label("left_off_seq"),
        _ties.c.from_seq,
    )
    .join(_ties, _ties.c.room_id == Message.room_id)
    .join(Room, Room.id == Message.room_id)
    .outerjoin(Place, (Place.room_id == Room.id) & (Place.person_id == ACTOR_PERSON))
    .where(
        Message.id.in_(_addressed),
        Message.id < bindparam("before", type_=BIGINT),
        Message.sender_id != ACTOR_PERSON,
        Message.deleted_at.is_(None),
        IS_THERE,
    )
    .order_by(Message.id.desc())
    .limit(PAGE + 1)
)
_LAST = 2**63 - 1


def addressed_to(actor: Actor, before: int | None = None) -> tuple[list[Addressed], int | None]:
    """Messages that name the actor, the newest first, and before which message the list goes on, None at its end.

    In their rooms of today only, and nothing that was said before they came into a room that does not show its past.
    """
    rows = fetch(_mine, {**access.parameters(actor), "before": before or _LAST}).all()
    shown = rows[:PAGE]
    ways = ways_into(actor, {row.room_id for row in shown if not row.shows_past})
    lines = [
        _line(actor, row)
        for row in shown
        if row.shows_past or is_shown(ways[row.room_id], row.created_at, row.seq, row.said_at)
    ]
    return lines, shown[-1].id if len(rows) > PAGE else None


def _line(actor: Actor, row: Any) -> Addressed:
    return Addressed(
        id=row.id,
        uid=row.message_uid,
        seq=row.seq,
        room_uid=row.uid,
        room_title=title_of(actor, row),
        sender_name=row.sender_name,
        sender_unit=row.sender_unit,
        created_at=row.said_at,
        text=row.text,
        is_unread=row.seq > max(row.left_off_seq, row.from_seq),
    )


def mentioned(payload: Mapping[str, Any]) -> Select[Any]:
    """Who is told that a message names them: members who have not muted the room and have not read the message meanwhile."""
    day, principals = today(), [one for one in payload["mentioned"] if one != ALL]
    other = PersonPrincipal.__table__.alias("named")
    is_named = exists().where(
        other.c.person_id == PersonPrincipal.person_id,
        other.c.principal_id.in_(principals),
        other.c.valid_from <= day,
        other.c.valid_to > day,
    )
    has_no_need = exists().where(
        Place.person_id == PersonPrincipal.person_id,
        Place.room_id == payload["room_id"],
        or_(Place.read_seq >= payload["seq"], Place.telling == Telling.NONE.value),
    )
    chosen = (
        select(PersonPrincipal.person_id)
        .join(Member, Member.principal_id == PersonPrincipal.principal_id)
        .join(Person, Person.id == PersonPrincipal.person_id)
        .where(
            Member.room_id == payload["room_id"],
            Member.ended_at.is_(None),
            holds_on(PersonPrincipal, day),
            Person.left_on > day,
            ~has_no_need,
        )
    )
    return chosen if ALL in payload["mentioned"] else chosen.where(is_named)


__all__ = ["ALL", "Addressed", "Named", "addressed_to", "mentioned", "named_in"]
