"""Functions on and off: for the installation and for organisations, with what disappears."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.administration.trees import Place, place
from groupware.administration.views.base import blueprint, not_found
from groupware.administration.views.rules import origin_of
from groupware.errors import Conflict
from groupware.i18n import gettext, ngettext
from groupware.plugin import Plugin
from groupware.registry import enabled_rule, registry
from groupware.rules.effects import Proposal, effect, in_force_everywhere
from groupware.rules.queries import in_force, settings_of
from groupware.rules.services import SET, clear_rule, locking_unit, set_rule
from groupware.web.boundary import actor
from groupware.web.gate import requires


@blueprint.get("/plugins")
@requires(SET)
def plugins() -> str:
    """All functions with their state at a place of the organisation."""
    here = place(actor(), SET, request.args.get("unit", ""))
    known = registry()
    return render_template(
        "administration/plugins.html",
        here=here,
        nodes=here.nodes(lambda code: url_for("administration.plugins", unit=code)),
        rows=rows_at(here),
        house=[plugin for plugin in known if known.is_core(plugin.id)],
    )


def rows_at(here: Place) -> list[dict[str, Any]]:
    """The functions that can be switched, with their state at a place and below it."""
    known = registry()
    rows = []
    for plugin in known:
        if known.is_core(plugin.id):
            continue
        rule_id = enabled_rule(plugin)
        everywhere = in_force_everywhere(rule_id, here.tree, settings_of(rule_id))
        value = everywhere[here.unit_id]
        below = _below(here)
        rows.append(
            {
                "plugin": plugin,
                "is_on": bool(value.value),
                "origin": origin_of(value, here),
                "differing": sum(everywhere[unit_id].value != value.value for unit_id in below),
                "number": len(below),
            }
        )
    return rows


@blueprint.get("/plugins/<plugin_id>")
@requires(SET)
def plugin(plugin_id: str) -> str:
    """One function: what it brings, and where in the organisation it is on."""
    who = actor()
    shown = _switchable(plugin_id)
    here = place(who, SET, request.args.get("unit", ""))
    rule_id = enabled_rule(shown)
    everywhere = in_force_everywhere(rule_id, here.tree, settings_of(rule_id))
    own = {
        unit_id for unit_id, value in everywhere.items() if value.source == unit_id and not value.is_default
    }
    below = _below(here)
    # The organisations right below, and further down those that differ from what is above them.
    listed = [u for u in below if here.tree.units[u].parent_id in (here.unit_id, *_tops(here)) or u in own]
    return render_template(
        "administration/plugin.html",
        here=here,
        nodes=here.nodes(lambda code: url_for("administration.plugin", plugin_id=plugin_id, unit=code)),
        plugin=shown,
        value=everywhere[here.unit_id],
        origin=origin_of(everywhere[here.unit_id], here),
        is_locked_above=locking_unit(here.tree, settings_of(rule_id), here.unit_id)[0],
        brings=contributions(shown),
        units=[
            (
                here.tree.units[u],
                here.tree.path_name(u),
                bool(everywhere[u].value),
                u in own,
                everywhere[u].is_locked,
            )
            for u in listed
        ],
        rule_id=rule_id,
    )


@blueprint.get("/plugins/<plugin_id>/switch")
@requires(SET)
def confirm_plugin_switch(plugin_id: str) -> str:
    """A second look before a function is switched: what disappears, and for how many."""
    who = actor()
    shown = _switchable(plugin_id)
    here = place(who, SET, request.args.get("unit", ""))
    return _confirm_page(shown, here, is_on=request.args.get("to") == "on")


@blueprint.post("/plugins/<plugin_id>/switch")
@requires(SET)
def switch_plugin(plugin_id: str) -> ResponseReturnValue:
    """Switch a function on or off at a place, or let it follow the value from above."""
    who = actor()
    shown = _switchable(plugin_id)
    here = place(who, SET, request.args.get("unit", ""))
    to = request.form.get("to", "")
    if to not in ("on", "off", "above"):
        raise not_found()
    try:
        if to == "above":
            clear_rule(who, enabled_rule(shown), here.unit_id)
        else:
            set_rule(
                who, enabled_rule(shown), here.unit_id, to == "on", is_locked="is_locked" in request.form
            )
    except Conflict as error:
        return _confirm_page(shown, here, is_on=to == "on", error=str(error.message)), 409
    words = {
        "on": gettext("%(function)s is in use: %(unit)s", function=shown.title, unit=here.name),
        "off": gettext("%(function)s is no longer in use: %(unit)s", function=shown.title, unit=here.name),
        "above": gettext(
            "%(function)s follows the value from above: %(unit)s", function=shown.title, unit=here.name
        ),
    }
    flash(words[to], "success")
    return redirect(url_for("administration.plugin", plugin_id=plugin_id, unit=here.code), 303)


def _confirm_page(shown: Plugin, here: Place, *, is_on: bool, error: str = "") -> str:
    who = actor()
    rule_id = enabled_rule(shown)
    found = effect(Proposal(rule_id=rule_id, unit_id=here.unit_id, value=is_on, day=who.today))
    return render_template(
        "administration/plugin_switch.html",
        here=here,
        plugin=shown,
        is_on=is_on,
        is_already=in_force(rule_id, here.unit_id, who.today, here.tree).value == is_on,
        effect=found,
        number=len(found.changes),
        kept=[here.tree.path_name(unit_id) for unit_id in found.kept],
        brings=contributions(shown),
        error=error,
    )


def contributions(shown: Plugin) -> list[tuple[str, str]]:
    """What a function brings and takes with it when it goes: icon and words."""
    found: list[tuple[str, str]] = []
    if shown.in_menu:
        found.append(("menu", str(gettext("The item “%(title)s” in the menu", title=shown.title))))
    pages = sum(
        rule.endpoint.startswith(f"{shown.id}.") and "GET" in (rule.methods or ())
        for rule in current_app.url_map.iter_rules()
    )
    if pages:
        found.append(("file-text", str(ngettext("%(num)s page", "%(num)s pages", pages))))
    names = str(gettext(", ")).join(str(portlet.title) for portlet in shown.portlets)
    if names:
        found.append(("layout-dashboard", str(gettext("On the portal: %(names)s", names=names))))
    if shown.pending:
        found.append(("clipboard-check", str(gettext("Its entries in what needs attention"))))
    if shown.search:
        kinds = str(gettext(", ")).join(str(provider.title) for provider in shown.search)
        found.append(("search", str(gettext("In the search: %(names)s", names=kinds))))
    if shown.jobs:
        found.append(("clock", str(gettext("What it does in the background"))))
    return found


def _switchable(plugin_id: str) -> Plugin:
    known = registry()
    found = known.get(plugin_id)
    if found is None or known.is_core(plugin_id):
        raise not_found()
    return found


def _below(here: Place) -> list[int]:
    """The units below the place, in official order."""
    if here.unit_id is None:
        return list(here.tree.units)
    reached = here.tree.subtree(here.unit_id) - {here.unit_id}
    return [unit_id for unit_id in here.tree.units if unit_id in reached]


def _tops(here: Place) -> list[int | None]:
    """At the whole installation the bureaus are listed as well: they lie below the one root."""
    if here.unit_id is not None:
        return []
    return [unit.id for unit in here.tree if unit.parent_id is None]
