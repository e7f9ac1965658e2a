"""Pages of sign-in."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from groupware.auth.loading import load_by_token
from groupware.auth.services import sign_in, sign_out
from groupware.db import unit
from groupware.errors import Invalid
from groupware.web.boundary import actor, signed_in_person
from groupware.web.gate import own_units, public, signed_in

blueprint = Blueprint("auth", __name__, template_folder="templates")


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    """The sign-in page."""
    return render_template("auth/login.html", error=None)


@blueprint.post("/login")
@own_units
@public
def submit_login() -> ResponseReturnValue:
    """Check the password, begin a session."""
    try:
        token = sign_in(
            current_app.extensions["groupware_settings"],
            request.form.get("username", ""),
            request.form.get("password", ""),
            address=request.remote_addr or "",
            device="",
            user_agent=request.user_agent.string,
        )
    except Invalid as error:
        return render_template("auth/login.html", error=error.message), 422
    with unit("read"):
        login_user(load_by_token(token))
    return redirect(url_for("portal.index"))


@blueprint.post("/logout")
@signed_in
def logout() -> ResponseReturnValue:
    """End the session."""
    if signed_in_person() is not None:
        sign_out(actor())
    logout_user()
    return redirect(url_for("auth.login"))
