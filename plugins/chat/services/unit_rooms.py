"""Open the standing room of an organisation, of all organisations below one, and let these rooms follow the chart."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from groupware import access, audit, events, jobs
from groupware.access.enums import PrincipalKind
from groupware.access.explain import acting
from groupware.access.models import PersonPrincipal, Principal
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.db import holds_on, insert_new, session
from groupware.directory.queries.units import Head, heads_of
from groupware.directory.tree import org_tree
from groupware.errors import Denied, NotFound
from groupware.i18n import gettext
from plugins.chat.enums import Role
from plugins.chat.events import ROOM_CHANGED, room_topic
from plugins.chat.models import Member, Room, UnitRoom
from plugins.chat.permissions import MANAGE_UNIT_ROOMS, OPEN
from plugins.chat.queries.rooms import not_found
from plugins.chat.queries.unit_rooms import left_by_owners, names, own_units, with_room
from plugins.chat.services.members import enrol
from plugins.chat.services.rooms import NAME_LENGTH, OPENED, RoomPlan, made, may_open

OPEN_BELOW = "chat.open_unit_rooms"
"""The job, and what the audit calls what asked for it."""
FOLLOW = "chat.follow_unit_rooms"
"""The job that sets rooms right."""
AT_ONCE = 50
"""Organisations of one job: on SQLite nobody else writes meanwhile."""


def open_own(actor: Actor, unit_id: int, *, with_below: bool) -> uuid.UUID:
    """The room of an organisation that the actor is appointed to, made if it has none; who makes it owns it.

    Raises NotFound for any other organisation, and for a room that the actor is not in; Denied where they may open no rooms.
    """
    own = next((one for one in own_units(actor) if one.unit_id == unit_id), None)
    if own is None or actor.person_id is None:
        raise not_found()
    if not may_open(actor):
        raise Denied(gettext("In your organisation not everybody may open rooms."), permission=OPEN)
    room = _opened(actor, unit_id, owner_id=actor.person_id, with_below=with_below)
    if room is not None:
        return room.uid
    # Somebody else was faster, or it was there already.
    again = next(one for one in own_units(actor) if one.unit_id == unit_id)
    if again.uid is None or not again.is_mine:
        raise not_found()
    return again.uid


def ask_below(actor: Actor, unit_id: int) -> int:
    """Have a job open the rooms of an organisation and of all below it that have none; returns how many that will be.

    Whoever is at the head of each owns its room; where nobody is, none is opened. Raises NotFound, Denied.
    """
    if unit_id not in org_tree(actor.today):
        raise not_found()
    access.require(actor, MANAGE_UNIT_ROOMS, unit_id=unit_id)
    wanted = _without_room(actor, unit_id)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        jobs.enqueue(actor, OPEN_BELOW, {"units": part, "person_id": actor.person_id})
    if wanted:
        audit.record(actor, OPEN_BELOW, unit_id=unit_id, details={"number": len(wanted)})
    return len(wanted)


def open_below(actor: Actor, units: Sequence[int], person_id: int) -> None:
    """Open the rooms of organisations, as whoever asked for it may today; done again it opens nothing twice."""
    try:
        who = acting(person_id, actor)
    except NotFound:
        return
    heads = heads_of(units, actor.today)
    for unit_id in units:
        if unit_id in heads and access.can(who, MANAGE_UNIT_ROOMS, unit_id=unit_id):
            _opened(who, unit_id, owner_id=heads[unit_id].id, with_below=True)


def _without_room(actor: Actor, unit_id: int) -> list[int]:
    tree = org_tree(actor.today)
    below = tree.subtree(unit_id)
    units = [one.id for one in tree if one.id in below and one.parent_id is not None]
    standing, heads = with_room(units), heads_of(units, actor.today)
    return [one for one in units if one not in standing and one in heads]


def _opened(actor: Actor, unit_id: int, *, owner_id: int, with_below: bool) -> Room | None:
    """The new room of an organisation; None if it has a standing one."""
    unit = org_tree(actor.today).get(unit_id)
    if unit is None:
        raise not_found()
    # Two who open it at the same moment meet at the key: the second one waits here for the first.
    session.execute(
        insert_new(UnitRoom).values(unit_id=unit_id, room_id=None, name=unit.name, opened_at=actor.now)
    )
    statement = select(UnitRoom).where(UnitRoom.unit_id == unit_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one()
    if unit_id in with_room([unit_id]):
        return None
    kind = PrincipalKind.UNIT_TREE if with_below else PrincipalKind.UNIT
    members = [(principal(kind, unit_id).id, Role.MEMBER)]
    plan = RoomPlan(name=unit.name[:NAME_LENGTH], unit_id=unit_id, members=members)
    room = made(actor, plan, owner_id=owner_id)
    row.room_id, row.name, row.opened_at = room.id, room.name, actor.now
    session.flush()
    audit.record(actor, OPENED, room, unit_id=unit_id)
    return room


def follow_chart(actor: Actor) -> None:
    """Have jobs set right the rooms whose organisation the chart calls otherwise now, and those whose owners have left it."""
    tree = org_tree(actor.today)
    wanted = {one for one in left_by_owners(actor.today) if one in tree}
    for one, known, called in names():
        if one in tree and (name := tree.units[one].name[:NAME_LENGTH]) != known and called in (known, name):
            wanted.add(one)
    units = sorted(wanted)
    for start in range(0, len(units), AT_ONCE):
        jobs.enqueue(actor, FOLLOW, {"units": units[start : start + AT_ONCE]})


def follow(actor: Actor, units: Sequence[int]) -> None:
    """Call the rooms of these organisations as the chart calls them now, where nobody has named them otherwise; and let those who opened a
    room and have left the organisation go out of it, for whoever is at its head."""
    tree = org_tree(actor.today)
    statement = (
        select(UnitRoom, Room)
        .join(Room, Room.id == UnitRoom.room_id)
        .where(UnitRoom.unit_id.in_(units), Room.archived_at.is_(None), Room.deleted_at.is_(None))
        .order_by(Room.id)
        .with_for_update()
    )
    rows = [(row.UnitRoom, row.Room) for row in session.execute(statement) if row.UnitRoom.unit_id in tree]
    heads = heads_of([one.unit_id for one, _ in rows], actor.today)
    for standing, room in rows:
        changed = []
        name = tree.units[standing.unit_id].name[:NAME_LENGTH]
        if name != standing.name and room.name == standing.name:
            room.name = name
            changed.append("name")
        standing.name = name if room.name == name else standing.name
        if _replaced(actor, room, standing.unit_id, heads.get(standing.unit_id)):
            changed.append("members")
        if changed:
            room.version += 1
            session.flush()
            events.emit(actor, room_topic(room.id), ROOM_CHANGED, room_id=room.id, changed=changed)
            audit.record(actor, ROOM_CHANGED, room, unit_id=room.unit_id, details={"changed": changed})


def _replaced(actor: Actor, room: Room, unit_id: int, head: Head | None) -> bool:
    """Whether owners who are not in the organisation any more were taken out of its room, for whoever is at its head."""
    inside = (
        select(PersonPrincipal.person_id)
        .join(Principal, Principal.id == PersonPrincipal.principal_id)
        .where(
            Principal.kind == PrincipalKind.UNIT_TREE.value,
            Principal.ref == unit_id,
            holds_on(PersonPrincipal, actor.today),
        )
    )
    owners = (
        select(Member)
        .join(Principal, Principal.id == Member.principal_id)
        .where(
            Member.room_id == room.id,
            Member.ended_at.is_(None),
            Member.role == Role.OWNER.value,
            Principal.kind == PrincipalKind.PERSON.value,
            Principal.ref.not_in(inside),
        )
    )
    gone = session.scalars(owners).all() if head is not None else ()
    if head is None or not gone:
        return False
    for member in gone:
        member.ended_at = actor.now
    session.flush()
    own = principal(PrincipalKind.PERSON, head.id).id
    if not enrol(actor, room, [(own, Role.OWNER)]):
        standing = select(Member).where(
            Member.room_id == room.id, Member.principal_id == own, Member.ended_at.is_(None)
        )
        session.scalars(standing).one().role = Role.OWNER.value
    events.end_epoch(room_topic(room.id))
    return True


__all__ = ["FOLLOW", "OPEN_BELOW", "ask_below", "follow", "follow_chart", "open_below", "open_own"]
