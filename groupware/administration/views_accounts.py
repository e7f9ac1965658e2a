"""Pages of administration: accounts. Their verbs, and who may do what to whom, are in `groupware.auth`."""

from typing import Any
from urllib.parse import quote

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.actor import Actor
from groupware.administration.views import blueprint
from groupware.api.queries import tokens_of
from groupware.api.services import revoke_of
from groupware.auth import services
from groupware.auth.accounts import (
    MANAGE,
    STATES,
    account_for,
    accounts_matching,
    accounts_of_unit,
    each_account,
)
from groupware.auth.notices import notice_text
from groupware.auth.queries import latest_notices
from groupware.auth.slips import Slip, slips_pdf
from groupware.config import Settings
from groupware.db import unit as unit_of_work
from groupware.directory.tree import OrgTree, Unit, org_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext, lazy_pgettext
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import own_units, requires

STATE_WORDS = {
    "suspended": lazy_pgettext("account", "Suspended"),
    "locked": lazy_pgettext("account", "Locked"),
    "none": lazy_pgettext("account", "No password yet"),
    "waiting": lazy_pgettext("account", "Before first sign-in"),
    "active": lazy_pgettext("account", "In use"),
}


@blueprint.get("/accounts")
@requires(MANAGE)
def accounts() -> str:
    """The accounts of a unit, or those anywhere in reach that match."""
    return _list_page()


@blueprint.post("/accounts/slips")
@own_units
@requires(MANAGE)
def account_slips() -> ResponseReturnValue:
    """New first passwords for the people chosen, as a PDF that exists only in this answer."""
    who = actor()
    try:
        made = services.issue_first_passwords(who, _chosen())
    except Invalid as error:
        with unit_of_work("read"):
            return _list_page(error=str(error.message)), 422
    with unit_of_work("read"):
        tree = org_tree(who.today)
        slips = [
            Slip(tree.path_name(one.account.unit_id), one.account.display_name, one.login, one.password)
            for one in made
        ]
    settings: Settings = current_app.extensions["groupware_settings"]
    content = slips_pdf(slips, municipality=settings.municipality, address=request.url_root, day=who.today)
    return _download(content, gettext("First passwords %(day)s", day=who.today.isoformat()) + ".pdf")


@blueprint.get("/accounts/<uid>")
@requires(MANAGE)
def account(uid: str) -> str:
    """One account: its state and what can be done."""
    return _account_page(uid)


@blueprint.post("/accounts/<uid>/reset")
@own_units
@requires(MANAGE)
def reset_account(uid: str) -> str:
    """Make a temporary password and show it, once."""
    who = actor()
    made = services.reset_password(who, uid)
    with unit_of_work("read"):
        return render_template(
            "auth/account_password.html",
            made=made,
            unit_name=org_tree(who.today).path_name(made.account.unit_id),
        )


@blueprint.post("/accounts/<uid>/<any(unlock, suspend, resume):act>")
@requires(MANAGE)
def change_account(uid: str, act: str) -> ResponseReturnValue:
    """Unlock, suspend or resume an account."""
    verbs = {
        "unlock": services.unlock_account,
        "suspend": services.suspend_account,
        "resume": services.resume_account,
    }
    try:
        changed = verbs[act](actor(), uid)
    except Conflict as error:
        return _account_page(uid, error=str(error.message)), error.status
    flash(
        {
            "unlock": gettext("%(name)s can sign in again.", name=changed.display_name),
            "suspend": gettext("The account of %(name)s was suspended.", name=changed.display_name),
            "resume": gettext("The account of %(name)s was resumed.", name=changed.display_name),
        }[act],
        "success",
    )
    return redirect(url_for("administration.account", uid=uid), 303)


@blueprint.post("/accounts/<uid>/tokens/<int:token_id>/revoke")
@requires(MANAGE)
def revoke_account_token(uid: str, token_id: int) -> ResponseReturnValue:
    """Take an access token of the person back."""
    revoke_of(actor(), uid, token_id)
    flash(gettext("The token was revoked. It no longer works."), "success")
    return redirect(url_for("administration.account", uid=uid), 303)


