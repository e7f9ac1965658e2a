"""Roles: named sets of people that grants refer to. Adding somebody passes on every right that the role carries."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from groupware import audit
from groupware.access.delegation import reach_of, require_passing_on
from groupware.access.enums import PrincipalKind
from groupware.access.holdings import forget
from groupware.access.models import Grant, Principal
from groupware.access.principals import rebuild
from groupware.access.services import SYSTEM, require, require_an_administrator
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group, GroupMember, Person
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext
from groupware.registry import registry

MANAGE = "administration:grant:manage"
MAX_NAME = 100


def create_role(actor: Actor, name: str) -> Group:
    """A new role without members and rights. Invalid if the name is empty, too long or taken."""
    require(actor, MANAGE)
    name = name.strip()
    if not name:
        raise Invalid(gettext("Please enter a name."), fields={"name": gettext("Please enter a name.")})
    if len(name) > MAX_NAME:
        text = gettext(
            "The name may have at most %(max)s characters (now %(now)s).", max=MAX_NAME, now=len(name)
        )
        raise Invalid(text, fields={"name": text})
    if session.scalar(select(Group.id).where(Group.kind == GroupKind.ROLE, Group.name == name)) is not None:
        text = gettext("There is a role of this name already.")
        raise Invalid(text, fields={"name": text})
    role = Group(kind=GroupKind.ROLE, name=name)
    session.add(role)
    session.flush()
    audit.record(actor, "access.role_created", object_type="core.group", object_id=role.id)
    return role


def enrol(actor: Actor, role_id: int, person_ids: Sequence[int]) -> int:
    """Add people to a role; returns how many were not in it before.

    The actor must be able to pass on every right of the role (Denied otherwise).
    """
    _lock(role_id)
    _require_command(actor, role_id)
    known = set(
        session.scalars(select(Person.id).where(Person.id.in_(person_ids), Person.left_on > actor.today))
    )
    if not known or known != set(person_ids):
        raise Invalid(gettext("Please choose people who work here."), code="people")
    present = set(session.scalars(select(GroupMember.person_id).where(GroupMember.group_id == role_id)))
    added = sorted(known - present)
    if added:
        session.execute(insert(GroupMember), [{"group_id": role_id, "person_id": p} for p in added])
        _changed(actor, "access.role_enrolled", role_id, added)
    return len(added)


def expel(actor: Actor, role_id: int, person_id: int) -> None:
    """Take a person out of a role. Conflict if nobody would be left who manages the installation."""
    _lock(role_id)
    _require_command(actor, role_id)
    gone = session.execute(
        delete(GroupMember).where(GroupMember.group_id == role_id, GroupMember.person_id == person_id)
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise Conflict(gettext("This person is not in the role any more."), code="not_enrolled")
    _changed(actor, "access.role_expelled", role_id, [person_id])
    if any(given.permission == SYSTEM for given in grants_of_role(role_id, actor)):
        require_an_administrator(actor)


def grants_of_role(role_id: int, actor: Actor) -> Sequence[Grant]:
    """The rights a role carries today."""
    return session.scalars(
        select(Grant)
        .join(Principal, Principal.id == Grant.principal_id)
        .where(
            Principal.kind == PrincipalKind.GROUP, Principal.ref == role_id, Grant.valid_until > actor.today
        )
        .order_by(Grant.permission, Grant.id)
    ).all()


def _lock(role_id: int) -> None:
    moved = session.execute(
        update(Group)
        .where(Group.id == role_id, Group.kind == GroupKind.ROLE)
        .values(version=Group.version + 1)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise NotFound(gettext("The page you are looking for was not found."))


def _require_command(actor: Actor, role_id: int) -> None:
    """Raise unless the actor may hand out everything that the role gives, or manages rights if it gives nothing."""
    known = registry().permissions
    carried = [given for given in grants_of_role(role_id, actor) if given.permission in known]
    for given in carried:
        require_passing_on(actor, given.permission, reach_of(given), given.valid_until)
    if not carried:
        require(actor, MANAGE)


def _changed(actor: Actor, action: str, role_id: int, person_ids: Sequence[int]) -> None:
    session.flush()
    rebuild(person_ids)
    forget()
    audit.record(
        actor, action, object_type="core.group", object_id=role_id, details={"person_ids": list(person_ids)}
    )


__all__ = ["create_role", "enrol", "expel", "grants_of_role"]
