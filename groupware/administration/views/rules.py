"""The editor of rules: the tree, each rule with its value and origin, what changes if, history."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.actor import Actor
from groupware.administration.trees import Place, place
from groupware.administration.views.base import blueprint, day_of, not_found
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from groupware.plugin import Plugin, Rule
from groupware.registry import registry
from groupware.rules.effects import Effect, Proposal, effect
from groupware.rules.history import Entry, entries, history, planned
from groupware.rules.queries import InForce, Setting, in_force, settings_of
from groupware.rules.services import (
    SET,
    clear_rule,
    locking_unit,
    set_rule,
    withdraw_setting,
)
from groupware.rules.values import bounds, off_word, on_word, parsed, shown, spelt, title_of
from groupware.web.boundary import actor
from groupware.web.gate import requires

MOST_LISTED = 60
"""Units that a preview names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the editor's list shows it at a place."""

    rule: Rule
    title: str
    value: str
    origin: str
    """default, own, above or locked."""
    origin_text: str
    entry: Entry | None
    planned: tuple[tuple[Setting, str], ...]


@blueprint.get("/rules")
@requires(SET)
def rules() -> str:
    """The rules of all functions at a place of the organisation."""
    who = actor()
    here = place(who, SET, request.args.get("unit", ""))
    groups = groups_at(here, who)
    return render_template(
        "administration/rules.html",
        here=here,
        nodes=here.nodes(_rules_url, own_settings(here, who.today)),
        groups=groups,
        number=sum(len(rows) for _, rows in groups),
    )


def groups_at(here: Place, who: Actor) -> list[tuple[Plugin, list[Row]]]:
    """Functions with their rules at a place."""
    known = registry()
    found = {rule_id: in_force(rule_id, here.unit_id, who.today, here.tree) for rule_id in known.rules}
    setters = entries(value.setting_id for value in found.values() if value.setting_id is not None)
    groups: list[tuple[Plugin, list[Row]]] = []
    for plugin in known:
        rows = [
            _row(rule, found[rule_id], here, setters, who)
            for rule_id, rule in known.rules.items()
            if known.owner_of_rule(rule_id) is plugin
        ]
        if rows:
            groups.append((plugin, rows))
    return groups


def own_settings(here: Place, today: date) -> dict[int | None, int]:
    """How many rules each unit has set itself, for the tree."""
    numbers: dict[int | None, int] = {}
    for rule_id in registry().rules:
        for unit_id, settings in settings_of(rule_id).items():
            current = next((s for s in settings if s.effective_from <= today), None)
            if unit_id in here.reach and current is not None and not current.is_cleared:
                numbers[unit_id] = numbers.get(unit_id, 0) + 1
    return numbers


@blueprint.get("/rules/<rule_id>")
@requires(SET)
def rule(rule_id: str) -> str:
    """One rule at a place: its value, a form to set it, what that would change, its history."""
    who = actor()
    return _rule_page(who, _declared(rule_id), place(who, SET, request.args.get("unit", "")))


@blueprint.post("/rules/<rule_id>")
@requires(SET)
def submit_rule(rule_id: str) -> ResponseReturnValue:
    """Set the rule, return to the value from above, or (without scripts) look at the effect first."""
    who = actor()
    declared = _declared(rule_id)
    here = place(who, SET, request.args.get("unit", ""))
    act = request.form.get("act", "save")
    try:
        day = day_of("effective_from")
        if act == "clear":
            clear_rule(who, rule_id, here.unit_id, effective_from=day)
            flash(
                gettext("“%(rule)s” follows the value from above again.", rule=title_of(declared)), "success"
            )
        else:
            value = parsed(declared, request.form.getlist("value"))
            if act == "check":
                return _rule_page(who, declared, here, found=_effect(who, declared, here))
            set_rule(
                who,
                rule_id,
                here.unit_id,
                value,
                is_locked="is_locked" in request.form,
                effective_from=day,
            )
            flash(gettext("“%(rule)s” was saved.", rule=title_of(declared)), "success")
    except (Invalid, Conflict) as error:
        return _rule_page(who, declared, here, error=error), error.status
    return redirect(url_for("administration.rules", unit=here.code), 303)


