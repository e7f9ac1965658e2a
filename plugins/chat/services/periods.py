"""For how long a room is kept: chosen by its owner, made longer by its owner, made shorter by who manages retention alone."""

import uuid
from typing import Any

from sqlalchemy import delete, select

from groupware import access, audit, events, rules
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict, Invalid
from groupware.guards import labels, texts
from groupware.i18n import gettext
from groupware.records.models import Disposal
from groupware.records.periods import PERIODS, is_longer, longer
from groupware.records.queries import is_held
from plugins.chat.enums import ROOM, Role, RoomKind
from plugins.chat.events import ROOM_CHANGED, room_topic
from plugins.chat.models import Room
from plugins.chat.permissions import MANAGE_RETENTION
from plugins.chat.queries.rooms import not_found
from plugins.chat.rules import PERIODS as OFFERED
from plugins.chat.rules import RETENTION_YEARS
from plugins.chat.services.locking import locked, require
from plugins.chat.services.wording import one_line

CHANGED = "chat.retention_changed"
REASON_LENGTH = 200


def offered(unit_id: int | None) -> list[int]:
    """The periods that owners may choose for rooms of an organisation, the shortest first."""
    allowed = rules.value(OFFERED, unit_id)
    return [one for one in PERIODS if str(one) in allowed]


def by_rule(unit_id: int | None) -> int:
    """The period of rooms for which none was chosen."""
    return int(rules.value(RETENTION_YEARS, unit_id))


def kept_years(kept_for: int | None, label: str, unit_id: int | None) -> int:
    """What follows from a choice: the period itself, or that of the rule, raised to what the label asks for."""
    return labels.retention(by_rule(unit_id) if kept_for is None else kept_for, label, unit_id)


def require_offered(kept_for: int | None, unit_id: int | None) -> None:
    """Raises Invalid for a period that owners may not choose."""
    if kept_for is not None and kept_for not in offered(unit_id):
        fault = gettext("Please choose from the list.")
        raise Invalid(fault, fields={"kept_for": fault})


def settle(room: Room) -> None:
    """Note for how long a room is kept whose time begins now: where nothing was chosen the longer one of what the rule said and says."""
    if room.kept_for is None:
        now = kept_years(None, room.classification, room.unit_id)
        room.retention_years = longer(room.retention_years, now)


def choose(actor: Actor, uid: uuid.UUID, kept_for: int | None, *, reason: str = "", version: int) -> None:
    """Keep a room for longer, as its owner, or for whatever time, as who manages the retention of its organisation and says why.

    Raises NotFound for who neither reads the room nor manages retention, Denied for who only reads it, Invalid with the field at fault,
    Conflict if the room was changed since `version` was read, if it is to become shorter while it is on hold, and if its disposal is
    decided.
    """
    room, is_manager = _room(actor, uid)
    if version != room.version:
        raise Conflict(
            gettext("Somebody changed this room meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    if is_manager:
        if kept_for is not None and kept_for not in PERIODS:
            raise _refusal(gettext("Please choose from the list."))
    elif kept_for != room.kept_for:
        require_offered(kept_for, room.unit_id)
    before, after = room.retention_years, kept_years(kept_for, room.classification, room.unit_id)
    if (kept_for, after) == (room.kept_for, before):
        return
    reason = one_line(reason)
    if is_longer(before, after):
        reason = _required_reason(actor, room, reason, is_manager=is_manager)
    else:
        reason = ""
        _take_back_proposal(room)
    room.kept_for, room.retention_years = kept_for, after
    room.version += 1
    session.flush()
    events.emit(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["kept_for"])
    details: dict[str, Any] = {"from": before, "to": after} | ({"reason": reason} if reason else {})
    audit.record(actor, CHANGED, room, unit_id=room.unit_id, details=details)


def _room(actor: Actor, uid: uuid.UUID) -> tuple[Room, bool]:
    """A room, locked, and whether the actor manages its retention; that opens no room to read."""
    statement = select(Room).where(Room.uid == uid, Room.deleted_at.is_(None)).with_for_update()
    room = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if room is None:
        raise not_found()
    is_manager = access.can(actor, MANAGE_RETENTION, unit_id=room.unit_id)
    if not is_manager or room.kind != RoomKind.ROOM:
        view = locked(actor, uid)
        if view.kind is not RoomKind.ROOM:
            raise not_found()
        require(actor, view, Role.OWNER)
    return room, is_manager


def _required_reason(actor: Actor, room: Room, reason: str, *, is_manager: bool) -> str:
    if not is_manager:
        raise _refusal(
            gettext(
                "Only who manages retention makes it shorter. Please ask the administrator of your organisation."
            )
        )
    if is_held(ROOM, room.uid):
        raise Conflict(
            gettext("This room is on hold. It cannot be kept for a shorter time now."), code="held"
        )
    if not reason or len(reason) > REASON_LENGTH:
        fault = gettext("Please give a reason of at most %(max)s characters.", max=REASON_LENGTH)
        raise Invalid(fault, fields={"reason": fault})
    texts.require_clean(actor, room.unit_id, {"reason": reason})
    return reason


def _take_back_proposal(room: Room) -> None:
    """Let a proposal to dispose of it go: it is made anew when the longer time is over. Raises Conflict if it was decided."""
    standing = select(Disposal).where(Disposal.object_type == ROOM, Disposal.object_uid == room.uid)
    found = session.scalars(standing.with_for_update()).one_or_none()
    if found is None:
        return
    if found.decision == "dispose":
        raise Conflict(
            gettext("It was decided to dispose of this room. Please ask the document officer."),
            code="decided",
        )
    if found.decision == "proposed":
        session.execute(delete(Disposal).where(Disposal.id == found.id))


def _refusal(words: str) -> Invalid:
    return Invalid(words, fields={"kept_for": words})


__all__ = ["REASON_LENGTH", "by_rule", "choose", "kept_years", "offered", "require_offered", "settle"]
