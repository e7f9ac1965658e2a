"""Change one's password, by wish or because it was a temporary one."""

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from groupware import rules
from groupware.auth import services
from groupware.auth.forms import PasswordForm
from groupware.auth.pages import kept_fields, password_page, resend_page
from groupware.auth.policy import MINIMUM_LENGTH_RULE
from groupware.auth.views.blueprint import blueprint, settings
from groupware.db import unit
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import own_units, signed_in
from groupware.web.refusals import show_refusal
from groupware.web.security import own_path


@blueprint.get("/session/password")
@signed_in
def change_password() -> str:
    """Ask for the present and the new password."""
    return password_page(minimum=_minimum())


@blueprint.post("/session/password")
@own_units
@signed_in
def submit_password() -> ResponseReturnValue:
    """Change it and end the other sessions."""
    form = PasswordForm()
    with unit("read"):
        minimum = _minimum()
    if not form.validate():
        return password_page(form=form, minimum=minimum), 422
    try:
        services.change_password(
            settings(), actor(), form.current_password.data or "", form.new_password.data or ""
        )
    except Invalid as error:
        show_refusal(form, error)
        return password_page(form=form, minimum=minimum), 422
    flash(gettext("Your password was changed. Other devices were signed out."), "success")
    target, fields = own_path(request.form.get("next")), kept_fields()
    if target and fields:
        return make_response(resend_page(target, fields))
    return redirect(target or url_for("portal.index"), 303)


def _minimum() -> int:
    return int(rules.value_for(actor(), MINIMUM_LENGTH_RULE))