@blueprint.get("/rules/<rule_id>/effect")
@requires(SET)
def rule_effect(rule_id: str) -> ResponseReturnValue:
    """What the values in the address would change, as a part of the page of the rule."""
    who = actor()
    declared = _declared(rule_id)
    here = place(who, SET, request.args.get("unit", ""))
    try:
        found = _effect(who, declared, here)
    except Invalid as error:
        return render_template("administration/_effect.html", effect=None, reason=error.message)
    return render_template("administration/_effect.html", **_effect_values(found, declared, here))


@blueprint.post("/rules/settings/<int:setting_id>/withdraw")
@requires(SET)
def withdraw_rule_setting(setting_id: int) -> ResponseReturnValue:
    """Take a planned setting back."""
    who = actor()
    found = entries([setting_id]).get(setting_id)
    if found is None or found.rule not in registry().rules:
        raise not_found()
    here = _place_of(who, found)
    withdraw_setting(who, setting_id)
    flash(gettext("The planned setting was taken back."), "success")
    return redirect(url_for("administration.rule", rule_id=found.rule, unit=here.code), 303)


def _place_of(who: Actor, found: Entry) -> Place:
    here = place(who, SET, "")
    if found.unit_id not in here.reach:
        raise not_found()
    return Place(here.tree, here.reach, found.unit_id)


def _declared(rule_id: str) -> Rule:
    declared = registry().rules.get(rule_id)
    if declared is None:
        raise not_found()
    return declared


def _row(declared: Rule, value: InForce, here: Place, setters: dict[int, Entry], who: Actor) -> Row:
    origin, text = origin_of(value, here)
    coming = tuple(
        (setting, setting_words(declared, setting))
        for setting in planned(declared.id, here.unit_id, who.today)
    )
    entry = setters.get(value.setting_id) if value.setting_id is not None else None
    return Row(declared, title_of(declared), shown(declared, value.value), origin, text, entry, coming)


def setting_words(declared: Rule, setting: Setting | Entry) -> str:
    """A setting in words; a cleared one is the value from above."""
    if setting.is_cleared:
        return str(gettext("As above"))
    value = tuple(setting.value) if isinstance(setting.value, list) else setting.value
    return shown(declared, value)


def origin_of(value: InForce, here: Place) -> tuple[str, str]:
    """Where a value comes from: a short name for marks, and words."""
    if value.is_default:
        return "default", str(gettext("Default"))
    source = here.tree.get(value.source)
    name = source.name if source is not None else str(gettext("the whole municipality"))
    if value.source == here.unit_id:
        return "own", str(gettext("Set here"))
    if value.is_locked:
        return "locked", str(gettext("Fixed by %(unit)s", unit=name))
    return "above", str(gettext("Set by %(unit)s", unit=name))


def _effect(who: Actor, declared: Rule, here: Place) -> Effect:
    day = day_of("effective_from") or who.today
    value = parsed(declared, request.values.getlist("value"))
    if day < who.today:
        raise Invalid(gettext("The first day cannot lie in the past."))
    return effect(
        Proposal(
            rule_id=declared.id,
            unit_id=here.unit_id,
            value=value,
            is_locked="is_locked" in request.values,
            day=day,
        )
    )


def _effect_values(found: Effect, declared: Rule, here: Place) -> dict[str, Any]:
    tree = here.tree
    return {
        "effect": found,
        "number": len(found.changes),
        "changes": [
            (tree.path_name(c.unit_id), shown(declared, c.before), shown(declared, c.after))
            for c in found.changes[:MOST_LISTED]
        ],
        "more": max(0, len(found.changes) - MOST_LISTED),
        "kept": [tree.path_name(unit_id) for unit_id in found.kept],
        "overruled": [tree.path_name(unit_id) for unit_id in found.overruled],
    }


