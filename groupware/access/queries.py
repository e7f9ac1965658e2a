"""Who may: prebuilt criteria for lists and single objects, and the grants of an actor.

`visible(permission, Model)` is built once at module level and executed with `parameters(actor, permission)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant, PersonPrincipal, Principal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY, ObjectAccess, access_of
from groupware.actor import Actor
from groupware.db import BIGINT, holds_on, session
from groupware.directory.models import DutyHolder
from groupware.directory.tree import org_tree
from groupware.registry import registry

# What PostgreSQL and SQLite both take for "no id": an empty IN list would make a statement of its own.
NOBODY = (-1,)


@dataclass(frozen=True, slots=True)
class Held:
    """One permission as an actor holds it: everywhere, over units (subtrees resolved), on single objects."""

    everywhere: bool = False
    units: frozenset[int] = frozenset()
    objects: frozenset[tuple[str, int]] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.units) or bool(self.objects)


_grants = (
    select(
        Grant.permission,
        Grant.scope,
        Grant.unit_id,
        Grant.object_type,
        Grant.object_id,
        Grant.with_delegation,
        Principal.kind,
        Principal.ref,
        Principal.ref2,
    )
    .join(Principal, Principal.id == Grant.principal_id)
    .join(PersonPrincipal, PersonPrincipal.principal_id == Grant.principal_id)
    .where(
        PersonPrincipal.person_id == ACTOR_PERSON,
        holds_on(PersonPrincipal, ACTOR_TODAY),
        Grant.valid_until > ACTOR_TODAY,
    )
)
_duties = select(DutyHolder.kind_id, DutyHolder.unit_id).where(
    DutyHolder.person_id == ACTOR_PERSON, holds_on(DutyHolder, ACTOR_TODAY)
)


def _held(actor: Actor) -> dict[tuple[str, bool], Held]:
    """(permission, with delegation only) → as held; one query per unit of work."""
    cache = session().info.setdefault("held", {})
    key = (actor.person_id, actor.unit_id, actor.today)
    if key in cache:
        found: dict[tuple[str, bool], Held] = cache[key]
        return found
    who = {"actor_person": actor.person_id, "actor_today": actor.today}
    rows = session.execute(_grants, who).all()
    duties: dict[int, set[int]] = {}
    if any(row.scope == "own" and row.kind == PrincipalKind.DUTY_KIND for row in rows):
        for kind_id, unit_id in session.execute(_duties, who):
            duties.setdefault(kind_id, set()).add(unit_id)
    tree = org_tree(actor.today) if any(row.scope in ("own", "subtree") for row in rows) else None
    collected: dict[tuple[str, bool], tuple[list[bool], set[int], set[tuple[str, int]]]] = {}
    for row in rows:
        for delegation in (False, True) if row.with_delegation else (False,):
            everywhere, units, objects = collected.setdefault(
                (row.permission, delegation), ([], set(), set())
            )
            if row.scope == "all":
                everywhere.append(True)
            elif row.scope == "object":
                objects.add((row.object_type, row.object_id))
            elif tree is not None:
                for root in _roots(row, actor, duties):
                    units |= tree.subtree(root)
    held = {name: Held(bool(e), frozenset(u), frozenset(o)) for name, (e, u, o) in collected.items()}
    cache[key] = held
    return held


def _roots(row: Any, actor: Actor, duties: Mapping[int, set[int]]) -> set[int]:
    if row.scope == "subtree":
        return {row.unit_id}
    if row.kind == PrincipalKind.DUTY_KIND:
        return duties.get(row.ref, set())
    if row.kind == PrincipalKind.DUTY:
        return {row.ref2}
    return {actor.unit_id} if actor.unit_id is not None else set()


def held(actor: Actor, permission: str, *, for_delegation: bool = False) -> Held:
    """How the actor holds a permission by grants and declarations, relations aside. KeyError if it is undeclared."""
    known = registry()
    names = known.satisfying(permission)
    if actor.is_system:
        return Held(everywhere=True)
    if not for_delegation and any(known.permissions[name].given_to_all for name in names):
        return Held(everywhere=True)
    mine = _held(actor)
    parts = [mine[name, for_delegation] for name in names if (name, for_delegation) in mine]
    return Held(
        any(part.everywhere for part in parts),
        frozenset().union(*(part.units for part in parts)),
        frozenset().union(*(part.objects for part in parts)),
    )


def holds_somewhere(actor: Actor, permission: str) -> bool:
    """Whether the actor holds the permission in any scope: enough to be shown the page, not to act on an object."""
    return bool(held(actor, permission))


def visible(permission: str, model: Any) -> ColumnElement[bool]:
    """Criterion over `model`: rows on which the actor holds `permission`, by relation or grant.

    Build it once, at module level; execute with `parameters(actor, permission)`.
    """
    declaration = access_of(model)
    parts = [relation.criterion for relation in declaration.relations if permission in relation.permissions]
    return or_(*parts, _granted(model, declaration))


def _granted(model: Any, declaration: ObjectAccess) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [bindparam("grant_all", type_=Boolean()) == True]  # noqa: E712  SQL, not Python
    parts.append(model.id.in_(bindparam("grant_objects", type_=BIGINT, expanding=True)))
    if isinstance(declaration.unit, InstrumentedAttribute):
        parts.append(declaration.unit.in_(bindparam("grant_units", type_=BIGINT, expanding=True)))
    return or_(*parts)


def parameters(actor: Actor, permission: str | None = None, object_type: str = "") -> dict[str, Any]:
    """The bind parameters that `visible()` and relations use, for this actor and permission."""
    values: dict[str, Any] = {
        "actor_person": actor.person_id,
        "actor_today": actor.today,
        "actor_now": actor.now,
    }
    if permission is not None:
        mine = held(actor, permission)
        values["grant_all"] = mine.everywhere
        values["grant_units"] = sorted(mine.units) or NOBODY
        values["grant_objects"] = sorted(i for t, i in mine.objects if t == object_type) or NOBODY
    return values


def can(actor: Actor, permission: str, obj: Any = None, *, unit_id: int | None = None) -> bool:
    """Whether the actor holds the permission on the object, over the unit, or (neither given) everywhere."""
    mine = held(actor, permission)
    if mine.everywhere:
        return True
    if unit_id is not None and unit_id in mine.units:
        return True
    if obj is None:
        return False
    declaration = access_of(obj)
    if (declaration.type, obj.id) in mine.objects:
        return True
    model = type(obj)
    statement = select(model.id).where(model.id == obj.id, visible(permission, model))
    return session.scalar(statement, parameters(actor, permission, declaration.type)) is not None


def count_of(principal_ids: list[int], day: Any) -> int:
    """How many people the principals are together on `day`, each counted once."""
    if not principal_ids:
        return 0
    statement = select(func.count(PersonPrincipal.person_id.distinct())).where(
        PersonPrincipal.principal_id.in_(principal_ids), holds_on(PersonPrincipal, day)
    )
    return session.scalar(statement) or 0


__all__ = ["Held", "can", "count_of", "held", "holds_somewhere", "parameters", "visible"]
