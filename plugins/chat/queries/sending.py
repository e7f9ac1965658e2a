"""What is asked before messages are written: one statement of each kind, however many there are.

The letters of a group are given as one value, so that a statement has one text and one plan for any number of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Text,
    Uuid,
    bindparam,
    case,
    func,
    select,
)

from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, for_each_database
from groupware.given import few, few_of
from plugins.chat.models import Enquiry, Member, Message, Place, Revision, Room
from plugins.chat.queries.rooms import IS_WATCHED

_rooms = (
    select(
        Room.id,
        Room.uid,
        Room.kind,
        Room.unit_id,
        Room.classification,
        Room.shows_past,
        Room.archived_at,
        Room.last_seq,
        Room.last_at,
        Room.direct_key,
        Enquiry.asker_id,
        IS_WATCHED.label("is_watched"),
    )
    .outerjoin(Enquiry, Enquiry.room_id == Room.id)
    .where(Room.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)), Room.deleted_at.is_(None))
    .order_by(Room.id)
    .with_for_update(of=Room)
)
# What a program said is nobody's: nobody is told that it was answered.
_speaker = case((Message.webhook_id.is_(None), Message.sender_id), else_=None).label("sender_id")
_answered = select(Message.uid, Message.room_id, Message.seq, _speaker).where(
    Message.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)), Message.deleted_at.is_(None)
)
_first_text = (
    select(Revision.text)
    .where(Revision.message_id == bindparam("message", type_=BIGINT))
    .order_by(Revision.id)
    .limit(1)
)
_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("place", Integer()),
    ("person", BIGINT),
    ("room", BIGINT),
    ("sent_key", Text()),
    ("today", Date()),
)


@for_each_database
def _standing() -> Any:
    given = few_of(_COLUMNS)

    def of_ties(value: ColumnElement[Any]) -> Any:
        # A person has some twenty principals, a room may have thousands of members: the unique index is asked for each of the twenty.
        return (
            select(value)
            .select_from(PersonPrincipal)
            .join(Member, Member.principal_id == PersonPrincipal.principal_id)
            .where(
                PersonPrincipal.person_id == given.c.person,
                PersonPrincipal.valid_from <= given.c.today,
                PersonPrincipal.valid_to > given.c.today,
                Member.room_id == given.c.room,
                Member.ended_at.is_(None),
            )
            .scalar_subquery()
        )

    return (
        select(
            given.c.place,
            of_ties(func.max(Member.role)).label("role"),
            Place.read_seq,
            Message.id,
            Message.uid,
            Message.seq,
            Message.created_at,
            Message.text,
            Message.file_count,
        )
        .select_from(given)
        .outerjoin(Place, (Place.person_id == given.c.person) & (Place.room_id == given.c.room))
        .outerjoin(
            Message,
            (Message.room_id == given.c.room)
            & (Message.sender_id == given.c.person)
            & (Message.key == given.c.sent_key),
        )
    )


def rooms(uids: Iterable[UUID]) -> Mapping[UUID, Any]:
    """The rooms that there are, locked in the order of their ids, as they are once others have let go of them."""
    return {row.uid: row for row in fetch(_rooms, {"uids": sorted(set(uids))})}


def standing(letters: Sequence[tuple[Actor, int, str]]) -> Sequence[Any]:
    """For each (sender, id of the room, key), in order: the strongest role or None, how far they have read, and the message of that key.

    To be asked after the rooms were locked: a membership may have ended while others were waited for.
    """
    given = [
        {
            "place": place,
            "person": actor.person_id or 0,
            "room": room_id,
            "sent_key": key,
            "today": actor.today.isoformat(),
        }
        for place, (actor, room_id, key) in enumerate(letters)
    ]
    rows = fetch(_standing(), {"given": few(given)}).all() if given else []
    return sorted(rows, key=lambda row: row.place)


def answered(uids: Iterable[UUID]) -> Mapping[UUID, Any]:
    """Of these messages the ones that stand: room, number, sender."""
    wanted = sorted(set(uids))
    return {row.uid: row for row in fetch(_answered, {"uids": wanted})} if wanted else {}


def first_text(message_id: int) -> str | None:
    """What a message said at first, if it was edited or deleted since."""
    found: str | None = fetch(_first_text, {"message": message_id}).scalar()
    return found


__all__ = ["answered", "first_text", "rooms", "standing"]
