"""Open rooms, change them, join and leave them, archive them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from groupware import access, audit, events, rules
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import fetch, insert_new, session
from groupware.directory.queries.roll import roll
from groupware.directory.tree import org_tree
from groupware.directory.wall import is_seen as is_unit_seen
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import labels, texts
from groupware.i18n import gettext
from plugins.chat.enums import Opening, Role, RoomKind
from plugins.chat.events import ROOM_CHANGED, room_topic
from plugins.chat.models import Room
from plugins.chat.permissions import OPEN
from plugins.chat.queries.directory import open_room
from plugins.chat.queries.rooms import not_found
from plugins.chat.rules import OPEN_ROOMS, OPENING, TALK_RETENTION_YEARS
from plugins.chat.services import periods
from plugins.chat.services.locking import locked, require, require_live, require_room, row_of
from plugins.chat.services.members import ended_own, enrol
from plugins.chat.services.wording import unmarked

OPENED = "chat.room_opened"
ARCHIVED = "chat.room_archived"
REOPENED = "chat.room_reopened"
JOINED = "chat.member_joined"
LEFT = "chat.member_left"
NAME_LENGTH = 60
PURPOSE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """What a room is to be. `members` beside who opens it, who becomes its owner."""

    name: str
    purpose: str = ""
    unit_id: int | None = None
    is_open: bool = False
    shows_past: bool = True
    ends_on: date | None = None
    """The last day of the project that it is for."""
    is_text_only: bool = False
    """Whether nobody sends files in it. Chosen when it is opened, and by `set_text_only` later."""
    kept_for: int | None = None
    """The retention period, one of `records.periods`; None is what the rule of the organisation says. Chosen when it is opened."""
    members: Sequence[tuple[int, Role]] = field(default=())


def may_open(actor: Actor) -> bool:
    """Whether the actor may open rooms at all."""
    return rules.value_for(actor, OPENING) == Opening.EVERYBODY.value or access.holds_somewhere(actor, OPEN)


def make(actor: Actor, plan: RoomPlan) -> Room:
    """Open a room, with whoever opens it as owner.

    Raises Denied where the bureau does not let the actor, Invalid with the fields at fault.
    """
    if actor.person_id is None or not may_open(actor):
        raise Denied(gettext("In your organisation not everybody may open rooms."), permission=OPEN)
    room = made(actor, plan, owner_id=actor.person_id)
    audit.record(actor, OPENED, room, unit_id=room.unit_id)
    return room


def made(actor: Actor, plan: RoomPlan, *, owner_id: int) -> Room:
    """A new room with its members, for services that have decided that there may be one. Raises Invalid with the fields at fault."""
    checked, label = _checked(actor, plan), labels.default(plan.unit_id).value
    periods.require_offered(plan.kept_for, plan.unit_id)
    room = Room(
        kind=RoomKind.ROOM.value,
        shows_past=plan.shows_past,
        is_text_only=plan.is_text_only,
        created_by=actor.person_id,
        created_at=actor.now,
        kept_for=plan.kept_for,
        classification=label,
        retention_years=periods.kept_years(plan.kept_for, label, plan.unit_id),
        **checked,
    )
    session.add(room)
    session.flush()
    own = principal(PrincipalKind.PERSON, owner_id).id
    enrol(actor, room, [(own, Role.OWNER), *(one for one in plan.members if one[0] != own)])
    return room


def change(actor: Actor, uid: uuid.UUID, plan: RoomPlan, *, version: int) -> Room:
    """Change name, purpose, organisation and who may join. Members, and what late joiners see, stay as they are.

    Raises NotFound, Denied, Invalid, and Conflict if somebody changed it since `version` was read.
    """
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.MODERATOR)
    require_live(view)
    if version != view.version:
        raise Conflict(
            gettext("Somebody changed this room meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    room, changed = row_of(view), []
    for name, value in _checked(actor, plan, known=room).items():
        if getattr(room, name) != value:
            setattr(room, name, value)
            changed.append(name)
    if changed:
        room.version += 1
        session.flush()
        events.emit(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=changed)
        audit.record(actor, ROOM_CHANGED, room, unit_id=room.unit_id, details={"changed": changed})
    return room


def join(actor: Actor, uid: uuid.UUID) -> Room:
    """Become a member of an open room; who is one already stays what they are. Raises NotFound for any other room."""
    found = open_room(actor, uid)
    if actor.person_id is None:
        raise not_found()
    statement = select(Room).where(Room.id == found.id).with_for_update()
    room = session.scalars(statement.execution_options(populate_existing=True)).one()
    if not room.is_open or room.archived_at is not None or room.deleted_at is not None:
        raise not_found()
    if not found.is_mine:
        enrol(actor, room, [(principal(PrincipalKind.PERSON, actor.person_id).id, Role.MEMBER)])
        _members_changed(actor, room)
        audit.record(actor, JOINED, room, unit_id=room.unit_id)
    return room


def leave(actor: Actor, uid: uuid.UUID) -> None:
    """End one's own membership. Raises Conflict for who belongs to the room through a section or post, and the last owner."""
    view = locked(actor, uid)
    require_room(view)
    room = row_of(view)
    ended_own(actor, room)
    _members_changed(actor, room)
    audit.record(actor, LEFT, room, unit_id=room.unit_id)


def archive(actor: Actor, uid: uuid.UUID) -> None:
    """Let a room be read and searched, and take nothing any more. Raises NotFound, Denied, Conflict."""
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.OWNER)
    require_live(view)
    room = row_of(view)
    room.archived_at, room.archived_by = actor.now, actor.person_id
    periods.settle(room)
    _state_changed(actor, room, ARCHIVED)