def _rule_page(
    who: Actor,
    declared: Rule,
    here: Place,
    *,
    error: Invalid | Conflict | None = None,
    found: Effect | None = None,
) -> str:
    value = in_force(declared.id, here.unit_id, who.today, here.tree)
    origin, origin_text = origin_of(value, here)
    is_locked, node = locking_unit(here.tree, settings_of(declared.id), here.unit_id)
    locked_by = (here.tree.get(node), True) if is_locked else (None, False)
    typed = request.form if request.method == "POST" else None
    fields = dict(error.fields) if isinstance(error, Invalid) else {}
    setter = entries([value.setting_id] if value.setting_id is not None else [])
    return render_template(
        "administration/rule.html",
        here=here,
        nodes=here.nodes(lambda code: url_for("administration.rule", rule_id=declared.id, unit=code)),
        plugin=registry().owner_of_rule(declared.id),
        rule=declared,
        title=title_of(declared),
        value=shown(declared, value.value),
        origin=origin,
        origin_text=origin_text,
        entry=setter.get(value.setting_id or 0),
        is_locked_above=locked_by[1],
        locked_by=locked_by[0].name if locked_by[0] is not None else gettext("the whole municipality"),
        typed=typed.getlist("value") if typed is not None else spelt(declared, value.value),
        typed_lock="is_locked" in typed if typed is not None else value.is_locked and origin == "own",
        typed_day=(typed.get("effective_from") if typed is not None else "") or who.today.isoformat(),
        bounds=bounds(declared),
        on_word=on_word(declared),
        off_word=off_word(declared),
        default=shown(declared, declared.default),
        field_errors=fields,
        general_error=error.message if error is not None and not fields else None,
        planned=[(s, setting_words(declared, s)) for s in planned(declared.id, here.unit_id, who.today)],
        history=[(e, setting_words(declared, e)) for e in history(declared.id, here.unit_id)],
        below=_below(declared, here, who),
        chain=_chain(declared, here, who),
        preview=_effect_values(found, declared, here) if found is not None else None,
    )


def _chain(declared: Rule, here: Place, who: Actor) -> list[tuple[str, str, bool]]:
    """From the default down to the place: what each level has set, and whether it has fixed it."""
    settings = settings_of(declared.id)
    steps: list[tuple[str, str, bool]] = [(str(gettext("Default")), shown(declared, declared.default), False)]
    nodes: list[int | None] = [None, *reversed(here.tree.ancestors(here.unit_id))]
    for node in nodes:
        own = next((s for s in settings.get(node, ()) if s.effective_from <= who.today), None)
        if own is None or own.is_cleared:
            continue
        unit = here.tree.get(node)
        name = unit.name if unit is not None else str(gettext("Whole municipality"))
        steps.append((name, setting_words(declared, own), own.is_locked))
    return steps


def _below(declared: Rule, here: Place, who: Actor) -> list[dict[str, Any]]:
    """Units below the place with a value of their own today."""
    reached = here.tree.subtree(here.unit_id) if here.unit_id is not None else frozenset(here.tree.units)
    found = []
    for unit_id, settings in settings_of(declared.id).items():
        current = next((s for s in settings if s.effective_from <= who.today), None)
        if unit_id is None or unit_id == here.unit_id or unit_id not in reached:
            continue
        if current is None or current.is_cleared:
            continue
        found.append(
            {
                "order": here.tree.order[unit_id],
                "name": here.tree.path_name(unit_id),
                "code": here.tree.units[unit_id].code,
                "value": setting_words(declared, current),
                "is_locked": current.is_locked,
                "counts": in_force(declared.id, unit_id, who.today, here.tree).source == unit_id,
            }
        )
    return sorted(found, key=lambda one: one["order"])


def _rules_url(code: str) -> str:
    return f"?unit={quote(code)}"


__all__ = ["groups_at", "own_settings"]
