"""Pages of personal settings: the tokens with which programs act for the person."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import rules
from groupware.api.enums import TokenKind
from groupware.api.queries import tokens_of
from groupware.api.rules import PERSONAL_TOKENS
from groupware.api.services import issue, offered_scopes, revoke
from groupware.auth.services.signing_in import prove
from groupware.db import unit
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext
from groupware.profile.forms import TokenForm
from groupware.profile.views import blueprint
from groupware.registry import registry
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import own_units, signed_in
from groupware.web.refusals import show_refusal


@blueprint.get("/tokens")
@signed_in
def tokens() -> str:
    """The tokens that hold, and the form for another one."""
    return _page(TokenForm())


@blueprint.get("/tokens.<format>")
@signed_in
def export_tokens(format: str) -> Response:  # noqa: A002  the word users know
    """The tokens that hold, as a file; what they are is known to nobody."""
    who = actor()
    assert who.person_id is not None
    words = _scope_words()
    columns = [
        gettext("What it is for"),
        gettext("What it may do"),
        gettext("Issued"),
        gettext("Holds until"),
        gettext("Last used"),
        gettext("Address"),
    ]
    rows = [
        [
            one.name,
            "、".join(words.get(scope, scope) for scope in one.scopes),
            one.created_at,
            one.expires_at,
            one.last_used_at,
            one.last_address,
        ]
        for one in tokens_of(who.person_id, who.now)
    ]
    return table_response(gettext("Access tokens"), columns, rows, format)


@blueprint.post("/tokens")
@own_units
@signed_in
def issue_token() -> ResponseReturnValue:
    """Issue one after the password, and show it this once."""
    form, who = TokenForm(), actor()
    try:
        if form.validate():
            prove(current_app.extensions["groupware_settings"], who, form.password.data or "")
            with unit("write"):
                made = issue(who, form.name.data or "", form.scopes.data or [], int(form.days.data))
            return render_template("profile/token.html", made=made, example=request.url_root)
    except (Invalid, Denied, Conflict) as error:
        show_refusal(form, error)
    with unit("read"):
        return _page(form), 422


@blueprint.post("/tokens/<int:token_id>/revoke")
@signed_in
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Take one back."""
    revoke(actor(), token_id)
    flash(gettext("The token was revoked. It no longer works."), "success")
    return redirect(url_for("profile.tokens"), 303)


def _scope_words() -> dict[str, str]:
    return {scope.id: str(scope.title) for scope in registry().scopes.values()}


def _page(form: TokenForm) -> str:
    who = actor()
    assert who.person_id is not None
    return render_template(
        "profile/tokens.html",
        form=form,
        tokens=tokens_of(who.person_id, who.now),
        scope_words=_scope_words(),
        is_allowed=rules.value_for(who, PERSONAL_TOKENS) and bool(offered_scopes(TokenKind.PERSONAL)),
    )
