"""The door for guests: use the invitation code once, sign in, sign out."""

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from groupware.auth.tokens import new_token
from groupware.config import Settings
from groupware.errors import Conflict, Invalid
from groupware.guests.forms import BeginForm, SignInForm
from groupware.guests.loading import COOKIE, load_guest, origin, presents_guest
from groupware.guests.services import Let, begin, sign_in, sign_out
from groupware.i18n import gettext
from groupware.web.gate import own_units, public
from groupware.web.refusals import show_refusal
from groupware.web.security import device_token, keep_device
from groupware.web.shell import plain_shell

blueprint = Blueprint("guests", __name__, template_folder="templates")


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    """Name and password; for those who are in, their place."""
    guest = load_guest()
    if guest is not None:
        return redirect(guest.home)
    return _page("sign_in", SignInForm(None))


@blueprint.post("/")
@own_units
@public
def enter() -> ResponseReturnValue:
    """Come in."""
    form, device = SignInForm(), device_token() or new_token()
    if not form.validate():
        return _page("sign_in", form), 422
    try:
        let = sign_in(_settings(), form.login.data or "", form.password.data or "", origin(device))
    except Invalid as error:
        show_refusal(form, error)
        return _page("sign_in", form), 422
    return _in(let, device)


@blueprint.get("/begin")
@public
def first_time() -> str:
    """The form for the code."""
    return _page("begin", BeginForm(None))


@blueprint.post("/begin")
@own_units
@public
def use_code() -> ResponseReturnValue:
    """Use it, and come in."""
    form, device = BeginForm(), device_token() or new_token()
    if not form.validate():
        return _page("begin", form), 422
    try:
        let = begin(_settings(), form.code.data or "", form.new_password.data or "", origin(device))
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        return _page("begin", form), 422
    flash(
        gettext("Your guest name is %(name)s. You need it with your password the next time.", name=let.login),
        "success",
    )
    return _in(let, device)


@blueprint.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    """Go."""
    guest = load_guest()
    if guest is not None:
        sign_out(guest.session_id, guest.actor.now)
    # Whoever works here and comes by stays signed in.
    if presents_guest():
        cookie.clear()
        flash(gettext("You have signed out."), "success")
    return redirect(url_for("guests.index"), 303)


def _in(let: Let, device: str) -> ResponseReturnValue:
    """Begin anew with an empty cookie: who was signed in here before is not any more."""
    messages = cookie.get("_flashes")
    cookie.clear()
    g.pop("csrf_token", None)
    cookie[COOKIE] = let.token
    if messages:
        cookie["_flashes"] = messages
    response = make_response(redirect(let.home, 303))
    keep_device(response, device)
    return response


def _settings() -> Settings:
    found: Settings = current_app.extensions["groupware_settings"]
    return found


def _page(name: str, form: BeginForm | SignInForm) -> str:
    return render_template(f"guests/{name}.html", form=form, shell=plain_shell())
