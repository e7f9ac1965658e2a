"""The value of a rule for an organisation on a day, and where it comes from.

Values are inherited down the organisation tree: the installation, then the root, then each unit down to the one asked
for. A locked value above stops those below. All rows in force or to come are kept per process (`caches.py`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import clock
from groupware.actor import Actor
from groupware.caches import Cached, versions
from groupware.db import session
from groupware.directory.tree import CACHE as TREE
from groupware.directory.tree import OrgTree, org_tree
from groupware.plugin import Plugin
from groupware.registry import enabled_rule, registry
from groupware.rules.models import RuleValue

CACHE = "rules"
_IN_FORCE = "rules.in_force"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of history, as the cache keeps it."""

    id: int
    unit_id: int | None
    value: Any
    is_locked: bool
    is_cleared: bool
    effective_from: date


@dataclass(frozen=True, slots=True)
class InForce:
    """A value with its origin. `source` None with `is_default` False is the installation; `locked_by` is where a lock stands."""

    value: Any
    is_default: bool
    source: int | None
    is_locked: bool
    setting_id: int | None


_rows = select(
    RuleValue.rule,
    RuleValue.id,
    RuleValue.unit_id,
    RuleValue.value,
    RuleValue.is_locked,
    RuleValue.is_cleared,
    RuleValue.effective_from,
).order_by(RuleValue.effective_from.desc(), RuleValue.id.desc())


def _load() -> dict[str, dict[int | None, list[Setting]]]:
    found: dict[str, dict[int | None, list[Setting]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(_rows):
        found[row.rule][row.unit_id].append(Setting(*row[1:]))
    return {rule: dict(by_unit) for rule, by_unit in found.items()}


_settings: Cached[dict[str, dict[int | None, list[Setting]]]] = Cached(CACHE, _load)


def in_force(
    rule_id: str, unit_id: int | None, day: date | None = None, tree: OrgTree | None = None
) -> InForce:
    """The value of a rule for a unit (None: the installation) on a day. KeyError if nobody declares the rule."""
    day = day or clock.today()
    if tree is not None:
        return _worked_out(rule_id, unit_id, day, tree)
    known = _known(day).values
    found = known.get((rule_id, unit_id))
    if found is None:
        found = known[rule_id, unit_id] = _worked_out(rule_id, unit_id, day, org_tree(day))
    return found


def derived(name: str, day: date) -> dict[Any, Any]:
    """A place of this process for what a plugin works out of rules for a day; empty again when a rule or an organisation changes.

    What is kept there must follow from its key, the rules and the organisations alone.
    """
    return _known(day).derived[name]


@dataclass(frozen=True, slots=True)
class _Known:
    """What this process has worked out of one stand of rules and organisations for one day."""

    stand: tuple[int, int, date]
    values: dict[tuple[str, int | None], InForce] = field(default_factory=dict)
    enabled: dict[int | None, tuple[Plugin, ...]] = field(default_factory=dict)
    derived: dict[str, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))


def _known(day: date) -> _Known:
    """What is worked out for a day: a page asks some fifty times. Another day takes the place of the former."""
    held = versions()
    held.refresh()
    stand = (held.seen.get(CACHE, 0), held.seen.get(TREE, 0), day)
    kept: tuple[int, _Known] | None = held.values.get(_IN_FORCE)
    if kept is None or kept[1].stand != stand:
        kept = held.values[_IN_FORCE] = (0, _Known(stand))
    return kept[1]


def _worked_out(rule_id: str, unit_id: int | None, day: date, tree: OrgTree) -> InForce:
    rule = registry().rules[rule_id]
    result = InForce(rule.default, True, None, False, None)
    by_unit = _settings.get().get(rule_id)
    if not by_unit:
        return result
    chain: list[int | None] = [None]
    if unit_id is not None:
        chain += reversed(tree.ancestors(unit_id))
    for node in chain:
        result = below(result, node, setting_on(by_unit.get(node, ()), day))
        if result.is_locked:
            break
    return result


def setting_on(settings: Sequence[Setting], day: date) -> Setting | None:
    """The newest of a node's settings (newest first) that is in force on a day."""
    return next((setting for setting in settings if setting.effective_from <= day), None)


def below(above: InForce, node: int | None, own: Setting | None) -> InForce:
    """What is in force at a node, given what is in force above it and its own setting."""
    if above.is_locked or own is None or own.is_cleared:
        return above
    return InForce(plain(own.value), False, node, own.is_locked, own.id)


def plain(stored: Any) -> Any:
    """A value as rules compare it: lists come back from the database where tuples went in."""
    return tuple(stored) if isinstance(stored, list) else stored


def settings_of(rule_id: str) -> dict[int | None, list[Setting]]:
    """Every setting of a rule by unit, newest first, as this process knows it."""
    return _settings.get().get(rule_id, {})


def fresh_settings(rule_id: str) -> dict[int | None, list[Setting]]:
    """The same straight from the database, for a writer who decides by it and must not fill the cache with half a write."""
    found: dict[int | None, list[Setting]] = defaultdict(list)
    for row in session.execute(_rows.where(RuleValue.rule == rule_id)):
        found[row.unit_id].append(Setting(*row[1:]))
    return dict(found)


def value(rule_id: str, unit_id: int | None, day: date | None = None) -> Any:
    """Just the value of `in_force`."""
    return in_force(rule_id, unit_id, day).value


def value_for(actor: Actor, rule_id: str) -> Any:
    """The value for the acting appointment's organisation."""
    return in_force(rule_id, actor.unit_id, actor.today).value


def is_enabled(plugin: Plugin, unit_id: int | None) -> bool:
    """Whether a plugin is switched on for a unit; features of the house always are."""
    return registry().is_core(plugin.id) or bool(in_force(enabled_rule(plugin), unit_id).value)


def enabled(unit_id: int | None) -> tuple[Plugin, ...]:
    """The plugins that are switched on for a unit, in the order of the registry."""
    known = _known(clock.today()).enabled
    found = known.get(unit_id)
    if found is None:
        found = known[unit_id] = tuple(plugin for plugin in registry() if is_enabled(plugin, unit_id))
    return found
