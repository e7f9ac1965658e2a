"""Log exports as officers see them, and the rooms of which they may ask for one."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from groupware import access
from groupware.access import held
from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch, session
from groupware.plugin import Owned
from plugins.chat.enums import LogState, RoomKind
from plugins.chat.models import LogExport, Room
from plugins.chat.permissions import LOGS
from plugins.chat.queries.rooms import not_found

PAGE = 50
ROOMS = 30
"""Rooms that a search shows."""
QUERY_LENGTH = 100

_newest = select(LogExport).where(LogExport.deleted_at.is_(None)).order_by(LogExport.id.desc())


def is_officer(actor: Actor) -> bool:
    """Whether the actor may ask for log exports of any organisation, and decide about those that others asked for."""
    return access.holds_somewhere(actor, LOGS)


def exports(
    actor: Actor, before: int | None = None, most: int = PAGE
) -> tuple[Sequence[LogExport], int | None]:
    """Those of the organisations over which the actor is an officer, newest first, and before which one the list goes on."""
    statement = _newest.where(*_reach(actor, LogExport.unit_id))
    if before is not None:
        statement = statement.where(LogExport.id < before)
    rows = session.scalars(statement.limit(most + 1)).all()
    return rows[:most], rows[most - 1].id if len(rows) > most else None


def export(actor: Actor, uid: uuid.UUID) -> LogExport:
    """One of them. Raises NotFound, the same for what is absent and what is not the actor's."""
    statement = _newest.where(LogExport.uid == uid, *_reach(actor, LogExport.unit_id))
    found = session.scalars(statement).first()
    if found is None:
        raise not_found()
    return found


def _reach(actor: Actor, column: Any) -> list[Any]:
    mine = held(actor, LOGS)
    return [] if mine.everywhere else [column.in_(sorted(mine.units))]


_rooms = select(
    Room.id, Room.uid, Room.name, Room.kind, Room.unit_id, Room.last_at, Room.archived_at
).order_by(Room.last_at.desc().nulls_last(), Room.id.desc())


def rooms(actor: Actor, text: str) -> Sequence[Any]:
    """Rooms of whose logs the actor may ask for an export and whose name has these words, the liveliest first.

    Their names and nothing of what is in them; conversations of two are found by the names of the two.
    """
    words = text.replace("\x00", "")[:QUERY_LENGTH].split()
    if not words:
        return []
    named = (Room.name.icontains(word, autoescape=True) for word in words)
    kinds = Room.kind != RoomKind.OWN.value
    return fetch(
        _rooms.where(
            kinds,
            *named,
            *_reach(actor, Room.unit_id),
        ).limit(ROOMS)
    ).all()


def room(actor: Actor, uid: uuid.UUID) -> Any:
    """One of these rooms. Raises NotFound."""
    found = fetch(
        _rooms.where(
            Room.uid == uid,
            *_reach(actor, Room.unit_id),
        )
    ).first()
    if found is None:
        raise not_found()
    return found


_readable = select(
    LogExport.id, LogExport.uid, LogExport.room_name, LogExport.unit_id, LogExport.classification
).where(
    among(LogExport.id, "ids"),
    LogExport.deleted_at.is_(None),
    LogExport.state == LogState.SEALED.value,
    LogExport.readable_until > access.ACTOR_NOW,
    or_(LogExport.asked_by == access.ACTOR_PERSON, LogExport.decided_by == access.ACTOR_PERSON),
    access.may_be_seen(LogExport.classification),
)


def owned(actor: Actor, ids: Sequence[int]) -> Mapping[int, Owned]:
    """Those that the actor may read: one of the two officers, in time, who is an officer still. Each download is recorded."""
    if not is_officer(actor):
        return {}
    rows = fetch(_readable, {**access.parameters(actor), "ids": list(ids)})
    return {
        row.id: Owned(
            title=row.room_name,
            endpoint="chat.log",
            arguments={"uid": row.uid},
            unit_id=row.unit_id,
            classification=row.classification,
            is_recorded=True,
        )
        for row in rows
    }


__all__ = ["PAGE", "export", "exports", "is_officer", "owned", "room", "rooms"]
