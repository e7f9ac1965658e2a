"""What changes if: the value of a rule in every unit, as it is and as it would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.db import holds_on, session
from groupware.directory.tree import OrgTree, org_tree
from groupware.registry import registry
from groupware.rules.queries import InForce, Setting, below, setting_on, settings_of


@dataclass(frozen=True, slots=True)
class Change:
    """A unit whose value would become another."""

    unit_id: int
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Effect:
    """What a setting would change. `kept` are units below that go on with their own value."""

    day: date
    changes: tuple[Change, ...]
    people: int
    kept: tuple[int, ...]
    overruled: tuple[int, ...]
    """Units below whose own value would no longer count, because of the lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A setting that is considered; `is_cleared` returns to the value from above."""

    rule_id: str
    unit_id: int | None
    value: Any = None
    is_locked: bool = False
    is_cleared: bool = False
    day: date


def in_force_everywhere(
    rule_id: str, tree: OrgTree, settings: Mapping[int | None, list[Setting]]
) -> dict[int | None, InForce]:
    """What is in force at the installation (None) and at every unit of the tree, in one walk from above."""
    start = InForce(registry().rules[rule_id].default, True, None, False, None)
    found: dict[int | None, InForce] = {
        None: below(start, None, setting_on(settings.get(None, []), tree.day))
    }
    for unit in tree:
        above = found[unit.parent_id if unit.parent_id in tree.units else None]
        found[unit.id] = below(above, unit.id, setting_on(settings.get(unit.id, []), tree.day))
    return found


def effect(proposal: Proposal) -> Effect:
    """What the proposal would change on its day, in units and people."""
    tree = org_tree(proposal.day)
    settings = settings_of(proposal.rule_id)
    considered = Setting(
        0, proposal.unit_id, proposal.value, proposal.is_locked, proposal.is_cleared, proposal.day
    )
    changed = {**settings, proposal.unit_id: [considered]}
    before = in_force_everywhere(proposal.rule_id, tree, settings)
    after = in_force_everywhere(proposal.rule_id, tree, changed)
    reached = tree.subtree(proposal.unit_id) if proposal.unit_id is not None else frozenset(tree.units)
    changes = tuple(
        Change(unit_id, before[unit_id].value, after[unit_id].value)
        for unit_id in tree.units
        if unit_id in reached and before[unit_id].value != after[unit_id].value
    )
    own = [
        unit_id
        for unit_id in tree.units
        if unit_id in reached and unit_id != proposal.unit_id and before[unit_id].source == unit_id
    ]
    return Effect(
        day=proposal.day,
        changes=changes,
        people=people_in([change.unit_id for change in changes], proposal.day),
        kept=tuple(unit_id for unit_id in own if after[unit_id].source == unit_id),
        overruled=tuple(unit_id for unit_id in own if after[unit_id].source != unit_id),
    )


def people_in(unit_ids: list[int], day: date) -> int:
    """How many people are appointed to the units on a day, each counted once."""
    if not unit_ids:
        return 0
    statement = (
        select(func.count(PersonPrincipal.person_id.distinct()))
        .join(Principal, Principal.id == PersonPrincipal.principal_id)
        .where(
            Principal.kind == PrincipalKind.UNIT, Principal.ref.in_(unit_ids), holds_on(PersonPrincipal, day)
        )
    )
    return session.scalar(statement) or 0


__all__ = ["Change", "Effect", "Proposal", "effect", "in_force_everywhere", "people_in"]
