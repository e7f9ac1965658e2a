"""What somebody has written to be sent later. Nobody else sees it, whatever they may."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from groupware.actor import Actor
from groupware.attachments.queries import File, shown_files
from groupware.db import BIGINT, fetch
from groupware.plugin import Owned
from plugins.chat.enums import SCHEDULED, Alerting
from plugins.chat.models import Room, Scheduled
from plugins.chat.queries.rooms import not_found
from plugins.chat.queries.titles import title_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its time, or came back."""

    id: int
    uid: uuid.UUID
    room_uid: uuid.UUID
    room_title: str
    text: str
    due_at: datetime
    loudness: Alerting
    version: int
    returned_at: datetime | None
    reason: str
    files: Sequence[File] = ()


_SENDER = bindparam("sender", type_=BIGINT)
_mine = (
    select(
        Scheduled.id,
        Scheduled.uid.label("scheduled_uid"),
        Scheduled.text,
        Scheduled.due_at,
        Scheduled.loudness,
        Scheduled.version.label("scheduled_version"),
        Scheduled.returned_at,
        Scheduled.reason,
        Room.uid,
        Room.kind,
        Room.name,
        Room.direct_key,
    )
    .join(Room, Room.id == Scheduled.room_id)
    .where(Scheduled.sender_id == _SENDER)
    .order_by(Scheduled.returned_at.is_(None), Scheduled.due_at, Scheduled.id)
)
_owned = _mine.add_columns(Room.unit_id, Room.classification).where(
    Scheduled.id.in_(bindparam("ids", type_=BIGINT, expanding=True))
)
_returned = _mine.where(Scheduled.id.in_(bindparam("ids", type_=BIGINT, expanding=True)))


def scheduled(actor: Actor) -> list[Waiting]:
    """The messages of the actor: those that came back first, then by their time."""
    rows = fetch(_mine, {"sender": actor.person_id}).all()
    with_them = files_of([row.id for row in rows])
    return [_waiting(actor, row, with_them.get(row.id, ())) for row in rows]


def files_of(ids: Sequence[int]) -> dict[int, list[File]]:
    """The files of messages that wait, by message, in their order. One statement."""
    return shown_files(SCHEDULED, ids) if ids else {}


def owned(actor: Actor, ids: Sequence[int]) -> dict[int, Owned]:
    """Those of the messages that wait which the actor has written, as owners of their files."""
    rows = fetch(_owned, {"sender": actor.person_id, "ids": list(ids)}) if ids else ()
    return {
        row.id: Owned(
            title=title_of(actor, row),
            endpoint="chat.edit_scheduled",
            arguments={"uid": row.scheduled_uid},
            unit_id=row.unit_id,
            classification=row.classification,
        )
        for row in rows
    }


def one(actor: Actor, uid: uuid.UUID) -> Waiting:
    """One of them. Raises NotFound."""
    found = next((one for one in scheduled(actor) if one.uid == uid), None)
    if found is None:
        raise not_found()
    return found


def among_returned(actor: Actor, ids: Sequence[int]) -> list[Waiting]:
    """Those of the actor's with these ids."""
    return [_waiting(actor, row) for row in fetch(_returned, {"sender": actor.person_id, "ids": list(ids)})]


def _waiting(actor: Actor, row: Any, files: Sequence[File] = ()) -> Waiting:
    return Waiting(
        id=row.id,
        uid=row.scheduled_uid,
        room_uid=row.uid,
        room_title=title_of(actor, row),
        text=row.text,
        due_at=row.due_at,
        loudness=Alerting(row.loudness),
        version=row.scheduled_version,
        returned_at=row.returned_at,
        reason=row.reason,
        files=files,
    )


__all__ = ["Waiting", "among_returned", "files_of", "one", "owned", "scheduled"]
