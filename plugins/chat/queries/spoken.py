"""All that was said in a room in a span of time, whoever may see it: for records and for requests for disclosure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from groupware import clock
from groupware.access.models import Principal
from groupware.among import among
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.queries import File, files_ever
from groupware.db import BIGINT, UTCDateTime, fetch, session
from groupware.directory import picking
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Post
from plugins.chat.enums import MESSAGE
from plugins.chat.models import Member, Message, Revision

_ROOM = bindparam("room", type_=BIGINT)
_SINCE, _UNTIL = (bindparam(name, type_=UTCDateTime()) for name in ("since", "until"))
_then = (Message.room_id == _ROOM, Message.created_at >= _SINCE, Message.created_at < _UNTIL)

_messages = select(Message).where(*_then).order_by(Message.seq)
_stretch = select(
    func.count().label("number"), func.min(Message.seq).label("first"), func.max(Message.seq).label("last")
).where(*_then, Message.seq > bindparam("floor", type_=BIGINT))
_size = (
    select(func.coalesce(func.sum(StoredFile.size), 0))
    .join(Attachment, Attachment.stored_id == StoredFile.id)
    .join(Message, (Attachment.owner_type == MESSAGE) & (Attachment.owner_id == Message.id))
    .where(*_then, Message.file_count > 0, Message.seq > bindparam("floor", type_=BIGINT))
)
_earlier = (
    select(Revision.message_id, Revision.text, Revision.made_at, Revision.made_by_name)
    .join(Message, Message.id == Revision.message_id)
    .where(*_then)
    .order_by(Revision.message_id, Revision.id)
)
_members = (
    select(Principal)
    .join(Member, Member.principal_id == Principal.id)
    .where(
        Member.room_id == _ROOM,
        Member.added_at < _UNTIL,
        or_(Member.ended_at.is_(None), Member.ended_at >= _SINCE),
    )
    .order_by(Member.role.desc(), Member.id)
)
_posts = (
    select(Appointment.person_id, Appointment.valid_from, Appointment.valid_to, Post.name)
    .join(Post, Post.id == Appointment.post_id)
    .where(
        among(Appointment.person_id, "people"),
        Appointment.kind == AppointmentKind.MAIN.value,
        Appointment.valid_from < bindparam("until"),
        Appointment.valid_to > bindparam("since"),
    )
)


def messages(room_id: int, since: datetime, until: datetime) -> Sequence[Message]:
    """What was said from `since` until before `until`, in the order of the room, deleted messages as well."""
    return session.scalars(_messages, {"room": room_id, "since": since, "until": until}).all()


def stretch(room_id: int, since: datetime, until: datetime, floor: int) -> Any:
    """How many messages there are in the span above the number `floor`, and the `first` and `last` of their numbers."""
    return fetch(_stretch, {"room": room_id, "since": since, "until": until, "floor": floor}).one()


def size_of_files(room_id: int, since: datetime, until: datetime, floor: int) -> int:
    """How many bytes the files have that were sent in the span, those of deleted messages as well."""
    return int(fetch(_size, {"room": room_id, "since": since, "until": until, "floor": floor}).scalar_one())


def attached(said: Sequence[Message], *, with_deleted: bool) -> dict[int, list[File]]:
    """Message → the files that it was sent with, in their order."""
    return files_ever(
        MESSAGE, [one.id for one in said if one.file_count and (with_deleted or one.deleted_at is None)]
    )


def earlier_wordings(room_id: int, since: datetime, until: datetime) -> dict[int, list[Any]]:
    """Message → its texts before each time that it was edited or deleted, oldest first."""
    rows = fetch(_earlier, {"room": room_id, "since": since, "until": until}).all()
    return {key: list(some) for key, some in groupby(rows, key=attrgetter("message_id"))}


def members(room_id: int, since: datetime, until: datetime) -> list[str]:
    """Who belonged to the room at some time of the span, in words: owners first."""
    named = session.scalars(_members, {"room": room_id, "since": since, "until": until}).unique().all()
    words = picking.labels_of(named)
    return list(dict.fromkeys(words[one.id] for one in named))


def posts(said: Sequence[Message]) -> dict[int, str]:
    """Message → the main post that its sender held on the day on which it was sent; empty for who held none, and for programs."""
    if not said:
        return {}
    days = {one.id: clock.local(one.created_at).date() for one in said}
    span = {"since": min(days.values()), "until": clock.day_after(max(days.values()))}
    held: dict[int, list[Any]] = {}
    for row in fetch(_posts, {**span, "people": sorted({one.sender_id for one in said})}):
        held.setdefault(row.person_id, []).append(row)
    return {
        one.id: next(
            (
                row.name
                for row in (held.get(one.sender_id, ()) if one.webhook_id is None else ())
                if row.valid_from <= days[one.id] < row.valid_to
            ),
            "",
        )
        for one in said
    }


__all__ = ["attached", "earlier_wordings", "members", "messages", "posts", "size_of_files", "stretch"]
