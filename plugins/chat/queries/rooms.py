"""A room as somebody opened it: what they may do in it, how far they have read, what they are writing."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, Uuid, bindparam, cast, exists, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from groupware import access, clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.objects import ACTOR_NOW, ACTOR_PERSON, may_be_seen
from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.errors import NotFound
from groupware.guests.models import Guest
from groupware.guests.queries import may_come
from groupware.i18n import gettext
from groupware.realtime.queries import seq_of
from plugins.chat.enums import ROOM, Role, RoomKind, Telling
from plugins.chat.events import TOPIC
from plugins.chat.models import Enquiry, Member, Message, Place, Room, Scheduled
from plugins.chat.permissions import READ
from plugins.chat.queries.belonging import each_membership, memberships
from plugins.chat.queries.titles import partner, title_of


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as somebody opened it."""

    id: int
    uid: uuid.UUID
    version: int
    kind: RoomKind
    title: str
    name: str
    purpose: str
    unit_id: int | None
    classification: str
    is_open: bool
    shows_past: bool
    is_text_only: bool
    ends_on: date | None
    kept_for: int | None
    """The retention period that was chosen; None where the rule of its organisation counts. `retention_years` is what follows from it."""
    retention_years: int
    created_at: datetime
    archived_at: datetime | None
    last_seq: int
    last_at: datetime | None
    role: Role | None
    """None for who belongs to it by no membership, but may read it by a grant."""
    floor: int
    """The last message that they may not see, because it was said before they came."""
    since_seq: int
    """The last message before they belonged to it."""
    read_seq: int
    left_off_seq: int
    is_favourite: bool
    telling: Telling
    draft: str
    draft_key: str
    draft_reply_to: uuid.UUID | None
    draft_named: str
    draft_files: tuple[uuid.UUID, ...]
    """What they are writing, the key it will be sent by, the message that it answers, whom it names, and its files."""
    partner_id: int | None
    """The other person of a direct room."""
    asker_id: int | None
    asker_name: str
    asker_unit: str
    """Who asks in an enquiry, as they were then; None and empty in all other rooms."""
    is_answered_by_me: bool
    """Whether what they say in it is an answer of the section."""
    guests: int
    """People from outside who may come into it today."""
    scheduled: int
    """Messages of theirs that wait to be sent in it."""
    is_visited: bool
    """Whether it is a guest who looks: no link leads out of the room."""
    topic_seq: int
    """Number of the last event of its topic when it was read."""

    @property
    def topic(self) -> str:
        """What an open page follows."""
        return f"{TOPIC}.{self.id}"

    @property
    def first_unread(self) -> int | None:
        """The number of the first message that is unread for them, if any is."""
        seq = max(self.left_off_seq, self.since_seq) + 1
        return seq if seq <= self.last_seq else None

    @property
    def unread(self) -> int:
        """How many messages are unread for them."""
        return max(0, self.last_seq - max(self.left_off_seq, self.since_seq))

    @property
    def may_send(self) -> bool:
        """Whether they may say something in it now."""
        return self.role is not None and self.role >= Role.MEMBER and self.archived_at is None

    @property
    def has_notes(self) -> bool:
        """Whether there are notes and tasks in it: not in an enquiry, where they would name who answers."""
        return self.kind is not RoomKind.ENQUIRY

    @property
    def hides_people(self) -> bool:
        """Whether they see the section in place of the people who answer for it: everybody but the section itself."""
        return self.asker_id is not None and not self.is_answered_by_me

    @property
    def may_moderate(self) -> bool:
        """Whether their role lets them change the room and its members, and delete what others said."""
        return self.role is not None and self.role >= Role.MODERATOR and self.kind is RoomKind.ROOM

    @property
    def may_keep(self) -> bool:
        """Whether their role lets them decide roles, archive the room and reopen it."""
        return self.role is Role.OWNER and self.kind is RoomKind.ROOM


