"""Rooms as somebody sees them: their own, one of them, those that anybody may join."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, Uuid, bindparam, case, cast, exists, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from groupware import access, clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.objects import ACTOR_NOW, ACTOR_PERSON, may_be_seen
from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.directory.queries.roll import roll
from groupware.directory.wall import without_wall
from groupware.errors import NotFound
from groupware.guests.models import Guest
from groupware.guests.queries import may_come
from groupware.i18n import gettext, pgettext
from groupware.realtime.queries import seq_of
from plugins.chat.enums import ROOM, Role, RoomKind, Telling
from plugins.chat.events import TOPIC
from plugins.chat.models import Enquiry, Member, Message, Place, Room, Scheduled
from plugins.chat.permissions import READ
from plugins.chat.queries.belonging import each_membership, is_shown, memberships, ways_into
from plugins.chat.queries.words import FILES_SHOWN, in_words

MOST = 1000
"""Rooms in one list."""
EXCERPT = 80
"""Characters of the last message that a list shows."""
BADGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in the list of somebody's own."""

    id: int
    uid: uuid.UUID
    kind: RoomKind
    title: str
    unit_id: int | None
    is_open: bool
    is_archived: bool
    role: Role
    unread: int
    is_favourite: bool
    telling: Telling
    has_draft: bool
    at: datetime
    """Its place in the list: when something was last said in it, or else when it was opened."""
    last_at: datetime | None
    last_sender: str
    last_text: str
    """The beginning of the last message, or that it is files; empty where there is none, it was deleted, or they may not see it."""

    @property
    def is_muted(self) -> bool:
        """Whether they are told nothing of it."""
        return self.telling is Telling.NONE


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


_ties = memberships().subquery("ties")
_left_off = func.coalesce(Place.left_off_seq, 0)
_since = case((_left_off > _ties.c.from_seq, _left_off), else_=_ties.c.from_seq)
_unread = case((Room.last_seq > _since, Room.last_seq - _since), else_=0)
_own_place = (Place.person_id == ACTOR_PERSON) & (Place.room_id == Room.id)
IS_THERE = Room.deleted_at.is_(None) & may_be_seen(Room.classification)
"""Criterion: the room is not deleted, and may be seen from where the actor is."""
_mine = (
    select(
        Room.id,
        Room.uid,
        Room.kind,
        Room.name,
        Room.unit_id,
        Room.is_open,
        Room.shows_past,
        Room.archived_at,
        Room.direct_key,
        Room.last_at,
        Room.created_at,
        Room.last_seq,
        _ties.c.role,
        _ties.c.from_seq,
        _unread.label("unread"),
        func.coalesce(Place.is_favourite, False).label("is_favourite"),
        func.coalesce(Place.telling, Telling.MENTIONS.value).label("telling"),
        (func.coalesce(Place.draft_key, "") != "").label("has_draft"),
        Message.sender_name,
        func.substr(Message.text, 1, EXCERPT).label("excerpt"),
        FILES_SHOWN.label("file_count"),
    )
    .select_from(_ties)
    .join(Room, Room.id == _ties.c.room_id)
    .outerjoin(Place, _own_place)
    .outerjoin(Message, (Message.room_id == Room.id) & (Message.seq == Room.last_seq))
    .where(IS_THERE, (Room.archived_at.is_not(None)) == bindparam("is_archived"))
    .order_by(func.coalesce(Room.last_at, Room.created_at).desc(), Room.id.desc())
    .limit(MOST)
)
_unread_rooms = select(func.count()).select_from(
    select(Room.id)
    .select_from(_ties)
    .join(Room, Room.id == _ties.c.room_id)
    .outerjoin(Place, _own_place)
    .where(
        IS_THERE,
        Room.archived_at.is_(None),
        Room.last_seq > _since,
        func.coalesce(Place.telling, "") != Telling.NONE.value,
    )
    .limit(BADGE_LIMIT)
    .subquery()
)


def mine(actor: Actor, *, is_archived: bool = False) -> list[RoomLine]:
    """The rooms of the actor, the one with the newest message first: one statement, two if some of them hide their past."""
    rows = fetch(_mine, {**access.parameters(actor), "is_archived": is_archived}).all()
    ways = ways_into(actor, {row.id for row in rows if not row.shows_past and row.last_at is not None})
    return [_line(actor, row, ways.get(row.id, ())) for row in rows]


def unread_rooms(actor: Actor) -> int:
    """In how many rooms that are not muted something is unread, up to BADGE_LIMIT."""
    return fetch(_unread_rooms, access.parameters(actor)).scalar() or 0


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


def partner(actor: Actor, kind: str, direct_key: str | None) -> int | None:
    """The other person of a direct room; None for all other rooms, and for who looks in from outside."""
    if kind != RoomKind.DIRECT or direct_key is None:
        return None
    people = [int(part) for part in direct_key.split(":")]
    others = [one for one in people if one != actor.person_id]
    return others[0] if len(others) == 1 else None


def _line(actor: Actor, row: Any, ways: Sequence[Any]) -> RoomLine:
    is_seen = row.shows_past or is_shown(ways, row.created_at, row.last_seq, row.last_at)
    return RoomLine(
        id=row.id,
        uid=row.uid,
        kind=RoomKind(row.kind),
        title=title_of(actor, row),
        unit_id=row.unit_id,
        is_open=row.is_open,
        is_archived=row.archived_at is not None,
        role=Role(row.role),
        unread=row.unread,
        is_favourite=row.is_favourite,
        telling=Telling(row.telling),
        has_draft=row.has_draft,
        at=row.last_at or row.created_at,
        last_at=row.last_at,
        last_sender=(row.sender_name or "") if is_seen else "",
        last_text=" ".join(in_words(row.excerpt or "", row.file_count or 0).split()) if is_seen else "",
    )


def title_of(actor: Actor, row: Any) -> str:
    """What somebody calls a room, from its `kind`, `direct_key` and `name`: a direct one is called like the other person."""
    if row.kind == RoomKind.OWN:
        return str(pgettext("chat", "My room"))
    other = partner(actor, row.kind, row.direct_key)
    if other is None:
        return str(row.name)
    with without_wall():
        entry = roll().entries.get(other)
    return entry.name if entry is not None else str(row.name)


__all__ = [
    "BADGE_LIMIT",
    "IS_THERE",
    "IS_WATCHED",
    "RoomLine",
    "RoomView",
    "is_readable",
    "mine",
    "not_found",
    "one",
    "partner",
    "title_of",
    "unread_rooms",
]
