"""Letting a business system in: its tokens, and what it has sent lately."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid
from groupware.i18n import gettext, pgettext
from groupware.portal.queries.launcher import link as link_of
from groupware.systems.forms import AccessForm
from groupware.systems.queries import latest, tokens
from groupware.systems.services import MANAGE, issue_token, revoke_token
from groupware.systems.views.blueprint import blueprint
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires
from groupware.web.refusals import show_refusal


@blueprint.get("/portal/launcher/<uuid:uid>/access")
@requires(MANAGE)
def access(uid: uuid.UUID) -> str:
    """The tokens of a system that hold, a form for another one, the last notices."""
    return _page(uid, AccessForm())


@blueprint.get("/portal/launcher/<uuid:uid>/tokens.<format>")
@requires(MANAGE)
def export_tokens(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The tokens of a system that hold, as a file; what they are is known to nobody."""
    link = link_of(uid)
    columns = [
        gettext("What it is for"),
        gettext("Issued"),
        gettext("Holds until"),
        gettext("Last used"),
        gettext("Address"),
    ]
    rows = [
        [one.name, one.created_at, one.expires_at, one.last_used_at, one.last_address]
        for one in tokens(link.id, actor().now)
    ]
    name = gettext("Tokens of %(system)s", system=link.name)
    return table_response(name, columns, rows, format, object_type="core.launcher_link", object_id=link.id)


@blueprint.get("/portal/launcher/<uuid:uid>/notices.<format>")
@requires(MANAGE)
def export_notices(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The last notices of a system, as a file: when and how many receivers, never what they say."""
    link = link_of(uid)
    columns = [
        gettext("Key"),
        pgettext("notice", "Posted"),
        gettext("Receivers"),
        gettext("Holds until"),
        pgettext("notice", "Withdrawn"),
    ]
    rows = [
        [one.key, one.posted_at, one.receivers, one.expires_at, one.withdrawn_at] for one in latest(link.id)
    ]
    name = gettext("Notices from %(system)s", system=link.name)
    return table_response(name, columns, rows, format, object_type="core.launcher_link", object_id=link.id)


@blueprint.post("/portal/launcher/<uuid:uid>/access")
@requires(MANAGE)
def give_access(uid: uuid.UUID) -> ResponseReturnValue:
    """Issue a token and show it this once."""
    link, form = link_of(uid), AccessForm()
    try:
        if form.validate():
            made = issue_token(actor(), uid, form.name.data or "", int(form.days.data))
            return render_template("systems/token.html", link=link, made=made, example=request.url_root)
    except Invalid as error:
        show_refusal(form, error)
    return _page(uid, form), 422


@blueprint.post("/portal/launcher/<uuid:uid>/access/<int:token_id>/revoke")
@requires(MANAGE)
def take_access(uid: uuid.UUID, token_id: int) -> ResponseReturnValue:
    """Refuse a token from now on."""
    revoke_token(actor(), uid, token_id)
    flash(gettext("The token was revoked. It no longer works."), "success")
    return redirect(url_for("systems.access", uid=uid), 303)


def _page(uid: uuid.UUID, form: AccessForm) -> str:
    link = link_of(uid)
    return render_template(
        "systems/access.html",
        link=link,
        form=form,
        tokens=tokens(link.id, actor().now),
        notices=latest(link.id),
        now=actor().now,
    )
