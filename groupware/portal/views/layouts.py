"""Arrange a tab: by drag, by the arrow buttons, and by the same buttons as plain forms where scripts do not run."""

import secrets
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.tree import org_tree
from groupware.errors import Conflict, NotFound
from groupware.i18n import gettext, pgettext
from groupware.portal.enums import COLUMNS, CONTENT
from groupware.portal.queries.tabs import COMMON, MINE, UNIT
from groupware.portal.services import layouts
from groupware.portal.services.layouts import MANAGE, Edit, Owner
from groupware.portal.views.blueprint import blueprint
from groupware.portal.views.ordering import ordered_columns
from groupware.web.boundary import actor
from groupware.web.gate import requires, signed_in


@blueprint.get("/portal/arrange/mine")
@signed_in
def arrange_mine() -> str:
    """The editor of one's own tab."""
    return _editor(MINE)


@blueprint.get("/portal/arrange/<name>")
@requires(MANAGE)
def arrange(name: str) -> str:
    """The editor of the common tab or of an organisation's."""
    return _editor(_shared(name))


@blueprint.post("/portal/arrange/mine/order")
@signed_in
def order_mine() -> ResponseReturnValue:
    """Keep the order after a drag."""
    return _order(MINE)


@blueprint.post("/portal/arrange/<name>/order")
@requires(MANAGE)
def order(name: str) -> ResponseReturnValue:
    """Keep the order after a drag."""
    return _order(_shared(name))


@blueprint.post("/portal/arrange/mine/block")
@signed_in
def change_mine() -> ResponseReturnValue:
    """Move, remove or add a block."""
    return _change(MINE)


@blueprint.post("/portal/arrange/<name>/block")
@requires(MANAGE)
def change(name: str) -> ResponseReturnValue:
    """Move, remove or add a block."""
    return _change(_shared(name))


@blueprint.post("/portal/arrange/mine/reset")
@signed_in
def reset_mine() -> ResponseReturnValue:
    """Back to the standard arrangement."""
    return _reset(MINE)


@blueprint.post("/portal/arrange/<name>/reset")
@requires(MANAGE)
def reset(name: str) -> ResponseReturnValue:
    """Back to the standard arrangement."""
    return _reset(_shared(name))


def _shared(name: str) -> str:
    if name == MINE:
        raise NotFound(gettext("The page you are looking for was not found."))
    return name


def _editor(name: str) -> str:
    owner = layouts.owner_of(actor(), name)
    shown = layouts.arrangement(actor(), owner)
    kind = "mine" if owner.is_personal else "shared"
    edit = f"{shown.version}.{secrets.token_urlsafe(8)}"
    address: dict[str, Any] = {} if owner.is_personal else {"name": name}
    return render_template(
        "portal/arrange.html",
        owner=owner,
        arrangement=shown,
        title=_title(owner),
        edit=edit,
        columns=list(
            zip(COLUMNS, (pgettext("column", "Left, wide"), pgettext("column", "Right, narrow")), strict=True)
        ),
        content_prefix=CONTENT,
        back_url=_tab_url(owner),
        order_url=url_for("portal.order_mine" if kind == "mine" else "portal.order", edit=edit, **address),
        block_url=url_for("portal.change_mine" if kind == "mine" else "portal.change", edit=edit, **address),
        reset_url=url_for("portal.reset_mine" if kind == "mine" else "portal.reset", edit=edit, **address),
        content_url=None if owner.is_personal else url_for("portal.new_content", name=name),
    )


def _order(name: str) -> ResponseReturnValue:
    owner = layouts.owner_of(actor(), name)
    version = layouts.save_order(actor(), owner, _edit(), ordered_columns())
    return jsonify(version=version)


def _change(name: str) -> ResponseReturnValue:
    owner = layouts.owner_of(actor(), name)
    key = request.args.get("key", "")
    act = request.form.get("move", "")
    try:
        if act == "add":
            layouts.add_block(actor(), owner, _edit(), key, request.args.get("column", COLUMNS[0]))
        else:
            layouts.move_block(actor(), owner, _edit(), key, act)
    except Conflict as error:
        flash(str(error.message), "warning")
        return redirect(_editor_url(owner, name))
    return redirect(_editor_url(owner, name))


def _reset(name: str) -> ResponseReturnValue:
    owner = layouts.owner_of(actor(), name)
    try:
        layouts.reset(actor(), owner, _edit())
        flash(gettext("The standard arrangement is back."), "success")
    except Conflict as error:
        flash(str(error.message), "warning")
    return redirect(_editor_url(owner, name))


def _edit() -> Edit:
    number, _, word = request.args.get("edit", "").partition(".")
    return Edit(int(number) if number.isdecimal() else -1, word)


def _editor_url(owner: Owner, name: str) -> str:
    return url_for("portal.arrange_mine") if owner.is_personal else url_for("portal.arrange", name=name)


def _tab_url(owner: Owner) -> str:
    if owner.is_personal:
        return url_for("portal.personal")
    if owner.unit_id is not None:
        return url_for("portal.unit", unit_id=owner.unit_id)
    return url_for("portal.common")


def _title(owner: Owner) -> str:
    if owner.is_personal:
        return str(gettext("Arrange my own portal"))
    if owner.key == COMMON:
        return str(gettext("Arrange the common portal"))
    name = org_tree(actor().today).path_name(int(owner.key.removeprefix(UNIT)))
    return str(gettext("Arrange the portal of %(unit)s", unit=name))
