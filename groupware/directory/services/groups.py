"""Groups and roles: named sets of people.

A personal group is its owner's alone, unless they share it (`sharing`). A shared group belongs to a unit, or to the city, and is kept by whoever manages
that. A role is what rights are given to: whoever changes its members must be able to pass on every right it has.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, insert, select

from groupware import access, audit
from groupware.access.delegation import reach_of, require_passing_on
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant, Principal
from groupware.access.services import require_an_administrator
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group, GroupMember, GroupShare, Person
from groupware.directory.queries.shared import EDITED, SEEN
from groupware.directory.services.settling import settle
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.i18n import gettext

MANAGE = "directory:unit:manage"
GRANT = "administration:grant:manage"
SYSTEM = "administration:system:manage"
MOST_MEMBERS = 5_000
"""More people than this are a unit, a rank or everybody."""


def create_group(
    actor: Actor, kind: GroupKind, name: str, members: Sequence[int] = (), *, unit_id: int | None = None
) -> Group:
    """A new group or role. A personal one is the actor's own; `unit_id` is whose shared group it is (None: the city's).

    Denied, NeedsElevation; Invalid for a name that is empty, too long or taken, and for people who are not there.
    """
    if kind == GroupKind.PERSONAL and actor.person_id is None:
        raise Invalid(gettext("A personal group needs an owner."), code="owner")
    group = Group(
        kind=kind,
        name=_name(name),
        owner_id=actor.person_id if kind == GroupKind.PERSONAL else None,
        unit_id=unit_id if kind == GroupKind.SHARED else None,
    )
    _require(actor, group)
    require_free_name(group)
    session.add(group)
    session.flush()
    added = _put(group, members, actor)
    settle(added)
    record(actor, "directory.group_created", group, people=sorted(added))
    return group


def rename_group(actor: Actor, group_id: int, name: str, *, version: int | None = None) -> Group:
    """Call a group otherwise. Conflict if it is no longer at the `version` that the actor saw."""
    group = locked_group(actor, group_id, version, is_for_editors=True)
    group.name = _name(name)
    require_free_name(group)
    group.version += 1
    session.flush()
    record(actor, "directory.group_renamed", group)
    return group


def set_members(actor: Actor, group_id: int, members: Sequence[int], *, version: int | None = None) -> Group:
    """Let exactly these people be in the group. Conflict if nobody would be left who manages the installation."""
    group = locked_group(actor, group_id, version, is_for_editors=True)
    before = set(session.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group.id)))
    wanted = set(members)
    gone = before - wanted
    if gone:
        session.execute(
            delete(GroupMember).where(GroupMember.group_id == group.id, GroupMember.person_id.in_(gone))
        )
    added = _put(group, wanted - before, actor)
    group.version += 1
    settle(gone | added)
    if group.kind == GroupKind.ROLE and gone and _gives(group, SYSTEM):
        require_an_administrator(actor)
    record(actor, "directory.group_members_set", group, added=sorted(added), removed=sorted(gone))
    return group


def add_members(actor: Actor, group_id: int, members: Iterable[int]) -> Group:
    """Add people to a group; those who are in it stay."""
    current = session.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group_id)).all()
    return set_members(actor, group_id, sorted({*current, *members}))


def remove_members(actor: Actor, group_id: int, members: Iterable[int]) -> Group:
    """Take people out of a group."""
    current = session.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group_id)).all()
    return set_members(actor, group_id, sorted(set(current) - set(members)))


def delete_group(actor: Actor, group_id: int) -> None:
    """Remove a group. Conflict for one that rights were given to: these are taken back first."""
    group = locked_group(actor, group_id)
    if _grants(group, actor):
        raise Conflict(
            gettext("Rights were given to this role. Take them back before you delete it."), code="has_grants"
        )
    people = set(session.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group.id)))
    record(actor, "directory.group_deleted", group)
    session.delete(group)
    settle(people)


def locked_group(
    actor: Actor, group_id: int, version: int | None = None, *, is_for_editors: bool = False
) -> Group:
    """The group, locked, if it is the actor's to keep, or with `is_for_editors` to change.

    Raises NotFound, as for a personal group of somebody else that is not shared with the actor; Denied; Conflict.
    """
    statement = select(Group).where(Group.id == group_id).with_for_update()
    group = session.scalars(statement.execution_options(populate_existing=True)).first()
    if group is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    if group.kind == GroupKind.PERSONAL and group.owner_id != actor.person_id:
        _require_shared(actor, group, may_edit=is_for_editors)
    _require(actor, group)
    if version is not None and version != group.version:
        raise Conflict(
            gettext("Somebody else has changed this group in the meantime. Please look at it again."),
            code="version",
        )
    return group


def _require_shared(actor: Actor, group: Group, *, may_edit: bool) -> None:
    values = {"person": actor.person_id, "day": actor.today}
    if group.id not in set(session.scalars(SEEN.where(GroupShare.group_id == group.id), values)):
        raise NotFound(gettext("The page you are looking for was not found."))
    if not may_edit or not session.scalars(EDITED.where(GroupShare.group_id == group.id), values).first():
        raise Denied(gettext("Only the owner of this group and those whom they let may do this."))


def _require(actor: Actor, group: Group) -> None:
    if group.kind == GroupKind.SHARED:
        access.require(actor, MANAGE, unit_id=group.unit_id)
    elif group.kind == GroupKind.ROLE or group.owner_id != actor.person_id:
        # Whoever changes the members of what has rights passes these on, the owner's own group excepted.
        grants = _grants(group, actor)
        for grant in grants:
            require_passing_on(actor, grant.permission, reach_of(grant), grant.valid_until)
        if not grants and group.kind == GroupKind.ROLE:
            access.require(actor, GRANT)


def _grants(group: Group, actor: Actor) -> Sequence[Grant]:
    """The rights that were given to a group; a new one, which has no id yet, has none."""
    statement = (
        select(Grant)
        .join(Principal, Principal.id == Grant.principal_id)
        .where(
            Principal.kind == PrincipalKind.GROUP,
            Principal.ref == group.id,
            Grant.valid_until > actor.today,
        )
    )
    with session.no_autoflush:
        return session.scalars(statement).all()


def _gives(group: Group, permission: str) -> bool:
    statement = (
        select(func.count(Grant.id))
        .join(Principal, Principal.id == Grant.principal_id)
        .where(
            Principal.kind == PrincipalKind.GROUP, Principal.ref == group.id, Grant.permission == permission
        )
    )
    return bool(session.scalar(statement))


def _put(group: Group, members: Iterable[int], actor: Actor) -> set[int]:
    wanted = set(members)
    if len(wanted) > MOST_MEMBERS:
        message = gettext("A group has at most %(limit)d people.", limit=MOST_MEMBERS)
        raise Invalid(message, code="too_many", fields={"members": message})
    known = set(session.scalars(select(Person.id).where(Person.id.in_(wanted), Person.left_on > actor.today)))
    if wanted - known:
        message = gettext("Somebody of the list no longer works here. Please choose again.")
        raise Invalid(message, code="unknown_person", fields={"members": message})
    if known:
        rows = [{"group_id": group.id, "person_id": person_id} for person_id in sorted(known)]
        session.execute(insert(GroupMember), rows)
    return known


def _name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > 100:
        message = gettext("Please enter a name of at most 100 characters.")
        raise Invalid(message, code="name", fields={"name": message})
    return plain


def require_free_name(group: Group) -> None:
    """Raises Invalid where whoever keeps it has another group of this name."""
    same = select(Group.id).where(
        Group.kind == group.kind,
        Group.name == group.name,
        Group.owner_id.is_not_distinct_from(group.owner_id),
        Group.unit_id.is_not_distinct_from(group.unit_id),
        Group.id != (group.id or 0),
    )
    with session.no_autoflush:
        if session.scalar(same.limit(1)) is not None:
            message = gettext("There is a group of this name already.")
            raise Invalid(message, code="duplicate_name", fields={"name": message})


def record(actor: Actor, action: str, group: Group, **details: object) -> None:
    """Write an act on a group into the audit."""
    audit.record(
        actor,
        action,
        object_type="core.group",
        object_id=group.id,
        unit_id=group.unit_id,
        details={"kind": str(group.kind), **details},
    )


__all__ = [
    "add_members",
    "create_group",
    "delete_group",
    "locked_group",
    "record",
    "remove_members",
    "rename_group",
    "require_free_name",
    "set_members",
]