def reopen(actor: Actor, uid: uuid.UUID) -> None:
    """Let an archived room live on. Raises NotFound, Denied; does nothing to a room that is not archived."""
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.OWNER)
    if view.archived_at is not None:
        room = row_of(view)
        room.archived_at, room.archived_by = None, None
        _state_changed(actor, room, REOPENED)


def set_text_only(actor: Actor, uid: uuid.UUID, *, is_text_only: bool) -> None:
    """Let nobody send files in a room, or whoever the rule lets. Those that were sent stay. Raises NotFound, Denied, Conflict."""
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.OWNER)
    require_live(view)
    if view.is_text_only == is_text_only:
        return
    room = row_of(view)
    room.is_text_only, room.version = is_text_only, room.version + 1
    session.flush()
    changed = ["is_text_only"]
    events.emit(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=changed)
    audit.record(actor, ROOM_CHANGED, room, unit_id=room.unit_id, details={"changed": changed})


_by_key = select(Room.id).where(Room.direct_key == bindparam("direct_key"))


def direct(actor: Actor, person_id: int) -> Room:
    """The one room of the actor and somebody else, made if it is not there. Raises NotFound for whom the actor cannot see."""
    if actor.person_id is None:
        raise not_found()
    if person_id == actor.person_id:
        return own(actor)
    entry = roll().entries.get(person_id)
    low, high = sorted((actor.person_id, person_id))
    if entry is None:
        raise not_found()
    return _of_people(
        actor, RoomKind.DIRECT, f"{low}:{high}", f"{actor.display_name}・{entry.name}", (low, high)
    )


def own(actor: Actor) -> Room:
    """マイルーム: the room of the actor alone, made if it is not there."""
    if actor.person_id is None:
        raise not_found()
    key = f"{actor.person_id}:{actor.person_id}"
    return _of_people(actor, RoomKind.OWN, key, actor.display_name, (actor.person_id,))


def _of_people(actor: Actor, kind: RoomKind, key: str, name: str, people: Sequence[int]) -> Room:
    found = fetch(_by_key, {"direct_key": key}).scalar()
    if found is None:
        # Two who write to each other at the same moment meet at the unique key: one of them makes nothing.
        made = session.execute(
            insert_new(Room)
            .values(
                kind=kind.value,
                name=name[:200],
                direct_key=key,
                created_by=actor.person_id,
                created_at=actor.now,
                **_talk(),
            )
            .returning(Room.id)
        ).scalar()
        found = made if made is not None else fetch(_by_key, {"direct_key": key}).scalar_one()
        room = session.get_one(Room, found)
        if made is not None:
            enrol(actor, room, [(principal(PrincipalKind.PERSON, one).id, Role.MEMBER) for one in people])
    room = session.get_one(Room, found)
    if room.deleted_at is not None:
        raise not_found()
    return room


def withdraw(actor: Actor, room_id: int) -> None:
    """Take a room out of everybody's sight after a security incident."""
    statement = select(Room).where(Room.id == room_id, Room.deleted_at.is_(None)).with_for_update()
    room = session.scalars(statement).one_or_none()
    if room is not None:
        room.deleted_at, room.deleted_by = actor.now, actor.person_id
        events.end_epoch(room_topic(room.id))
        _state_changed(actor, room, "chat.room_withdrawn")


def _checked(actor: Actor, plan: RoomPlan, known: Room | None = None) -> dict[str, Any]:
    """The settings of a plan as they are kept. Raises Invalid with the fields at fault."""
    name, purpose = " ".join(unmarked(plan.name).split()), unmarked(plan.purpose)
    faults: dict[str, Any] = {}
    if not name:
        faults["name"] = gettext("Please enter a name.")
    for field_name, text, limit in (("name", name, NAME_LENGTH), ("purpose", purpose, PURPOSE_LENGTH)):
        if len(text) > limit:
            faults[field_name] = gettext(
                "At most %(limit)d characters (now %(length)d).", limit=limit, length=len(text)
            )
    if known is None or plan.unit_id != known.unit_id:
        tree = org_tree(actor.today)
        if plan.unit_id is None or plan.unit_id not in tree or not is_unit_seen(plan.unit_id, actor.today):
            faults["unit_id"] = gettext("Please choose the organisation that answers for the room.")
    if (
        plan.is_open
        and not (known is not None and known.is_open)
        and not rules.value(OPEN_ROOMS, plan.unit_id)
    ):
        faults["is_open"] = gettext("The rule of the organisation allows rooms by invitation only.")
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, plan.unit_id, {"name": name, "purpose": purpose})
    return {
        "name": name,
        "purpose": purpose,
        "unit_id": plan.unit_id,
        "is_open": plan.is_open,
        "ends_on": plan.ends_on,
    }


def _talk() -> dict[str, Any]:
    """Label and retention of a new conversation of two: what the rule and the label ask for, whichever is longer."""
    label, years = labels.default(None).value, int(rules.value(TALK_RETENTION_YEARS, None))
    return {"classification": label, "retention_years": labels.retention(years, label, None)}


def _members_changed(actor: Actor, room: Room) -> None:
    events.emit_once(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["members"])


def _state_changed(actor: Actor, room: Room, act: str) -> None:
    room.version += 1
    session.flush()
    events.emit(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["state"])
    audit.record(actor, act, room, unit_id=room.unit_id)


__all__ = [
    "RoomPlan",
    "archive",
    "change",
    "direct",
    "join",
    "leave",
    "made",
    "make",
    "may_open",
    "own",
    "reopen",
    "set_text_only",
    "withdraw",
]
