"""Who belongs to a room: added, taken out, given another role."""

import uuid
from collections.abc import Sequence

from sqlalchemy import exists, select

from groupware import audit, events
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from plugins.chat.enums import Role
from plugins.chat.events import ROOM_CHANGED, room_topic
from plugins.chat.models import Member, Room
from plugins.chat.queries.rooms import not_found
from plugins.chat.services.locking import locked, require, require_live, require_room, row_of

ADDED = "chat.members_added"
REMOVED = "chat.member_removed"
ROLE_CHANGED = "chat.role_changed"
MOST = 300
"""Memberships of a room. One of them may be a whole bureau."""


def add(actor: Actor, uid: uuid.UUID, principals: Sequence[int], role: Role = Role.MEMBER) -> None:
    """Let people, sections and posts belong to a room; who does already keeps the role.

    Raises NotFound, Denied (only owners make moderators and owners), Conflict for archived rooms, Invalid for too many.
    """
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.OWNER if role > Role.MEMBER else Role.MODERATOR)
    require_live(view)
    room = row_of(view)
    if added := enrol(actor, room, [(one, role) for one in principals]):
        _changed(actor, room)
        audit.record(
            actor, ADDED, room, unit_id=room.unit_id, details={"principals": added, "role": int(role)}
        )


def remove(actor: Actor, uid: uuid.UUID, member_id: int) -> None:
    """End a membership. From the commit on nothing reaches who belonged by it alone.

    Raises NotFound, Denied (only owners take out moderators and owners), Conflict for the last owner.
    """
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.MODERATOR)
    room, member = row_of(view), _standing(view.id, member_id)
    if member.role > Role.MEMBER:
        require(actor, view, Role.OWNER)
    _end(actor, room, member)
    _changed(actor, room)
    audit.record(actor, REMOVED, room, unit_id=room.unit_id, details={"principal": member.principal_id})


def change_role(actor: Actor, uid: uuid.UUID, member_id: int, role: Role) -> None:
    """Give a membership another role. Raises NotFound, Denied for who does not own the room, Conflict for the last owner."""
    view = locked(actor, uid)
    require_room(view)
    require(actor, view, Role.OWNER)
    room, member = row_of(view), _standing(view.id, member_id)
    if member.role == role:
        return
    if member.role == Role.OWNER:
        _require_another_owner(room, member)
    member.role = role.value
    _changed(actor, room)
    audit.record(
        actor,
        ROLE_CHANGED,
        room,
        unit_id=room.unit_id,
        details={"principal": member.principal_id, "role": int(role)},
    )


def enrol(actor: Actor, room: Room, wanted: Sequence[tuple[int, Role]]) -> list[int]:
    """Write memberships of a room that is locked or new; returns the principals that did not belong to it before.

    Raises Invalid for more than MOST.
    """
    standing = set(
        session.scalars(
            select(Member.principal_id).where(Member.room_id == room.id, Member.ended_at.is_(None))
        )
    )
    new = {principal_id: role for principal_id, role in wanted if principal_id not in standing}
    if len(standing) + len(new) > MOST:
        fault = gettext("Please choose at most %(limit)s entries.", limit=MOST)
        raise Invalid(fault, fields={"members": fault})
    session.add_all(
        Member(
            room_id=room.id,
            principal_id=principal_id,
            role=role.value,
            from_seq=room.last_seq,
            added_at=actor.now,
            added_by=actor.person_id,
        )
        for principal_id, role in new.items()
    )
    session.flush()
    return list(new)


def ended_own(actor: Actor, room: Room) -> None:
    """End the membership that the actor has as a person. Raises Conflict where there is none, or it is the last owner's."""
    own = (
        select(Member)
        .join(Principal, Principal.id == Member.principal_id)
        .where(
            Member.room_id == room.id,
            Member.ended_at.is_(None),
            Principal.kind == PrincipalKind.PERSON.value,
            Principal.ref == actor.person_id,
        )
    )
    member = session.scalars(own).one_or_none()
    if member is None:
        raise Conflict(
            gettext("You belong to this room through your section or post. You can mute it instead."),
            code="by_section",
        )
    _end(actor, room, member)


def _end(actor: Actor, room: Room, member: Member) -> None:
    if member.role == Role.OWNER:
        _require_another_owner(room, member)
    member.ended_at = actor.now
    session.flush()
    events.end_epoch(room_topic(room.id))


def _standing(room_id: int, member_id: int) -> Member:
    found = session.scalars(
        select(Member).where(Member.id == member_id, Member.room_id == room_id, Member.ended_at.is_(None))
    ).one_or_none()
    if found is None:
        raise not_found()
    return found


def _require_another_owner(room: Room, member: Member) -> None:
    another = exists().where(
        Member.room_id == room.id,
        Member.ended_at.is_(None),
        Member.role == Role.OWNER.value,
        Member.id != member.id,
    )
    if not session.scalar(select(another)):
        raise Conflict(
            gettext("The room needs an owner. Please make somebody else an owner first."), code="last_owner"
        )


def _changed(actor: Actor, room: Room) -> None:
    room.version += 1
    session.flush()
    events.emit_once(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=["members"])


__all__ = ["add", "change_role", "ended_own", "enrol", "remove"]
