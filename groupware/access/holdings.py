"""The ways in which an actor holds permissions by grants: which grant, over what, until when.

`queries.held` merges them into an answer, `delegation.py` asks which of them may be passed on, `explain.py` names them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant, PersonPrincipal, Principal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY
from groupware.actor import Actor
from groupware.db import holds_on, session
from groupware.directory.models import DutyHolder
from groupware.directory.tree import org_tree

CACHE = "holdings"
"""Key in the session's `info`, which lives as long as the unit of work."""

Span = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Holding:
    """One grant as it reaches an actor. `until` is the first day on which it no longer does, whatever ends first."""

    grant_id: int
    principal_id: int
    permission: str
    with_delegation: bool
    until: date
    everywhere: bool = False
    root: int | None = None
    """The unit on top of `units`, where the scope is a part of the organisation tree."""
    units: frozenset[int] = frozenset()
    obj: tuple[str, int] | None = None
    is_by_appointment: bool = False
    """Whether `root` is the unit of the acting appointment, so that it also ends with that appointment."""


_grants = (
    select(
        Grant.id,
        Grant.principal_id,
        Grant.permission,
        Grant.scope,
        Grant.unit_id,
        Grant.object_type,
        Grant.object_id,
        Grant.with_delegation,
        Grant.valid_until,
        PersonPrincipal.valid_to,
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
_duties = select(DutyHolder.kind_id, DutyHolder.unit_id, DutyHolder.valid_to).where(
    DutyHolder.person_id == ACTOR_PERSON, holds_on(DutyHolder, ACTOR_TODAY)
)


def holdings(actor: Actor) -> tuple[Holding, ...]:
    """Every grant that reaches the actor today, scopes resolved; at most two queries per unit of work."""
    cache: dict[Any, tuple[Holding, ...]] = session().info.setdefault(CACHE, {})
    key = (actor.person_id, actor.unit_id, actor.appointment_id, actor.today)
    if key not in cache:
        cache[key] = tuple(_resolved(actor))
    return cache[key]


def forget() -> None:
    """Let the current unit of work read the grants again: somebody has changed them."""
    session().info.pop(CACHE, None)


def _resolved(actor: Actor) -> list[Holding]:
    who = {"actor_person": actor.person_id, "actor_today": actor.today}
    rows = session.execute(_grants, who).all()
    duties: dict[int, list[Span]] = {}
    if any(row.scope == "own" and row.kind == PrincipalKind.DUTY_KIND for row in rows):
        for kind_id, unit_id, valid_to in session.execute(_duties, who):
            duties.setdefault(kind_id, []).append((unit_id, valid_to))
    found: list[Holding] = []
    for row in rows:
        end = min(row.valid_until, row.valid_to)
        common = (row.id, row.principal_id, row.permission, row.with_delegation)
        if row.scope == "all":
            found.append(Holding(*common, end, everywhere=True))
        elif row.scope == "object":
            found.append(Holding(*common, end, obj=(row.object_type, row.object_id)))
        else:
            tree = org_tree(actor.today)
            found += [
                Holding(
                    *common, min(end, last), root=root, units=tree.subtree(root), is_by_appointment=is_mine
                )
                for root, last, is_mine in _roots(row, actor, duties)
            ]
    return found


def _roots(row: Any, actor: Actor, duties: Mapping[int, list[Span]]) -> list[tuple[int, date, bool]]:
    """Units on top of a grant's scope: the unit, the day on which it ceases to be the actor's, by appointment or not."""
    if row.scope == "subtree":
        return [(row.unit_id, row.valid_to, False)]
    if row.kind == PrincipalKind.DUTY_KIND:
        return [(unit_id, valid_to, False) for unit_id, valid_to in duties.get(row.ref, [])]
    if row.kind == PrincipalKind.DUTY:
        return [(row.ref2, row.valid_to, False)]
    return [(actor.unit_id, row.valid_to, True)] if actor.unit_id is not None else []
