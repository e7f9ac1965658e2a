"""Who may: prebuilt criteria for lists and single objects, and the grants of an actor.

`visible(permission, Model)` is built once at module level and executed with `parameters(actor, permission)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from groupware.access.holdings import Holding, holdings
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ObjectAccess, access_of, may_be_seen
from groupware.actor import Actor
from groupware.among import among
from groupware.db import holds_on, session
from groupware.guards.zoning import labels_of
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


def held(actor: Actor, permission: str) -> Held:
    """How the actor holds a permission by grants and declarations, relations aside. KeyError if it is undeclared."""
    known = registry()
    names = known.satisfying(permission)
    if actor.is_guest:
        return Held()
    if actor.is_system or any(known.permissions[name].given_to_all for name in names):
        return Held(everywhere=True)
    return merged(holding for holding in holdings(actor) if holding.permission in names)


def merged(parts: Iterable[Holding]) -> Held:
    """What several ways of holding a permission amount to together."""
    found = list(parts)
    return Held(
        any(part.everywhere for part in found),
        frozenset().union(*(part.units for part in found)),
        frozenset(part.obj for part in found if part.obj is not None),
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
    allowed = or_(*parts, _granted(model, declaration))
    return allowed if declaration.label is None else and_(may_be_seen(declaration.label), allowed)


def _granted(model: Any, declaration: ObjectAccess) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [bindparam("grant_all", type_=Boolean()) == True]  # noqa: E712  SQL, not Python
    parts.append(among(model.id, "grant_objects"))
    if isinstance(declaration.unit, InstrumentedAttribute):
        parts.append(among(declaration.unit, "grant_units"))
    return or_(*parts)


def parameters(actor: Actor, permission: str | None = None, object_type: str = "") -> dict[str, Any]:
    """The bind parameters that `visible()` and relations use, for this actor and permission."""
    values: dict[str, Any] = {
        "actor_person": actor.person_id,
        "actor_today": actor.today,
        "actor_now": actor.now,
        "actor_labels": labels_of(actor),
    }
    if permission is not None:
        mine = held(actor, permission)
        values["grant_all"] = mine.everywhere
        values["grant_units"] = sorted(mine.units) or NOBODY
        values["grant_objects"] = sorted(i for t, i in mine.objects if t == object_type) or NOBODY
    return values


def can(actor: Actor, permission: str, obj: Any = None, *, unit_id: int | None = None) -> bool:
    """Whether the actor holds the permission on the object, over the unit, or (neither given) everywhere."""
    if obj is not None and _is_hidden(actor, obj):
        return False
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


def _is_hidden(actor: Actor, obj: Any) -> bool:
    label = access_of(obj).label
    return isinstance(label, InstrumentedAttribute) and getattr(obj, label.key) not in labels_of(actor)


def count_of(principal_ids: list[int], day: Any) -> int:
    """How many people the principals are together on `day`, each counted once."""
    if not principal_ids:
        return 0
    statement = select(func.count(PersonPrincipal.person_id.distinct())).where(
        PersonPrincipal.principal_id.in_(principal_ids), holds_on(PersonPrincipal, day)
    )
    return session.scalar(statement) or 0


__all__ = ["Held", "can", "count_of", "held", "holds_somewhere", "merged", "parameters", "visible"]
