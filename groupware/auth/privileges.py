"""Whose accounts an administrator of accounts must leave alone, because a reset would hand over more than they hold."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant, PersonPrincipal, Principal
from groupware.access.queries import Held
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.tree import org_tree
from groupware.registry import registry

SYSTEM = "administration:system:manage"
_PLACES = (PrincipalKind.UNIT.value, PrincipalKind.DUTY.value)


def protected(actor: Actor, person_ids: Iterable[int], until: date, *, is_limited: bool) -> set[int]:
    """Who of the people is not for the actor to act on, counting what begins by `until`. One query beside the actor's own.

    Privileged is whoever holds an elevated permission everywhere, or system administration anywhere: only system
    administrators look after them. An actor who `is_limited`, managing accounts of some units only, must also hold, as
    widely, all that is granted to the person other than to all staff.
    """
    if access.held(actor, SYSTEM).everywhere:
        return set()
    rows = session.execute(_standing(list(person_ids), actor.today, until)).all()
    found = _privileged(rows)
    if is_limited:
        found |= _beyond(actor, rows)
    return found


def _standing(people: list[int], day: date, until: date) -> Any:
    """Each person's units and duties, and every grant that reaches them."""
    return (
        select(
            PersonPrincipal.person_id,
            Principal.kind,
            Principal.ref,
            Principal.ref2,
            Grant.permission,
            Grant.scope,
            Grant.unit_id,
            Grant.object_type,
            Grant.object_id,
        )
        .select_from(PersonPrincipal)
        .join(Principal, Principal.id == PersonPrincipal.principal_id)
        .outerjoin(Grant, and_(Grant.principal_id == Principal.id, Grant.valid_until > day))
        .where(
            PersonPrincipal.person_id.in_(people),
            PersonPrincipal.valid_from <= until,
            PersonPrincipal.valid_to > day,
            or_(Grant.id.is_not(None), Principal.kind.in_(_PLACES)),
        )
    )


def _privileged(rows: Sequence[Any]) -> set[int]:
    known = registry()
    elevated = {p.id for p in known.permissions.values() if p.is_elevated}
    everywhere = {name for permission in elevated for name in known.satisfying(permission)}
    system = known.satisfying(SYSTEM)
    return {
        row.person_id
        for row in rows
        if (row.scope == "all" and row.permission in everywhere) or row.permission in system
    }


def _beyond(actor: Actor, rows: Sequence[Any]) -> set[int]:
    """Who holds something that the actor does not hold as widely."""
    places: dict[tuple[int, str, int], set[int]] = {}
    for row in rows:
        if row.kind == PrincipalKind.UNIT:
            places.setdefault((row.person_id, "", 0), set()).add(row.ref)
        elif row.kind == PrincipalKind.DUTY:
            places.setdefault((row.person_id, PrincipalKind.DUTY_KIND, row.ref), set()).add(row.ref2)
    mine: dict[str, Held] = {}
    found: set[int] = set()
    for row in rows:
        if row.permission not in registry().permissions or row.kind == PrincipalKind.EVERYONE:
            continue
        if row.permission not in mine:
            mine[row.permission] = access.held(actor, row.permission)
        if row.person_id not in found and not _covers(mine[row.permission], row, places, actor.today):
            found.add(row.person_id)
    return found


def _covers(mine: Held, row: Any, places: dict[tuple[int, str, int], set[int]], day: date) -> bool:
    if mine.everywhere:
        return True
    if row.scope == "all":
        return False
    if row.scope == "object":
        return (row.object_type, row.object_id) in mine.objects
    if row.scope == "subtree":
        roots = {row.unit_id}
    elif row.kind == PrincipalKind.DUTY:
        roots = {row.ref2}
    elif row.kind == PrincipalKind.DUTY_KIND:
        roots = places.get((row.person_id, PrincipalKind.DUTY_KIND, row.ref), set())
    else:
        roots = places.get((row.person_id, "", 0), set())
    tree = org_tree(day)
    return all(tree.subtree(root) <= mine.units for root in roots)


__all__ = ["protected"]
