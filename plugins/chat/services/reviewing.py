"""Decide what becomes of one's rooms at the end of a fiscal year, many in one go, and take that back."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import uuid6
from sqlalchemy import Uuid, bindparam, select

from groupware import audit, events
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from plugins.chat.enums import ReviewDecision, Role
from plugins.chat.events import HANDED_OVER, ROOM_CHANGED, room_topic
from plugins.chat.models import Member, Review, Room
from plugins.chat.queries.reviews import UNDO_FOR
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services import rooms
from plugins.chat.services.locking import locked, row_of
from plugins.chat.services.members import enrol

KEPT = "chat.room_kept"
HANDED = "chat.room_handed_over"
UNDONE = "chat.year_end_undone"
MOST = 300


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: how many rooms were decided about, and of how many somebody else had decided meanwhile."""

    batch: uuid.UUID
    number: int
    late: int


_lock = (
    select(Room.id, Room.uid)
    .where(Room.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)))
    .order_by(Room.id)
    .with_for_update()
)


def decide(actor: Actor, wanted: Mapping[uuid.UUID, ReviewDecision], heir: int | None = None) -> Decided:
    """Archive rooms, keep them, or hand them over to the person `heir`; of two owners who decide at once the first one has decided.

    Raises NotFound if one is no room about which the actor is asked, Invalid for nothing, for too many, and without a heir who is there.
    """
    if not wanted or len(wanted) > MOST:
        fault = gettext("Please decide about at least one room.")
        if wanted:
            fault = gettext("Please choose at most %(limit)s entries.", limit=MOST)
        raise Invalid(fault, code="nothing")
    if ReviewDecision.HAND_OVER in wanted.values():
        _require_heir(actor, heir)
    batch, number, late = uuid6.uuid7(), 0, 0
    # Locked in the order in which everybody locks rooms.
    for room in session.execute(_lock, {"uids": sorted(wanted)}).all():
        view = locked(actor, room.uid)
        if view.role is not Role.OWNER:
            raise not_found()
        asked = session.get(Review, view.id, populate_existing=True)
        if asked is None:
            raise not_found()
        if asked.decision is not None or view.archived_at is not None:
            late += 1
            continue
        _carry_out(actor, view, asked, wanted[room.uid], heir)
        asked.decision, asked.batch = wanted[room.uid].value, batch
        asked.decided_at, asked.decided_by = actor.now, actor.person_id
        number += 1
    if number + late < len(wanted):
        raise not_found()
    session.flush()
    return Decided(batch, number, late)


def undo(actor: Actor, batch: uuid.UUID) -> int:
    """Take back what the actor has decided in one go, within a day; returns of how many rooms. What others have changed since stays.

    Raises NotFound for what there is not, somebody else decided, or is too long ago.
    """
    standing = (
        select(Room.id)
        .join(Review, Review.room_id == Room.id)
        .where(
            Review.batch == batch,
            Review.decided_by == actor.person_id,
            Review.decided_at > actor.now - UNDO_FOR,
            Room.deleted_at.is_(None),
        )
        .order_by(Room.id)
        .with_for_update(of=Room)
    )
    keys = session.scalars(standing).all()
    if not keys or actor.person_id is None:
        raise not_found()
    for key in keys:
        room = session.get_one(Room, key, populate_existing=True)
        asked = session.get_one(Review, key, populate_existing=True)
        if asked.decision == ReviewDecision.ARCHIVE and room.archived_at is not None:
            rooms.reopen(actor, room.uid)
        if asked.decision == ReviewDecision.HAND_OVER:
            _take_back(actor, room, asked)
        asked.decision = asked.decided_at = asked.decided_by = asked.batch = None
        asked.own_role = asked.heir_id = asked.heir_role = None
        audit.record(actor, UNDONE, room, unit_id=room.unit_id)
    session.flush()
    return len(keys)


def _require_heir(actor: Actor, heir: int | None) -> None:
    fault = ""
    if heir is None or heir not in roll().entries:
        fault = gettext("Please choose to whom the rooms are handed over.")
    elif heir == actor.person_id:
        fault = gettext("Please choose somebody else.")
    if fault:
        raise Invalid(fault, fields={"heir": fault})


def _carry_out(
    actor: Actor, view: RoomView, asked: Review, decision: ReviewDecision, heir: int | None
) -> None:
    if decision is ReviewDecision.ARCHIVE:
        rooms.archive(actor, view.uid)
    elif decision is ReviewDecision.HAND_OVER and heir is not None:
        _hand_over(actor, row_of(view), asked, heir)
    else:
        audit.record(actor, KEPT, row_of(view), unit_id=view.unit_id)


def _hand_over(actor: Actor, room: Room, asked: Review, heir: int) -> None:
    """Make somebody an owner; who decides stays as a member, where they own the room in person."""
    theirs, own = principal(PrincipalKind.PERSON, heir).id, _membership(room, _own(actor))
    standing = _membership(room, theirs)
    asked.heir_id, asked.heir_role = theirs, standing.role if standing is not None else None
    asked.own_role = own.role if own is not None else None
    if standing is not None:
        standing.role = Role.OWNER.value
    else:
        enrol(actor, room, [(theirs, Role.OWNER)])
    if own is not None:
        own.role = Role.MEMBER.value
    _members_changed(actor, room)
    events.emit(actor, room_topic(room.id), HANDED_OVER, room_id=room.id, person_id=heir)
    audit.record(actor, HANDED, room, unit_id=room.unit_id, details={"principal": theirs})


def _take_back(actor: Actor, room: Room, asked: Review) -> None:
    """Give the roles back that both had. Raises Conflict where the heir has handed the room on."""
    own = _membership(room, _own(actor))
    theirs = _membership(room, asked.heir_id) if asked.heir_id is not None else None
    if theirs is None or theirs.role != Role.OWNER:
        raise Conflict(
            gettext(
                "The roles in “%(room)s” were changed meanwhile. Please change them in the room.",
                room=room.name,
            ),
            code="changed",
        )
    if own is not None and asked.own_role is not None:
        own.role = asked.own_role
    elif own is None and asked.own_role is not None:
        enrol(actor, room, [(_own(actor), Role(asked.own_role))])
    if asked.heir_role is not None:
        theirs.role = asked.heir_role
    else:
        theirs.ended_at = actor.now
        session.flush()
        events.end_epoch(room_topic(room.id))
    _members_changed(actor, room)


def _own(actor: Actor) -> int:
    assert actor.person_id is not None, "a person decides"
    return principal(PrincipalKind.PERSON, actor.person_id).id


def _membership(room: Room, principal_id: int) -> Member | None:
    statement = select(Member).where(
        Member.room_id == room.id, Member.principal_id == principal_id, Member.ended_at.is_(None)
    )
    return session.scalars(statement).one_or_none()


def _members_changed(actor: Actor, room: Room) -> None:
    room.version += 1
    session.flush()
    events.emit_once(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["members"])


__all__ = ["MOST", "Decided", "decide", "undo"]
