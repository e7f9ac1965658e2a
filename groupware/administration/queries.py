"""Reads of administration: what a person may administer, who administers a unit, who holds what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import aliased

from groupware import access, clock
from groupware.access.delegation import can_pass_on, reach_of
from groupware.access.enums import PrincipalKind
from groupware.access.holdings import holdings
from groupware.access.models import Grant, Principal
from groupware.access.standard import FUNCTION_ADMINISTRATORS
from groupware.actor import Actor
from groupware.db import holds_on, session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyHolder, DutyKind, Group, GroupMember, Person
from groupware.directory.tree import OrgTree, org_tree
from groupware.registry import registry

GRANT_MANAGE = "administration:grant:manage"


@dataclass(frozen=True, slots=True)
class Realm:
    """The part of the organisation over which a person holds a permission, as pages walk through it."""

    everywhere: bool
    units: frozenset[int]
    roots: tuple[int, ...]
    """The units on top, in official order."""

    def __contains__(self, unit_id: int | None) -> bool:
        return self.everywhere if unit_id is None else unit_id in self.units


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody to turn to."""

    person_id: int
    uid: str
    display_name: str
    extension: str
    unit_id: int
    unit_name: str
    is_deputy: bool


def realm(actor: Actor, permission: str, tree: OrgTree) -> Realm:
    """The units of `tree` over which the actor holds the permission."""
    mine = access.held(actor, permission)
    units = frozenset(tree.units) if mine.everywhere else mine.units & frozenset(tree.units)
    roots = tuple(unit.id for unit in tree if unit.id in units and unit.parent_id not in units)
    return Realm(mine.everywhere, units, roots)


_administrators = (
    select(
        DutyHolder.unit_id,
        DutyHolder.deputy_order,
        Person.id,
        Person.uid,
        Person.display_name,
        Person.extension,
    )
    .join(DutyKind, DutyKind.id == DutyHolder.kind_id)
    .join(Person, Person.id == DutyHolder.person_id)
    .where(DutyKind.code == FUNCTION_ADMINISTRATORS)
    .order_by(DutyHolder.deputy_order, Person.sort_kana, Person.id)
)


def administrators_of(unit_id: int | None, day: date | None = None) -> list[Administrator]:
    """The function administrators (機能管理者) of a unit, or of the nearest one above it that has any; one query."""
    day = day or clock.today()
    tree = org_tree(day)
    chain = tree.ancestors(unit_id)
    if not chain:
        return []
    rows = session.execute(
        _administrators.where(DutyHolder.unit_id.in_(chain), holds_on(DutyHolder, day), Person.left_on > day)
    ).all()
    held_at = {row.unit_id for row in rows}
    nearest = next((unit for unit in chain if unit in held_at), None)
    return [
        Administrator(
            row.id,
            str(row.uid),
            row.display_name,
            row.extension,
            row.unit_id,
            tree.path_name(row.unit_id),
            row.deputy_order > 0,
        )
        for row in rows
        if row.unit_id == nearest
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFilter:
    """Which grants a list shows; empty values do not limit."""

    permission: str = ""
    plugin: str = ""
    principal_id: int | None = None
    unit_id: int | None = None


_giver = aliased(Person)
_grants: Any = (
    select(Grant, Principal.kind, _giver.display_name.label("giver"))
    .join(Principal, Principal.id == Grant.principal_id)
    .outerjoin(_giver, _giver.id == Grant.granted_by)
)


def grants(actor: Actor, wanted: GrantFilter | None = None) -> list[Row[Any]]:
    """Grants that hold today and that the actor may know, by permission: all for those who manage rights everywhere,
    otherwise those over their organisations, those they gave, and those they could give."""
    wanted = wanted or GrantFilter()
    statement = _grants.where(Grant.valid_until > actor.today)
    if wanted.permission:
        statement = statement.where(Grant.permission == wanted.permission)
    if wanted.plugin:
        statement = statement.where(Grant.permission.startswith(f"{wanted.plugin}:", autoescape=True))
    if wanted.principal_id is not None:
        statement = statement.where(Grant.principal_id == wanted.principal_id)
    if wanted.unit_id is not None:
        statement = statement.where(
            or_(
                Grant.unit_id == wanted.unit_id,
                and_(
                    Principal.kind.in_([PrincipalKind.UNIT, PrincipalKind.UNIT_TREE]),
                    Principal.ref == wanted.unit_id,
                ),
                and_(Principal.kind == PrincipalKind.DUTY, Principal.ref2 == wanted.unit_id),
            )
        )
    rows = list(session.execute(statement.order_by(Grant.permission, Grant.id)))
    known = registry().permissions
    order = {name: place for place, name in enumerate(known)}
    rows.sort(key=lambda row: (order.get(row[0].permission, len(order)), row[0].id))
    mine = access.held(actor, GRANT_MANAGE)
    if mine.everywhere:
        return rows
    return [row for row in rows if _may_know(actor, row[0], mine.units)]


def _may_know(actor: Actor, given: Grant, units: frozenset[int]) -> bool:
    if given.granted_by == actor.person_id or given.unit_id in units:
        return True
    if given.permission not in registry().permissions:
        return False
    return can_pass_on(actor, given.permission, reach_of(given), given.valid_until)


def delegable_permissions(actor: Actor) -> list[str]:
    """The permissions of which the actor holds at least a part with delegation, in the order of their declaration."""
    known = registry()
    if actor.is_system:
        return list(known.permissions)
    mine = {h.permission for h in holdings(actor) if h.with_delegation}
    return [name for name in known.permissions if mine & known.satisfying(name)]


@dataclass(frozen=True, slots=True)
class Role:
    """A role with how many people it has."""

    id: int
    uid: str
    name: str
    members: int


def roles() -> list[Role]:
    """All roles with the number of their members who are here today."""
    rows = session.execute(
        select(Group.id, Group.uid, Group.name).where(Group.kind == GroupKind.ROLE).order_by(Group.id)
    ).all()
    numbers: dict[int, int] = {}
    for member in members(row.id for row in rows):
        numbers[member.group_id] = numbers.get(member.group_id, 0) + 1
    return [Role(row.id, str(row.uid), row.name, numbers.get(row.id, 0)) for row in rows]


def members(role_ids: Iterable[int]) -> list[Row[Any]]:
    """The people of roles who are here today, by kana."""
    statement = (
        select(GroupMember.group_id, Person.id, Person.uid, Person.display_name, Person.staff_number)
        .join(Person, Person.id == GroupMember.person_id)
        .where(GroupMember.group_id.in_(list(role_ids)), Person.left_on > clock.today())
        .order_by(Person.sort_kana, Person.id)
    )
    return list(session.execute(statement))


__all__ = [
    "GRANT_MANAGE",
    "Administrator",
    "GrantFilter",
    "Realm",
    "Role",
    "administrators_of",
    "delegable_permissions",
    "grants",
    "members",
    "realm",
    "roles",
]
