"""Rights: who holds what, by grant, by permission and by person; giving and taking back."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access, clock
from groupware.access.delegation import can_pass_on, reach_of
from groupware.access.enums import PrincipalKind
from groupware.access.explain import acting
from groupware.access.holdings import Holding, holdings
from groupware.access.labels import labels, scope_words
from groupware.access.models import Grant
from groupware.actor import Actor
from groupware.administration.forms import HoldersForm, PersonForm, asked_person
from groupware.administration.queries import GRANT_MANAGE, GrantFilter, delegable_permissions
from groupware.administration.queries import grants as grants_of
from groupware.administration.views.base import blueprint, day_of, not_found
from groupware.db import FOREVER, session
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from groupware.i18n import gettext
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.gate import signed_in


def require_insight(who: Actor) -> list[str]:
    """Let those pass who manage rights or may pass some on; returns what they may pass on."""
    mine = delegable_permissions(who)
    if not mine and not access.holds_somewhere(who, GRANT_MANAGE):
        raise Denied(gettext("Your permissions do not include this."), permission=GRANT_MANAGE)
    if not who.is_elevated:
        raise NeedsElevation(gettext("Please enter your password again to continue with administration."))
    return mine


@blueprint.get("/grants")
@signed_in
def grants() -> str:
    """Every grant that holds today and that the person may know."""
    who = actor()
    mine = require_insight(who)
    wanted = asked_grants()
    return render_template(
        "administration/grants.html",
        rows=rows_of(who, grants_of(who, wanted)),
        wanted=wanted,
        unit=request.args.get("unit", ""),
        units=_unit_options(),
        plugins=_plugins_with_permissions(),
        permissions=registry().permissions,
        may_give=bool(mine),
    )


def asked_grants() -> GrantFilter:
    """The filter of the address."""
    return GrantFilter(
        permission=request.args.get("permission", ""),
        plugin=request.args.get("plugin", ""),
        unit_id=_unit_id(request.args.get("unit", "")),
    )


@blueprint.get("/grants/matrix")
@signed_in
def grant_matrix() -> str:
    """Functions and their permissions, with everybody who holds each."""
    who = actor()
    require_insight(who)
    by_permission: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(who, grants_of(who)):
        by_permission.setdefault(row["permission_id"], []).append(row)
    known = registry()
    groups = [
        (plugin, [(p, by_permission.get(p.id, []), _wider(p.id)) for p in plugin.permissions])
        for plugin in known
        if plugin.permissions
    ]
    return render_template("administration/grant_matrix.html", groups=groups, permissions=known.permissions)


@blueprint.get("/grants/person")
@signed_in
def grants_of_person() -> str:
    """All that one person holds, with the way by which it reaches them."""
    who = actor()
    require_insight(who)
    form, found = held_by_asked(who)
    return render_template("administration/grants_person.html", form=form, found=found)


def held_by_asked(who: Actor) -> tuple[PersonForm, list[tuple[Any, list[dict[str, Any]]]] | None]:
    """The person asked for, and what they hold, by function; None without a person. Needs the whole municipality."""
    if not access.held(who, GRANT_MANAGE).everywhere:
        raise Denied(gettext("Your permissions do not include this."), permission=GRANT_MANAGE)
    form, found = asked_person(), None
    if form.person.data and form.validate() and form.person.person_ids:
        try:
            found = _held_by(acting(form.person.person_ids[0], who))
        except NotFound:
            form.person.errors = [gettext("Please choose a person who works here.")]
    return form, found


@blueprint.get("/grants/new")
@signed_in
def new_grant() -> str:
    """The form to give a right."""
    who = actor()
    require_insight(who)
    return _form_page(who, HoldersForm())


@blueprint.post("/grants/new")
@signed_in
def give_grant() -> ResponseReturnValue:
    """Give a right to everybody who was chosen, all or none."""
    who = actor()
    require_insight(who)
    chosen, typed = HoldersForm(), request.form
    if not chosen.validate():
        return _form_page(who, chosen), 422
    try:
        until = day_of("until")
        unit_id = _subtree()
        for holder in chosen.principals.principals(who):
            access.grant(
                who,
                holder,
                typed.get("permission", ""),
                scope=typed.get("scope", ""),
                unit_id=unit_id,
                with_delegation="with_delegation" in typed,
                # People say the last day, the table keeps the first one without it.
                valid_until=clock.day_after(until) if until is not None else FOREVER,
            )
    except (Invalid, Conflict, Denied) as error:
        session.rollback()
        return _form_page(who, chosen, error=error), error.status
    chosen.principals.remember(who)
    flash(gettext("The right was granted."), "success")
    return redirect(url_for("administration.grants", permission=typed.get("permission")), 303)


def _subtree() -> int | None:
    """The unit of the form where the scope is a part of the organisation."""
    if request.form.get("scope") != "subtree":
        return None
    unit_id = _unit_id(request.form.get("unit", ""))
    if unit_id is None:
        reason = gettext("Please choose an organisation.")
        raise Invalid(reason, fields={"unit": reason})
    return unit_id


@blueprint.post("/grants/<int:grant_id>/revoke")
@signed_in
def revoke_grant(grant_id: int) -> ResponseReturnValue:
    """Take a right back from today on."""
    access.revoke(actor(), grant_id)
    flash(gettext("The right was taken back."), "success")
    return redirect(url_for("administration.grants"), 303)


def rows_of(who: Actor, found: list[Any]) -> list[dict[str, Any]]:
    """Grants as tables show them."""
    tree = org_tree(who.today)
    words = labels(row[0].principal_id for row in found)
    known = registry()
    rows = []
    for given, kind, giver in found:
        permission = known.permissions.get(given.permission)
        rows.append(
            {
                "id": given.id,
                "permission_id": given.permission,
                "permission": permission.title if permission is not None else given.permission,
                "plugin": known.get(given.permission.partition(":")[0]),
                "holder": words[given.principal_id],
                "scope": scope_words(given.scope, given.unit_id, tree, PrincipalKind(kind)),
                "with_delegation": given.with_delegation,
                "until": None if given.valid_until == FOREVER else given.valid_until - timedelta(days=1),
                "giver": giver or gettext("Set up with the installation"),
                "given_at": given.granted_at,
                "may_revoke": _may_revoke(who, given),
            }
        )
    return rows


def _may_revoke(who: Actor, given: Grant) -> bool:
    if given.permission not in registry().permissions:
        return False
    return can_pass_on(who, given.permission, reach_of(given), given.valid_until)


def _held_by(subject: Actor) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Function → what the person holds of it, grouped as declared."""
    known = registry()
    tree = org_tree(subject.today)
    mine = holdings(subject)
    words = labels(holding.principal_id for holding in mine)

    def line(holding: Holding) -> dict[str, Any]:
        scope = "all" if holding.everywhere else "object" if holding.obj else "subtree"
        permission = known.permissions.get(holding.permission)
        return {
            "permission": permission.title if permission is not None else holding.permission,
            "permission_id": holding.permission,
            "implied": [known.permissions[name].title for name in _implied(holding.permission)],
            "holder": words[holding.principal_id],
            "scope": scope_words(scope, holding.root, tree),
            "with_delegation": holding.with_delegation,
            "until": None if holding.until == FOREVER else holding.until - timedelta(days=1),
        }

    groups = []
    for plugin in known:
        lines = [line(h) for h in mine if h.permission.startswith(f"{plugin.id}:")]
        if lines:
            groups.append((plugin, lines))
    return groups


