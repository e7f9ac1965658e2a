"""Set rules. A value is never changed in place: every setting is a new row, so that the table is its own history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import audit
from groupware.access import require
from groupware.actor import Actor
from groupware.caches import CacheVersion, bump
from groupware.db import lock, session
from groupware.directory.tree import OrgTree, org_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext
from groupware.plugin import Rule
from groupware.registry import registry
from groupware.rules.models import RuleValue
from groupware.rules.queries import CACHE, Setting, fresh_settings, plain, setting_on
from groupware.rules.values import checked

SET = "administration:rule:set"
LATEST = date(2200, 1, 1)
"""Nobody plans further ahead; a mistyped year is found out."""


def set_rule(
    actor: Actor,
    rule_id: str,
    unit_id: int | None,
    value: Any,
    *,
    is_locked: bool = False,
    effective_from: date | None = None,
) -> RuleValue | None:
    """Set the value of a rule for a unit and what is below it (None: for the installation) from a day on, today by default.

    Raises NotFound for an unknown rule or unit, Denied without the right over that unit, Invalid (field `value` or
    `effective_from`) for what the rule does not accept, Conflict with the name of the unit above that has locked the
    rule. Returns None if exactly this is set already, so that a form sent twice leaves one row.
    """
    rule = _rule(rule_id)
    require(actor, SET, unit_id=unit_id)
    day = _day(actor, effective_from)
    value = checked(rule, value)
    return _add(actor, rule, unit_id, day, value=value, is_locked=is_locked, is_cleared=False)


def clear_rule(
    actor: Actor, rule_id: str, unit_id: int | None, *, effective_from: date | None = None
) -> RuleValue | None:
    """Return to the value from above from a day on. Raises as `set_rule`; None if the unit has no value of its own."""
    rule = _rule(rule_id)
    require(actor, SET, unit_id=unit_id)
    day = _day(actor, effective_from)
    return _add(actor, rule, unit_id, day, value=None, is_locked=False, is_cleared=True)


def withdraw_setting(actor: Actor, setting_id: int) -> None:
    """Take a setting back before its day: what was in force at the unit until then goes on.

    Raises NotFound if there is none, Conflict if its day has come.
    """
    planned = session.get(RuleValue, setting_id)
    if planned is None or planned.rule not in registry().rules:
        raise NotFound(gettext("The page you are looking for was not found."))
    require(actor, SET, unit_id=planned.unit_id)
    if planned.effective_from <= actor.today:
        raise Conflict(
            gettext("This setting is in force already. Please set another value."), code="in_force"
        )
    _lock()
    own = fresh_settings(planned.rule).get(planned.unit_id, [])
    if setting_on(own, planned.effective_from) not in [s for s in own if s.id == planned.id]:
        raise Conflict(gettext("This setting has been replaced or taken back already."), code="replaced")
    former = setting_on([s for s in own if s.effective_from < planned.effective_from], planned.effective_from)
    row = RuleValue(
        rule=planned.rule,
        unit_id=planned.unit_id,
        value=former.value if former is not None else None,
        is_locked=former is not None and former.is_locked,
        is_cleared=former is None or former.is_cleared,
        effective_from=planned.effective_from,
        set_by=actor.person_id,
        set_at=actor.now,
    )
    _store(actor, "rule.withdrawn", row)


def _add(
    actor: Actor, rule: Rule, unit_id: int | None, day: date, *, value: Any, is_locked: bool, is_cleared: bool
) -> RuleValue | None:
    tree = org_tree(day)
    if unit_id is not None and unit_id not in tree:
        raise NotFound(gettext("There is no such organisation on that day."))
    _lock()
    settings = fresh_settings(rule.id)
    _refuse_below_lock(tree, settings, unit_id)
    own = setting_on(settings.get(unit_id, []), day)
    if own is None and is_cleared:
        return None
    if own is not None and own.effective_from == day:
        same = (plain(own.value), own.is_locked, own.is_cleared) == (plain(value), is_locked, is_cleared)
        if same or (is_cleared and own.is_cleared):
            return None
    row = RuleValue(
        rule=rule.id,
        unit_id=unit_id,
        value=list(value) if isinstance(value, tuple) else value,
        is_locked=is_locked,
        is_cleared=is_cleared,
        effective_from=day,
        set_by=actor.person_id,
        set_at=actor.now,
    )
    _store(actor, "rule.cleared" if is_cleared else "rule.set", row)
    return row


def _lock() -> None:
    """Whoever sets a rule at the same time waits here and then sees this setting."""
    lock(select(CacheVersion.version).where(CacheVersion.name == CACHE).with_for_update())


def _store(actor: Actor, action: str, row: RuleValue) -> None:
    session.add(row)
    session.flush()
    # Last: no look at the versions may fall between this and the commit, or the process would keep what is not yet true.
    bump(CACHE)
    audit.record(
        actor,
        action,
        object_type="core.rule_value",
        object_id=row.id,
        unit_id=row.unit_id,
        details={
            "rule": row.rule,
            "effective_from": row.effective_from.isoformat(),
            "is_locked": row.is_locked,
        },
    )


def locking_unit(
    tree: OrgTree, settings: Mapping[int | None, list[Setting]], unit_id: int | None
) -> tuple[bool, int | None]:
    """Whether a unit above `unit_id` has locked the rule on the tree's day, and which (None: the installation)."""
    if unit_id is None:
        return False, None
    above: list[int | None] = [None, *reversed(tree.ancestors(unit_id)[1:])]
    for node in above:
        setting = setting_on(settings.get(node, []), tree.day)
        if setting is not None and setting.is_locked and not setting.is_cleared:
            return True, node
    return False, None


def _refuse_below_lock(
    tree: OrgTree, settings: Mapping[int | None, list[Setting]], unit_id: int | None
) -> None:
    is_locked, node = locking_unit(tree, settings, unit_id)
    if not is_locked:
        return
    unit = tree.get(node)
    if unit is None:
        reason = gettext("This rule is fixed for the whole municipality and cannot be set here.")
    else:
        reason = gettext(
            "%(unit)s has fixed this rule for all organisations below it. It cannot be set here.",
            unit=tree.path_name(unit.id),
        )
    raise Conflict(reason, code="locked", unit_id=node)


def _rule(rule_id: str) -> Rule:
    rule = registry().rules.get(rule_id)
    if rule is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return rule


def _day(actor: Actor, effective_from: date | None) -> date:
    day = effective_from or actor.today
    if day < actor.today:
        text = gettext("The first day cannot lie in the past.")
        raise Invalid(text, code="effective_from", fields={"effective_from": text})
    if day >= LATEST:
        text = gettext("Please check the year of the first day.")
        raise Invalid(text, code="effective_from", fields={"effective_from": text})
    return day


__all__ = ["clear_rule", "locking_unit", "set_rule", "withdraw_setting"]