_own_place = (Place.person_id == ACTOR_PERSON) & (Place.room_id == Room.id)
IS_THERE = Room.deleted_at.is_(None) & may_be_seen(Room.classification)
"""Criterion: the room is not deleted, and may be seen from where the actor is."""
_UID = bindparam("uid", type_=Uuid())
_guests = (
    select(func.count(Guest.id.distinct()))
    .join(Principal, (Principal.ref == Guest.person_id) & (Principal.kind == PrincipalKind.PERSON.value))
    .join(Member, (Member.principal_id == Principal.id) & Member.ended_at.is_(None))
    .where(Member.room_id == Room.id, may_come(ACTOR_NOW))
    .correlate(Room)
    .scalar_subquery()
)
_scheduled = (
    select(func.count())
    .select_from(Scheduled)
    .where(Scheduled.room_id == Room.id, Scheduled.sender_id == ACTOR_PERSON, Scheduled.returned_at.is_(None))
    .correlate(Room)
    .scalar_subquery()
)
_of_one = (
    memberships()
    .where(Member.room_id == select(Room.id).where(Room.uid == _UID).scalar_subquery())
    .subquery("ties_of_one")
)
_watching = aliased(Place)
IS_WATCHED = exists().where(_watching.room_id == Room.id, _watching.telling == literal_column("'all'"))
"""Criterion: somebody wants to be told of every message in the room."""
_one = (
    select(
        *(
            column
            for column in Room.__table__.columns
            if column.key not in ("created_by", "archived_by", "deleted_by")
        ),
        _of_one.c.role,
        func.coalesce(_of_one.c.from_seq, 0).label("from_seq"),
        func.coalesce(Place.read_seq, 0).label("read_seq"),
        func.coalesce(Place.left_off_seq, 0).label("left_off_seq"),
        func.coalesce(Place.is_favourite, False).label("is_favourite"),
        func.coalesce(Place.telling, Telling.MENTIONS.value).label("telling"),
        func.coalesce(Place.draft, "").label("draft"),
        func.coalesce(Place.draft_key, "").label("draft_key"),
        Place.draft_reply_to,
        func.coalesce(Place.draft_named, "").label("draft_named"),
        func.coalesce(Place.draft_files, "").label("draft_files"),
        Enquiry.asker_id,
        Enquiry.asker_name,
        Enquiry.asker_unit,
        _guests.label("guests"),
        _scheduled.label("scheduled"),
        seq_of(literal(f"{TOPIC}.") + cast(Room.id, String)).label("topic_seq"),
    )
    .outerjoin(_of_one, _of_one.c.room_id == Room.id)
    .outerjoin(Place, _own_place)
    .outerjoin(Enquiry, Enquiry.room_id == Room.id)
    .where(Room.uid == _UID, Room.deleted_at.is_(None), access.visible(READ, Room))
)


def one(actor: Actor, uid: uuid.UUID) -> RoomView:
    """A room that the actor may read. Raises NotFound, the same for what is absent and what is not theirs."""
    row = fetch(_one, {**access.parameters(actor, READ, ROOM), "uid": uid}).first()
    if row is None:
        raise not_found()
    return RoomView(
        id=row.id,
        uid=row.uid,
        version=row.version,
        kind=RoomKind(row.kind),
        title=title_of(actor, row),
        name=row.name,
        purpose=row.purpose,
        unit_id=row.unit_id,
        classification=row.classification,
        is_open=row.is_open,
        shows_past=row.shows_past,
        is_text_only=row.is_text_only,
        ends_on=row.ends_on,
        kept_for=row.kept_for,
        retention_years=row.retention_years,
        created_at=row.created_at,
        archived_at=row.archived_at,
        last_seq=row.last_seq,
        last_at=row.last_at,
        role=Role(row.role) if row.role is not None else None,
        floor=0 if row.shows_past or row.role is None else _floor(actor, row),
        since_seq=row.from_seq,
        read_seq=row.read_seq,
        left_off_seq=row.left_off_seq,
        is_favourite=row.is_favourite,
        telling=Telling(row.telling),
        draft=row.draft,
        draft_key=row.draft_key,
        draft_reply_to=row.draft_reply_to,
        draft_named=row.draft_named,
        draft_files=tuple(uuid.UUID(one) for one in row.draft_files.split()),
        partner_id=partner(actor, row.kind, row.direct_key),
        asker_id=row.asker_id,
        asker_name=row.asker_name or "",
        asker_unit=row.asker_unit or "",
        is_answered_by_me=None not in (row.asker_id, row.role) and row.asker_id != actor.person_id,
        guests=row.guests,
        scheduled=row.scheduled,
        is_visited=actor.is_guest,
        topic_seq=row.topic_seq,
    )


_ways = each_membership().where(Member.room_id == bindparam("room", type_=BIGINT))
_before = (
    select(Message.seq)
    .where(
        Message.room_id == bindparam("room", type_=BIGINT),
        Message.created_at < bindparam("since", type_=UTCDateTime()),
    )
    .order_by(Message.created_at.desc(), Message.seq.desc())
    .limit(1)
)


def _floor(actor: Actor, row: Any) -> int:
    """The last message before the actor came, in a room that does not show its past: by themselves, or into its section or post."""
    floors: list[int] = []
    for way in fetch(_ways, {**access.parameters(actor), "room": row.id}).all():
        floor = way.from_seq
        if way.valid_from > clock.local(row.created_at).date():
            since = {"room": row.id, "since": clock.midnight(way.valid_from)}
            floor = max(floor, fetch(_before, since).scalar() or 0)
        floors.append(floor)
    return min(floors)


_readable = select(Room.id).where(
    Room.id == bindparam("room", type_=BIGINT), Room.deleted_at.is_(None), access.visible(READ, Room)
)


def is_readable(actor: Actor, room_id: int) -> bool:
    """Whether the actor may read the room."""
    return fetch(_readable, {**access.parameters(actor, READ, ROOM), "room": room_id}).first() is not None


def not_found() -> NotFound:
    """What is answered for a room or message that does not exist and for one that may not be known."""
    return NotFound(gettext("The page you are looking for was not found."))


__all__ = ["IS_THERE", "IS_WATCHED", "RoomView", "is_readable", "not_found", "one"]