def _implied(permission_id: str) -> list[str]:
    permission = registry().permissions.get(permission_id)
    return list(permission.implies) if permission is not None else []


def _form_page(who: Actor, form: HoldersForm, error: Invalid | Conflict | Denied | None = None) -> str:
    source: Any = request.form if request.method == "POST" else request.args
    fields = dict(error.fields) if isinstance(error, Invalid) else {}
    known = registry()
    mine = set(delegable_permissions(who))
    return render_template(
        "administration/grant_form.html",
        groups=[
            (plugin.title, [(p.id, p.title) for p in plugin.permissions if p.id in mine])
            for plugin in known
            if any(p.id in mine for p in plugin.permissions)
        ],
        units=_unit_options(),
        form=form,
        values={name: source.get(name, "") for name in ("permission", "scope", "unit", "until")},
        with_delegation="with_delegation" in source,
        field_errors=fields,
        general_error=error.message if error is not None and not fields else None,
    )


def _wider(permission_id: str) -> list[str]:
    """The titles of the permissions that include this one."""
    known = registry()
    names = known.satisfying(permission_id) - {permission_id}
    return [str(known.permissions[name].title) for name in known.permissions if name in names]


def _unit_options() -> list[tuple[str, str]]:
    """Every unit of today for a select, indented by its depth."""
    tree = org_tree()
    return [(unit.code, f"{'　' * (len(tree.ancestors(unit.id)) - 1)}{unit.name}") for unit in tree]


def _plugins_with_permissions() -> list[tuple[str, Any]]:
    return [(plugin.id, plugin.title) for plugin in registry() if plugin.permissions]


def _unit_id(code: str) -> int | None:
    if not code:
        return None
    unit = next((unit for unit in org_tree() if unit.code == code), None)
    if unit is None:
        raise not_found()
    return unit.id


__all__ = ["asked_grants", "held_by_asked", "require_insight", "rows_of"]
