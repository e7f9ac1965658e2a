"""Enquiry desks, and the enquiries at one of them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.directory.tree import org_tree
from groupware.directory.wall import seen_tree
from groupware.text.folding import fold
from plugins.chat.enums import EnquiryState
from plugins.chat.models import Desk, Enquiry, Message, Room
from plugins.chat.permissions import MANAGE_DESK
from plugins.chat.queries.rooms import IS_THERE, RoomView, not_found

PAGE = 50


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk of an organisation. `is_staffed_by_me`: the actor belongs to the organisation, and so answers."""

    id: int
    uid: uuid.UUID
    unit_id: int
    name: str
    path: str
    welcome: str
    is_closed: bool
    version: int
    is_staffed_by_me: bool
    may_manage: bool


@dataclass(frozen=True, slots=True)
class EnquiryLine:
    """An enquiry in the list of the section."""

    id: int
    uid: uuid.UUID
    subject: str
    asker_name: str
    asker_unit: str
    state: EnquiryState
    asked_at: datetime
    last_at: datetime


_desks = select(Desk.id, Desk.uid, Desk.unit_id, Desk.welcome, Desk.closed_at, Desk.version)
_one = _desks.where(Desk.uid == bindparam("uid", type_=Uuid()))


def desks(actor: Actor, text: str = "") -> list[DeskView]:
    """The desks of all organisations that the actor may see, in official order; `text` narrows them down by its words.

    Closed ones are there for who belongs to them or manages them.
    """
    found = [_view(actor, row) for row in fetch(_desks) if row.unit_id in seen_tree(actor.today)]
    words = [fold(word) for word in text.split()]
    order = seen_tree(actor.today).order
    return sorted(
        (
            one
            for one in found
            if (not one.is_closed or one.is_staffed_by_me or one.may_manage)
            and all(word in fold(f"{one.path} {one.welcome}") for word in words)
        ),
        key=lambda one: order[one.unit_id],
    )


def desk(actor: Actor, uid: uuid.UUID) -> DeskView:
    """One of them. Raises NotFound, also for a closed desk to who has nothing to do with it."""
    row = fetch(_one, {"uid": uid}).first()
    if row is None or row.unit_id not in seen_tree(actor.today):
        raise not_found()
    found = _view(actor, row)
    if found.is_closed and not found.is_staffed_by_me and not found.may_manage:
        raise not_found()
    return found


def units_to_open(actor: Actor) -> list[tuple[int, str]]:
    """The organisations for which the actor may open a desk and that have none, in official order, with their names."""
    reach, tree = access.held(actor, MANAGE_DESK), seen_tree(actor.today)
    taken = {row.unit_id for row in fetch(_desks)}
    return [
        (unit.id, tree.path_name(unit.id))
        for unit in tree
        if unit.id not in taken and (reach.everywhere or unit.id in reach.units)
    ]


_STATES: dict[EnquiryState, tuple[ColumnElement[bool], ...]] = {
    EnquiryState.OPEN: (Room.archived_at.is_(None), Message.sender_id == Enquiry.asker_id),
    EnquiryState.ANSWERED: (Room.archived_at.is_(None), Message.sender_id != Enquiry.asker_id),
    EnquiryState.CLOSED: (Room.archived_at.is_not(None),),
}
_enquiries = (
    select(
        Room.id,
        Room.uid,
        Room.name,
        Room.archived_at,
        Room.created_at,
        Room.last_at,
        Enquiry.asker_id,
        Enquiry.asker_name,
        Enquiry.asker_unit,
        Message.sender_id,
    )
    .join(Room, Room.id == Enquiry.room_id)
    .join(Message, (Message.room_id == Room.id) & (Message.seq == Room.last_seq))
    .where(
        Enquiry.desk_id == bindparam("desk", type_=BIGINT),
        Room.id < bindparam("before", type_=BIGINT),
        IS_THERE,
    )
    .order_by(Room.id.desc())
    .limit(PAGE + 1)
)
_in_state = {state: _enquiries.where(*criteria) for state, criteria in _STATES.items()}
_LAST = 2**63 - 1


def enquiries(
    actor: Actor, of: DeskView, state: EnquiryState, before: int | None = None
) -> tuple[list[EnquiryLine], int | None]:
    """What was asked at a desk, newest first, and before which one the list goes on. Raises NotFound for who does not answer there."""
    if not of.is_staffed_by_me:
        raise not_found()
    values = {**access.parameters(actor), "desk": of.id, "before": before or _LAST}
    rows = fetch(_in_state[state], values).all()
    shown = [
        EnquiryLine(
            row.id, row.uid, row.name, row.asker_name, row.asker_unit, state, row.created_at, row.last_at
        )
        for row in rows[:PAGE]
    ]
    return shown, shown[-1].id if len(rows) > PAGE else None


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above an enquiry."""

    section: str
    state: EnquiryState


_last = select(Message.sender_id).where(
    Message.room_id == bindparam("room", type_=BIGINT), Message.seq == bindparam("seq", type_=BIGINT)
)


def heading(actor: Actor, room: RoomView) -> Heading | None:
    """The section and the state of an enquiry; None for all other rooms, without a statement."""
    if room.asker_id is None:
        return None
    unit = org_tree(actor.today).get(room.unit_id)
    state = EnquiryState.CLOSED
    if room.archived_at is None:
        last = fetch(_last, {"room": room.id, "seq": room.last_seq}).scalar()
        state = EnquiryState.OPEN if last == room.asker_id else EnquiryState.ANSWERED
    return Heading(unit.name if unit is not None else "", state)


def _view(actor: Actor, row: Any) -> DeskView:
    tree = seen_tree(actor.today)
    return DeskView(
        id=row.id,
        uid=row.uid,
        unit_id=row.unit_id,
        name=tree.units[row.unit_id].name,
        path=tree.path_name(row.unit_id),
        welcome=row.welcome,
        is_closed=row.closed_at is not None,
        version=row.version,
        is_staffed_by_me=belongs_to(actor, row.unit_id),
        may_manage=access.can(actor, MANAGE_DESK, unit_id=row.unit_id),
    )


def belongs_to(actor: Actor, unit_id: int) -> bool:
    """Whether the actor is in the organisation, or in one below it, by any of their posts."""
    return any(
        one.kind is PrincipalKind.UNIT_TREE and one.ref == unit_id
        for one in access.principals_of(actor).values()
    )


__all__ = [
    "DeskView",
    "EnquiryLine",
    "Heading",
    "belongs_to",
    "desk",
    "desks",
    "enquiries",
    "heading",
    "units_to_open",
]
