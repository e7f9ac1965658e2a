"""Manage the business systems."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.tree import OrgTree, org_tree
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, ngettext, pgettext
from groupware.portal.forms import LauncherForm, options
from groupware.portal.queries import launcher as queries
from groupware.portal.queries.shared import shared
from groupware.portal.services import launcher as services
from groupware.portal.services.launcher import MANAGE
from groupware.portal.views.blueprint import blueprint
from groupware.portal.views.ordering import ordered_keys
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal
from groupware.web.rows import Rows

MOST_LINKS = 100
"""Systems that are entered at once."""


@blueprint.get("/portal/launcher")
@requires(MANAGE)
def links() -> str:
    """All systems, in the order in which people see them."""
    rows = [(link, queries.readers(link, actor())) for link in shared().links]
    return render_template("portal/launcher.html", rows=rows)


@blueprint.get("/portal/launcher.<format>")
@requires(MANAGE)
def export_links(format: str) -> Response:  # noqa: A002  the word users know
    """The same list as a file, which can be pasted into the table for several systems."""
    columns = [*_columns().values(), gettext("People who see it")]
    rows = [[link.name, link.url, queries.readers(link, actor())] for link in shared().links]
    return table_response(gettext("Business systems"), columns, rows, format)


@blueprint.post("/portal/launcher/order")
@requires(MANAGE)
def order_links() -> ResponseReturnValue:
    """Keep the order after a drag."""
    services.order_links(actor(), ordered_keys())
    return jsonify(saved=True)


@blueprint.post("/portal/launcher/<uuid:uid>/move")
@requires(MANAGE)
def move_link(uid: uuid.UUID) -> ResponseReturnValue:
    """One place up or down, or off the portal."""
    move = request.form.get("move", "")
    if move == "remove":
        services.remove_link(actor(), uid)
        flash(gettext("The business system was taken off the portal."), "success")
        return redirect(url_for("portal.links"))
    try:
        services.move_link(actor(), uid, move)
    except Conflict as error:
        flash(str(error.message), "warning")
    return redirect(url_for("portal.links"))


@blueprint.get("/portal/launcher/new")
@requires(MANAGE)
def new_link() -> str:
    """A new system."""
    return _form(_prepared(LauncherForm(everyone=True)))


@blueprint.post("/portal/launcher/new")
@requires(MANAGE)
def add_link() -> ResponseReturnValue:
    """Offer it."""
    form = _prepared(LauncherForm())
    try:
        services.add_link(actor(), form.entered())
    except Invalid as error:
        show_refusal(form, error)
        return _form(form), 422
    flash(gettext("The business system was saved."), "success")
    return redirect(url_for("portal.links"))


@blueprint.get("/portal/launcher/several")
@requires(MANAGE)
def new_links() -> str:
    """Several systems as rows of a table, which may come from a spreadsheet."""
    return _table(_prepared(LauncherForm(everyone=True)), Rows(_columns(), MOST_LINKS))


@blueprint.post("/portal/launcher/several")
@requires(MANAGE)
def add_links() -> ResponseReturnValue:
    """Offer them all, or none if a row is faulty."""
    form = _prepared(LauncherForm())
    rows = Rows.from_form(request.form, _columns(), MOST_LINKS)
    common = form.entered()
    others: dict[str, object] = {}
    for row in rows:
        try:
            services.add_link(actor(), replace(common, name=row.values["name"], url=row.values["url"]))
        except Invalid as error:
            others |= rows.refuse(row, error.fields)
    if others or rows.refusal or rows.problems():
        if others:
            show_refusal(form, Invalid(fields=others))
        if rows.refusal:
            form.form_errors.append(rows.refusal)
        return _table(form, rows), 422
    flash(
        ngettext(
            "%(num)s business system was saved.", "%(num)s business systems were saved.", len(rows.rows)
        ),
        "success",
    )
    return redirect(url_for("portal.links"))


@blueprint.get("/portal/launcher/<uuid:uid>")
@requires(MANAGE)
def edit_link(uid: uuid.UUID) -> str:
    """Change a system."""
    link = queries.link(uid)
    form = _prepared(LauncherForm(name=link.name, url=link.url, icon=link.icon, version=str(link.version)))
    form.fill_audience(frozenset((row.kind, row.ref) for row in queries.audience(link.id)))
    return _form(form, uid)


@blueprint.post("/portal/launcher/<uuid:uid>")
@requires(MANAGE)
def change_link(uid: uuid.UUID) -> ResponseReturnValue:
    """Keep the change."""
    form = _prepared(LauncherForm())
    version = form.version.data or ""
    try:
        services.change_link(actor(), uid, form.entered(), int(version) if version.isdecimal() else 0)
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        if isinstance(error, Conflict):
            form.version.data = str(queries.link(uid).version)
        return _form(form, uid), error.status
    flash(gettext("The business system was saved."), "success")
    return redirect(url_for("portal.links"))


def _prepared(form: LauncherForm) -> LauncherForm:
    tree = org_tree(actor().today)
    form.units.choices = options((unit.id, unit.name) for unit in tree)
    form.ranks.choices = options(queries.ranks())
    form.duties.choices = options(queries.duty_kinds())
    form.groups.choices = options(queries.groups())
    return form


def _columns() -> dict[str, str]:
    return {"name": pgettext("business system", "Name"), "url": pgettext("web", "Address")}


def _form(form: LauncherForm, uid: uuid.UUID | None = None) -> str:
    return render_template(
        "portal/launcher_form.html", form=form, uid=uid, nodes=_unit_nodes(form), action=request.path
    )


def _table(form: LauncherForm, rows: Rows) -> str:
    return render_template("portal/launcher_rows.html", form=form, rows=rows, nodes=_unit_nodes(form))


def _unit_nodes(form: LauncherForm) -> list[dict[str, Any]]:
    tree = org_tree(actor().today)
    return _nodes(tree, tree.children.get(None, ()), set(form.units.data or ()))


def _nodes(tree: OrgTree, unit_ids: Sequence[int], chosen: set[int]) -> list[dict[str, Any]]:
    """The tree for ticking, opened where something is ticked."""
    found = []
    for unit_id in unit_ids:
        children = _nodes(tree, tree.children.get(unit_id, ()), chosen)
        found.append(
            {
                "id": unit_id,
                "label": tree.units[unit_id].name,
                "children": children,
                "is_chosen": unit_id in chosen,
                "is_open": tree.units[unit_id].parent_id is None
                or any(one["is_chosen"] or one["is_open"] for one in children),
            }
        )
    return found