@blueprint.get("/accounts.<format>")
@requires(MANAGE)
def export_accounts(format: str) -> Response:  # noqa: A002  the word users know
    """The accounts of the unit, or all that match."""
    who = actor()
    tree = org_tree(who.today)
    text, state = _narrowing()
    here = None if text or state else _unit(who, tree, _reach(who, tree))
    found = list(each_account(who, text, state)) if here is None else accounts_of_unit(who, here.id)
    columns = [
        gettext("Organisation"),
        gettext("Name"),
        gettext("Staff number"),
        gettext("Post"),
        gettext("State"),
        gettext("Last sign-in"),
    ]
    rows = [
        [
            tree.path_name(one.unit_id),
            one.display_name,
            one.staff_number,
            one.post_name,
            str(STATE_WORDS[one.state]),
            one.last_sign_in_at,
        ]
        for one in found
    ]
    return table_response(gettext("Accounts"), columns, rows, format, unit_id=here.id if here else None)


def _narrowing() -> tuple[str, str]:
    state = request.args.get("state", "")
    return request.args.get("q", "").strip()[:100], state if state in STATES else ""


def _list_page(error: str = "") -> str:
    who = actor()
    tree = org_tree(who.today)
    reach = _reach(who, tree)
    text, state = _narrowing()
    here = _unit(who, tree, reach)
    if text or state:
        here = None
        found, has_more = accounts_matching(who, text=text, state=state, after=request.args.get("after", ""))
    else:
        found, has_more = (accounts_of_unit(who, here.id) if here is not None else []), False
    return render_template(
        "auth/accounts.html",
        accounts=found,
        here=here,
        tree=tree,
        nodes=_nodes(tree, reach, here),
        text=text,
        state=state,
        error=error,
        next_url=url_for("administration.accounts", q=text, state=state, after=found[-1].staff_number)
        if has_more
        else None,
        first_url=url_for("administration.accounts", q=text, state=state)
        if request.args.get("after")
        else None,
    )


def _account_page(uid: str, error: str = "") -> str:
    who = actor()
    found = account_for(who, uid)
    return render_template(
        "auth/account.html",
        account=found,
        unit_name=org_tree(who.today).path_name(found.unit_id),
        tokens=tokens_of(found.person_id, who.now),
        scope_words={scope.id: str(scope.title) for scope in registry().scopes.values()},
        notices=[(n.at, notice_text(n.kind, n.by_name)) for n in latest_notices(found.person_id)],
        error=error,
    )


def _reach(who: Actor, tree: OrgTree) -> frozenset[int]:
    held = access.held(who, MANAGE)
    return frozenset(tree.units) if held.everywhere else held.units & frozenset(tree.units)


def _unit(who: Actor, tree: OrgTree, reach: frozenset[int]) -> Unit | None:
    """The unit asked for, else one's own, else the first in reach. NotFound for one out of reach."""
    code = request.args.get("unit", "")
    if code:
        found = next((unit for unit in tree if unit.code == code and unit.id in reach), None)
        if found is None:
            raise NotFound(gettext("The page you are looking for was not found."))
        return found
    if who.unit_id in reach:
        return tree.get(who.unit_id)
    return next((unit for unit in tree if unit.id in reach), None)


def _nodes(tree: OrgTree, reach: frozenset[int], here: Unit | None) -> list[dict[str, Any]]:
    """The part of the tree in reach, opened down to where one is."""
    opened = set(tree.ancestors(here.id)) if here is not None else set()

    def node(unit: Unit) -> dict[str, Any]:
        return {
            "id": unit.id,
            "label": unit.name,
            "url": url_for("administration.accounts", unit=unit.code),
            "children": [node(tree.units[child]) for child in tree.children.get(unit.id, ())],
            "is_current": unit is here,
            "is_open": unit.id in opened,
        }

    return [node(unit) for unit in tree if unit.id in reach and unit.parent_id not in reach]


def _chosen() -> list[int]:
    return [int(value) for value in request.form.getlist("person") if value.isdecimal()]


def _download(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "no-store",
        },
    )
