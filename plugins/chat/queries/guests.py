"""Guests of rooms: those of one room, and all of the organisations somebody looks after."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, session
from groupware.guests.models import Guest
from groupware.i18n import lazy_pgettext
from groupware.plugin import Text
from plugins.chat.models import Member, Room
from plugins.chat.permissions import MANAGE_GUESTS
from plugins.chat.queries.rooms import RoomView

SOON = timedelta(days=14)
"""So long before the end a guest counts as ending soon."""
MOST = 1000


class GuestState(StrEnum):
    """How a guest stands. It follows from the clock."""

    WAITING = "waiting"
    INVITED = "invited"
    ACTIVE = "active"
    ENDING = "ending"
    ENDED = "ended"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return STATE_LABELS[self]


STATE_LABELS = {
    GuestState.WAITING: lazy_pgettext("guest", "Waits for approval"),
    GuestState.INVITED: lazy_pgettext("guest", "Invited"),
    GuestState.ACTIVE: lazy_pgettext("guest", "In the room"),
    GuestState.ENDING: lazy_pgettext("guest", "Ends soon"),
    GuestState.ENDED: lazy_pgettext("guest", "Ended"),
}


@dataclass(frozen=True, slots=True)
class GuestLine:
    """A guest in a list."""

    uid: uuid.UUID
    name: str
    body: str
    email: str
    login: str
    networks: str
    is_device_bound: bool
    last_day: date
    unit_id: int | None
    invited_by: int
    room_uid: uuid.UUID
    room_name: str
    state: GuestState


def _guests() -> Any:
    return (
        select(Guest, Room.uid.label("room_uid"), Room.name.label("room_name"))
        .join(Principal, (Principal.ref == Guest.person_id) & (Principal.kind == PrincipalKind.PERSON.value))
        .join(Member, Member.principal_id == Principal.id)
        .join(Room, Room.id == Member.room_id)
        .where(Room.deleted_at.is_(None))
        .order_by(Guest.ended_at.is_not(None), Guest.ends_at, Guest.id)
        .limit(MOST)
    )


_of_room = _guests().where(Member.room_id == bindparam("room", type_=BIGINT))


def of_room(actor: Actor, room: RoomView) -> list[GuestLine]:
    """Those who were ever invited into a room that the actor has opened; who ends first stands first."""
    return [_line(actor, row) for row in session.execute(_of_room, {"room": room.id})]


def looked_after(actor: Actor) -> list[GuestLine]:
    """The guests of the organisations for which the actor manages guests."""
    reach = access.held(actor, MANAGE_GUESTS)
    statement = _guests()
    if not reach.everywhere:
        statement = statement.where(Guest.unit_id.in_(sorted(reach.units)))
    return [_line(actor, row) for row in session.execute(statement)]


_room_of = (
    select(Room.uid)
    .join(Member, Member.room_id == Room.id)
    .join(Principal, Principal.id == Member.principal_id)
    .join(Guest, (Principal.ref == Guest.person_id) & (Principal.kind == PrincipalKind.PERSON.value))
    .where(Guest.uid == bindparam("guest"))
    .limit(1)
)


def room_of(guest: uuid.UUID) -> uuid.UUID | None:
    """The room into which a guest was invited."""
    found: uuid.UUID | None = fetch(_room_of, {"guest": guest}).scalar()
    return found


def _line(actor: Actor, row: Any) -> GuestLine:
    guest: Guest = row.Guest
    if guest.ended_at is not None or guest.ends_at <= actor.now:
        state = GuestState.ENDED
    elif guest.approved_at is None:
        state = GuestState.WAITING
    elif guest.password_hash is None:
        state = GuestState.INVITED
    else:
        state = GuestState.ENDING if guest.ends_at <= actor.now + SOON else GuestState.ACTIVE
    return GuestLine(
        uid=guest.uid,
        name=guest.name,
        body=guest.body,
        email=guest.email,
        login=guest.login,
        networks=guest.networks,
        is_device_bound=guest.is_device_bound,
        last_day=guest.last_day,
        unit_id=guest.unit_id,
        invited_by=guest.invited_by,
        room_uid=row.room_uid,
        room_name=row.room_name,
        state=state,
    )


__all__ = ["GuestLine", "GuestState", "looked_after", "of_room", "room_of"]
