"""Sign in and out, hand the machine over, sample people, language."""

from urllib.parse import urlsplit

from flask import Response, flash, g, jsonify, make_response, redirect, request, url_for
from flask import current_app as app
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from groupware import metrics
from groupware.auth.notices import notice_text
from groupware.auth.pages import expired_text, is_same_person, kept_fields, resend_page, sign_in_page
from groupware.auth.samples import sample_person
from groupware.auth.services import Entered, Origin, save_preferences, sign_in, sign_out
from groupware.auth.tokens import digest, new_token
from groupware.auth.views.blueprint import blueprint, settings
from groupware.errors import Invalid, NotFound
from groupware.i18n import LOCALES, gettext
from groupware.registry import registry
from groupware.web.boundary import actor, signed_in_person
from groupware.web.errors import wants_json
from groupware.web.gate import own_units, public, signed_in
from groupware.web.security import device_token, keep_device, own_path
from groupware.web.zoning import request_zone


class Entering(UserMixin):
    """Somebody whose session has just begun: all that the cookie needs to know."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.token


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    """The sign-in page; for those who are signed in, the way on."""
    if signed_in_person() is not None:
        return redirect(own_path(request.args.get("next")) or url_for("portal.index"))
    return sign_in_page(reason=expired_text(is_kept=False) if "_user_id" in cookie else "")


@blueprint.post("/login")
@own_units
@public
def submit_login() -> ResponseReturnValue:
    """Check the password, begin a session."""
    username, password = request.form.get("username", ""), request.form.get("password", "")
    if not username.strip() or not password:
        return _refused(gettext("Please enter your user name and your password."), username)
    return _attempt(username, password)


@blueprint.post("/session/sample")
@own_units
@public
def sign_in_as_sample() -> ResponseReturnValue:
    """Sign in as a sample person of the demo."""
    person = sample_person(settings(), request.form.get("username", ""))
    if person is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return _attempt(person.login, person.password)


def _attempt(username: str, password: str) -> ResponseReturnValue:
    token = device_token() or new_token()
    origin = Origin(
        zone=request_zone().value,
        address=request.remote_addr or "",
        device=digest(token),
        user_agent=request.user_agent.string,
        request_id=g.get("request_id", ""),
    )
    try:
        entered = sign_in(
            settings(), username, password, origin, previous_token=str(cookie.get("_user_id", ""))
        )
    except Invalid as error:
        metrics.SIGN_INS.labels("refused").inc()
        return _refused(str(error.message), username)
    metrics.SIGN_INS.labels("accepted").inc()
    response = _enter(entered)
    keep_device(response, token)
    return response


def _refused(message: str, username: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(code="sign_in", message=message), 422
    return sign_in_page(error=message, username=username), 422


def _enter(entered: Entered) -> Response:
    """Begin anew with an empty cookie, and go where the person was going."""
    may_resend, locale = is_same_person(entered.person_uid), cookie.get("locale")
    cookie.clear()
    g.pop("csrf_token", None)
    login_user(Entering(entered.token))
    cookie["person"] = entered.person_uid
    if locale and not entered.locale:
        cookie["locale"] = locale
    for notice in entered.notices:
        flash(notice_text(notice.kind, notice.by_name), "warning")
    if wants_json():
        return jsonify(csrf_token=generate_csrf(), person=_card(entered.person_uid))
    target = own_path(request.form.get("next"))
    fields = kept_fields() if may_resend else []
    if fields and target and not entered.must_change_password:
        return make_response(resend_page(target, fields))
    if entered.must_change_password:
        return make_response(redirect(url_for("auth.change_password", next=target or None), 303))
    return make_response(redirect(target or _start_page(entered.start_page), 303))


def _card(uid: str) -> str:
    return url_for("directory.person", uid=uid) if "directory.person" in app.view_functions else ""


def _start_page(plugin_id: str) -> str:
    plugin = registry().get(plugin_id)
    return url_for(plugin.endpoint if plugin is not None and plugin.endpoint else "portal.index")


@blueprint.post("/logout")
@public
def logout() -> ResponseReturnValue:
    """End the session."""
    _leave()
    flash(gettext("You have signed out."), "success")
    return redirect(url_for("auth.login"), 303)


@blueprint.post("/session/hand-over")
@public
def hand_over() -> ResponseReturnValue:
    """End the session so that the next person at a shared PC can sign in."""
    _leave()
    return redirect(url_for("auth.login"), 303)


def _leave() -> None:
    if signed_in_person() is not None:
        sign_out(actor())
    logout_user()
    cookie.clear()


@blueprint.get("/session/language")
@public
def language() -> ResponseReturnValue:
    """Show the pages of this browser in another language until the person signs out."""
    _choose_language()
    return redirect(_back())


@blueprint.post("/session/language")
@signed_in
def save_language() -> ResponseReturnValue:
    """Show the pages in another language from now on, wherever the person signs in."""
    locale = _choose_language()
    save_preferences(actor(), locale=locale)
    cookie.pop("locale", None)
    return redirect(_back(), 303)


def _choose_language() -> str:
    locale = request.values.get("locale", "")
    if locale not in LOCALES:
        raise Invalid(gettext("There is no such language."), code="locale")
    cookie["locale"] = locale
    return locale


def _back() -> str:
    """Where the person came from, if that was one of our pages."""
    parts = urlsplit(request.headers.get("Referer", ""))
    referrer = f"{parts.path}?{parts.query}" if parts.query else parts.path
    came_from = own_path(referrer) if parts.netloc == request.host else ""
    return own_path(request.values.get("next")) or came_from or url_for("auth.login")
