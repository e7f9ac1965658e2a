"""Section accounts 課アカウント, for those who manage the unit."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.directory.exports import accounts_table
from groupware.directory.forms import SectionAccountForm
from groupware.directory.queries.managing import MANAGE, managed_units, section_accounts
from groupware.directory.services.section_accounts import (
    create_section_account,
    rename_section_account,
    switch_section_account,
)
from groupware.directory.tree import org_tree
from groupware.directory.views.frame import blueprint
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal


@blueprint.route("/section-accounts", methods=["GET", "POST"])
@requires(MANAGE)
def accounts() -> ResponseReturnValue:
    """The accounts of the units that one manages; a POST makes one."""
    acting = actor()
    tree = org_tree(acting.today)
    units = managed_units(acting, tree)
    rows = section_accounts(units)
    taken = {row.unit_id for row in rows}
    form = SectionAccountForm()
    form.unit.choices = [(unit.id, tree.path_name(unit.id)) for unit in units if unit.id not in taken]
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                create_section_account(acting, form.unit.data, form.name.data or "")
            except (Conflict, Invalid) as error:
                show_refusal(form, error)
            else:
                flash(gettext("The section account was made."), "success")
                return redirect(url_for("directory.accounts"))
    elif acting.unit_id not in taken:
        form.unit.data = acting.unit_id
    page = render_template("directory/accounts.html", form=form, rows=rows, tree=tree)
    return page, status


@blueprint.get("/section-accounts.<format>")
@requires(MANAGE)
def accounts_export(format: str) -> Response:  # noqa: A002  the word users know
    """The accounts of the units that one manages, as a table."""
    acting = actor()
    tree = org_tree(acting.today)
    columns, rows = accounts_table(section_accounts(managed_units(acting, tree)), tree)
    return table_response(gettext("Section accounts"), columns, rows, format)


@blueprint.post("/section-accounts/<int:account_id>/name")
@requires(MANAGE)
def name_account(account_id: int) -> ResponseReturnValue:
    """Call a section account otherwise."""
    rename_section_account(actor(), account_id, request.form.get("name", ""))
    flash(gettext("The name was saved."), "success")
    return redirect(url_for("directory.accounts"))


@blueprint.post("/section-accounts/<int:account_id>/state")
@requires(MANAGE)
def switch_account(account_id: int) -> ResponseReturnValue:
    """Let people act for the section, or no longer."""
    is_active = request.form.get("is_active") == "1"
    switch_section_account(actor(), account_id, is_active=is_active)
    flash(
        gettext("The section account can be used again.")
        if is_active
        else gettext("The section account rests."),
        "success",
    )
    return redirect(url_for("directory.accounts"))
