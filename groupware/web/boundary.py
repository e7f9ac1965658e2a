"""The boundary of a request: one unit of work, who acts, whether they may enter, and what a refusal becomes.

GET and HEAD read, everything else writes and commits once, and only when the answer is a success or a redirect. What must
happen after the answer has left (read marks, last seen) is queued by `afterwards`.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, current_app, g, has_request_context, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from groupware import metrics, rules
from groupware.access import holds_somewhere
from groupware.actor import Actor
from groupware.audit import record_refusal
from groupware.auth.loading import SignedIn, load_signed_in
from groupware.config import Settings
from groupware.db import unit
from groupware.directory.wall import looking_from, without_wall
from groupware.errors import Denied, NeedsElevation, NeedsSignIn, NotFound
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import LOCALES, current_locale, gettext, speaking
from groupware.logs import current_request_id, new_request_id
from groupware.plugin import Plugin
from groupware.registry import registry
from groupware.web.gate import RouteAccess, declaration
from groupware.web.templates import SharedGlobals

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_TO_ZONES = frozenset({"auth", "profile", "help"})
"""Features that are open from every zone: signing in and out, the own settings, help."""


class GroupwareFlask(Flask):
    """Flask whose every view runs inside one unit of work and behind the gate."""

    jinja_environment = SharedGlobals

    def full_dispatch_request(self) -> Response:
        """Answer in the language that was chosen on this browser, or of this municipality, until it is known who asks."""
        with speaking(_asked_locale()), without_wall():
            return super().full_dispatch_request()

    def dispatch_request(self) -> ResponseReturnValue:
        """Load who acts, pass the gate, call the view, commit."""
        g.request_id = current_request_id() or new_request_id()
        view = self.view_functions.get(request.endpoint or "")
        access = declaration(view)
        if request.routing_exception is not None or request.endpoint == "static":
            return super().dispatch_request()
        if access is None:
            raise NotFound(gettext("The page you are looking for was not found."))
        try:
            return self._dispatch(access)
        except Denied as error:
            _record_refusal(error)
            raise

    def _dispatch(self, access: RouteAccess) -> ResponseReturnValue:
        if access.unit == "manual":
            with unit("read"):
                _enter(access)
            return super().dispatch_request()
        mode = access.unit or ("read" if request.method in SAFE else "write")
        refused: Response | None = None
        with unit(mode) as session:
            _enter(access)
            response = self.make_response(super().dispatch_request())
            if mode == "write" and response.status_code >= 400:
                refused = response
                session.rollback()
        return refused or response


def _asked_locale() -> str:
    settings: Settings = current_app.extensions["groupware_settings"]
    if request.endpoint == "static":
        return settings.locale  # the same for everybody: caches in between need not know the cookie
    chosen = cookie.get("locale", "")
    if chosen in LOCALES:
        return str(chosen)
    accepted = request.accept_languages.best_match(LOCALES) if settings.locale != "ja" else None
    return accepted or settings.locale


def _enter(access: RouteAccess) -> None:
    """Raise unless the request may go on."""
    signed_in = load_signed_in()
    g.signed_in = signed_in
    if signed_in is not None:
        current_locale.set(signed_in.locale)
        looking_from(signed_in.actor.unit_id)
    plugin = current_plugin()
    if plugin is not None and not rules.is_enabled(plugin, signed_in.actor.unit_id if signed_in else None):
        raise NotFound(gettext("The page you are looking for was not found."))
    if access.kind == "public":
        return
    if signed_in is None:
        raise NeedsSignIn(gettext("Please sign in."))
    if signed_in.must_change_password and request.blueprint != "auth":
        raise NeedsSignIn(gettext("Please choose your own password first."), code="must_change_password")
    if request.blueprint not in OPEN_TO_ZONES:
        zoning.require(signed_in.actor, Act.VIEW)
        if request.method not in SAFE:
            zoning.require(signed_in.actor, Act.SEND)
    if access.permission is None:
        return
    if not holds_somewhere(signed_in.actor, access.permission):
        raise Denied(gettext("Your permissions do not include this."), permission=access.permission)
    if registry().permissions[access.permission].is_elevated and not signed_in.actor.is_elevated:
        raise NeedsElevation(gettext("Please enter your password again to continue with administration."))


def _record_refusal(error: Denied) -> None:
    permission = registry().permissions.get(str(error.details.get("permission") or ""))
    signed_in = g.get("signed_in")
    is_audited = error.code == zoning.REFUSED or (permission is not None and permission.is_audited)
    if signed_in is None or not is_audited:
        return
    with unit("write"):
        record_refusal(signed_in.actor, error)


def current_plugin() -> Plugin | None:
    """The plugin whose page is being made."""
    return registry().get(request.blueprint) if has_request_context() and request.blueprint else None


def signed_in_person() -> SignedIn | None:
    """Who is signed in on this request, or None."""
    found: SignedIn | None = g.get("signed_in")
    return found


def actor() -> Actor:
    """Who acts in this request. Only for views behind `signed_in` or `requires`."""
    found = signed_in_person()
    if found is None:
        abort(401)
    return found.actor


def afterwards(step: Callable[[], Any]) -> None:
    """Run `step` in a short write unit of its own once the answer has been sent."""
    g.setdefault("afterwards", []).append(step)


def install_afterwards(app: Flask) -> None:
    """Let responses run their queued steps when they are closed."""

    @app.after_request
    def attach(response: Response) -> Response:
        steps = g.pop("afterwards", [])
        if steps and response.status_code < 400:

            def run() -> None:
                try:
                    with app.app_context(), unit("write"):
                        for step in steps:
                            step()
                except Exception:
                    metrics.ERRORS.labels("step").inc()
                    app.logger.exception("a step after the response failed")

            response.call_on_close(run)
        return response
