"""What an actor is (principals), and the ways in which they hold permissions by grants: which, over what, until when.

`queries.held` merges them into an answer, `delegation.py` asks which of them may be passed on, `explain.py` names them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant, PersonPrincipal, Principal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY
from groupware.actor import Actor
from groupware.db import fetch, holds_on, session
from groupware.directory.tree import org_tree

CACHE = "holdings"
"""Key in the session's `info`, which lives as long as the unit of work."""

Span = tuple[int, date]


class PrincipalRef(NamedTuple):
    """A principal as what it stands for; see `PrincipalKind` for the meaning of the numbers."""

    kind: PrincipalKind
    ref: int
    ref2: int


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


Standing = tuple[Mapping[int, PrincipalRef], tuple[Holding, ...]]


# Principals and grants in one statement: who looks for one of them on a page needs the other as well.
_standing = (
    select(
        Principal.id.label("principal_id"),
        Principal.kind,
        Principal.ref,
        Principal.ref2,
        PersonPrincipal.valid_to,
        Grant.id,
        Grant.permission,
        Grant.scope,
        Grant.unit_id,
        Grant.object_type,
        Grant.object_id,
        Grant.with_delegation,
        Grant.valid_until,
    )
    .join(PersonPrincipal, PersonPrincipal.principal_id == Principal.id)
    .outerjoin(Grant, and_(Grant.principal_id == Principal.id, Grant.valid_until > ACTOR_TODAY))
    .where(PersonPrincipal.person_id == ACTOR_PERSON, holds_on(PersonPrincipal, ACTOR_TODAY))
)


def principals_of(actor: Actor) -> Mapping[int, PrincipalRef]:
    """What the actor is today, by the principals' ids; one query per unit of work, shared with `holdings`."""
    return _asked(actor)[0]


def holdings(actor: Actor) -> tuple[Holding, ...]:
    """Every grant that reaches the actor today, scopes resolved; one query per unit of work, shared with `principals_of`."""
    return _asked(actor)[1]


def forget() -> None:
    """Let the current unit of work read the grants again: somebody has changed them."""
    session().info.pop(CACHE, None)


def _asked(actor: Actor) -> Standing:
    cache: dict[Any, Standing] = session().info.setdefault(CACHE, {})
    key = (actor.person_id, actor.unit_id, actor.appointment_id, actor.today)
    if key not in cache:
        who = {"actor_person": actor.person_id, "actor_today": actor.today}
        rows = fetch(_standing, who).all()
        cache[key] = (
            {row.principal_id: PrincipalRef(PrincipalKind(row.kind), row.ref, row.ref2) for row in rows},
            tuple(_resolved(actor, rows)),
        )
    return cache[key]


def _resolved(actor: Actor, rows: Sequence[Any]) -> list[Holding]:
    duties: dict[int, list[Span]] = {}
    for duty in {(row.ref, row.ref2, row.valid_to) for row in rows if row.kind == PrincipalKind.DUTY}:
        duties.setdefault(duty[0], []).append(duty[1:])
    found: list[Holding] = []
    for row in rows:
        if row.id is None:
            continue
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
