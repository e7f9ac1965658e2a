"""For how long rooms are kept: one of them, and all within reach of who manages retention. Of what is in them nothing is said."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, or_, select

from groupware import access, clock
from groupware.access import held
from groupware.actor import Actor
from groupware.db import fetch
from groupware.records.queries import stands
from groupware.records.retention import disposable_from
from plugins.chat.enums import ROOM, RoomKind
from plugins.chat.models import Room
from plugins.chat.permissions import MANAGE_RETENTION, READ
from plugins.chat.queries.rooms import not_found

PAGE = 50


@dataclass(frozen=True, slots=True)
class RoomPeriod:
    """For how long a room is kept. `kept_for` is what was chosen; None where the rule of its organisation counts."""

    id: int
    uid: uuid.UUID
    name: str
    unit_id: int | None
    version: int
    kept_for: int | None
    years: int
    archived_at: datetime | None
    is_held: bool

    @property
    def disposable_from(self) -> date | None:
        """The first day on which its disposal is proposed; None for one that lives, and for ever."""
        if self.archived_at is None:
            return None
        return disposable_from(clock.local(self.archived_at).date(), self.years)


_rooms = select(
    Room.id,
    Room.uid,
    Room.name,
    Room.unit_id,
    Room.version,
    Room.kept_for,
    Room.retention_years.label("years"),
    Room.archived_at,
    stands(ROOM, Room.uid).label("is_held"),
).where(Room.kind == RoomKind.ROOM.value, Room.deleted_at.is_(None))
_of_one = _rooms.where(Room.uid == bindparam("uid", type_=Uuid()))
_read = _of_one.where(access.visible(READ, Room))


def may_manage(actor: Actor) -> bool:
    """Whether the actor manages the retention of the rooms of some organisation."""
    return access.holds_somewhere(actor, MANAGE_RETENTION)


def one(actor: Actor, uid: uuid.UUID) -> tuple[RoomPeriod, bool]:
    """A room, and whether the actor may read it. Raises NotFound for who neither reads it nor manages its retention."""
    read = fetch(_read, {**access.parameters(actor, READ, ROOM), "uid": uid}).first()
    if read is not None:
        return _line(read), True
    row = fetch(_of_one, {"uid": uid}).first()
    if row is None or not access.can(actor, MANAGE_RETENTION, unit_id=row.unit_id):
        raise not_found()
    return _line(row), False


def kept(
    actor: Actor,
    text: str = "",
    years: int | None = None,
    after: tuple[str, int] | None = None,
    most: int = PAGE,
) -> tuple[list[RoomPeriod], tuple[str, int] | None]:
    """Rooms of the organisations within reach by name, those whose name holds `text` and that are kept for `years`; and where it goes on."""
    mine = held(actor, MANAGE_RETENTION)
    statement = _rooms.order_by(Room.name, Room.id).limit(most + 1)
    if not mine.everywhere:
        statement = statement.where(Room.unit_id.in_(sorted(mine.units)))
    for word in text.replace("\x00", "")[:100].split():
        statement = statement.where(Room.name.icontains(word, autoescape=True))
    if years is not None:
        statement = statement.where(Room.retention_years == years)
    if after is not None:
        name, room_id = after
        statement = statement.where(or_(Room.name > name, and_(Room.name == name, Room.id > room_id)))
    rows = fetch(statement).all()
    shown = [_line(row) for row in rows[:most]]
    return shown, (shown[-1].name, shown[-1].id) if len(rows) > most else None


def _line(row: Any) -> RoomPeriod:
    return RoomPeriod(**row._mapping)


__all__ = ["PAGE", "RoomPeriod", "kept", "may_manage", "one"]
