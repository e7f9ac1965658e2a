"""The boundary of a request: one unit of work, who acts, whether they may enter, and what a refusal becomes.

GET and HEAD read, everything else writes and commits once, and only when the answer is a success or a redirect. What must
happen after the answer has left (read marks, last seen) is queued by `afterwards`.
"""

from collections.abc import Callable, Hashable
from typing import Any
from uuid import UUID

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue

from groupware import clock, metrics, rules
from groupware.access import holds_somewhere
from groupware.actor import Actor, CallingSystem
from groupware.api.calling import Caller, caller_of, load_caller, presents_token
from groupware.api.limiting import limits
from groupware.api.services import TOUCH_EVERY, touch
from groupware.audit import record_refusal
from groupware.auth.loading import SignedIn, load_signed_in
from groupware.config import Settings
from groupware.db import undo, unit
from groupware.directory.wall import looking_from, without_wall
from groupware.errors import Denied, NeedsElevation, NeedsSignIn, NeedsToken, NotFound
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.guests.loading import load_guest, presents_guest
from groupware.guests.services import touch as touch_guest
from groupware.i18n import LOCALES, current_locale, gettext, speaking
from groupware.logs import current_request_id, new_request_id
from groupware.plugin import Plugin
from groupware.registry import registry
from groupware.web.gate import RouteAccess, declaration
from groupware.web.templates import SharedGlobals
from groupware.web.zoning import request_zone

MAX_CALL_BYTES = 1024 * 1024
"""Calls of programs carry text; files have a way of their own."""
ADDRESSES = 10_000
"""So many are kept; then they are worked out anew."""
PLAIN = frozenset({str, int, UUID})
"""Of these, what is equal is written alike."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
OPEN_TO_ZONES = frozenset({"auth", "profile", "help"})
"""Features that are open from every zone: signing in and out, the own settings, help."""


class GroupwareFlask(Flask):
    """Flask whose every view runs inside one unit of work and behind the gate."""

    jinja_environment = SharedGlobals

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        # Addresses that were worked out, and the path under which the application is served there.
        self._addresses: tuple[str, dict[Hashable, str]] = ("", {})

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Flask's; an address is worked out once: a portal names a hundred of them, most of which many people see."""
        # Flask's own function hands on what it was not given.
        values = {name: value for name, value in values.items() if value is not None}
        plain = all(type(value) in PLAIN for value in values.values())
        if not plain or endpoint.startswith(".") or not has_request_context():
            return super().url_for(endpoint, **values)
        root, known = self._addresses
        if root != request.script_root or len(known) > ADDRESSES:
            known = {}
            self._addresses = request.script_root, known
        key = (endpoint, *values.items())
        if key not in known:
            known[key] = super().url_for(endpoint, **values)
        return known[key]

    def full_dispatch_request(self) -> Response:
        """Answer in the language that was chosen on this browser, or of this municipality, until it is known who asks."""
        # First of all: what is refused before it comes to a view has a number as well.
        g.request_id = current_request_id() or new_request_id()
        with speaking(_asked_locale()), without_wall():
            return super().full_dispatch_request()

    def dispatch_request(self) -> ResponseReturnValue:
        """Load who acts, pass the gate, call the view, commit."""
        view = self.view_functions.get(request.endpoint or "")
        access = declaration(view)
        if request.routing_exception is not None or request.endpoint == "static":
            return super().dispatch_request()
        if access is None:
            raise NotFound(gettext("The page you are looking for was not found."))
        try:
            return self._dispatch(access)
        except Denied as error:
            note_refusal(g.get("actor"), error)
            raise

    def _dispatch(self, access: RouteAccess) -> ResponseReturnValue:
        comes_first = access.before if request.method not in SAFE else None
        if access.unit == "manual" or comes_first is not None:
            with unit("read"):
                _enter(access)
        if comes_first is not None:
            comes_first()
        if access.unit == "manual":
            return super().dispatch_request()
        mode = access.unit or ("read" if request.method in SAFE else "write")
        refused: Response | None = None
        with unit(mode) as session:
            _enter(access)
            response = self.make_response(super().dispatch_request())
            if mode == "write" and response.status_code >= 400:
                refused = response
                undo(session)
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
    """Raise unless the request may go on. `g.actor` is who acts: nobody for strangers and for foreign systems."""
    if access.kind == "api":
        request.max_content_length = MAX_CALL_BYTES
    has_token = bool(access.address_part) or (
        access.kind == "api" and presents_token(takes_basic=access.takes_basic)
    )
    who = _token_actor(access) if has_token else _session_actor()
    if who is None and not has_token and access.kind != "public" and presents_guest():
        who = _guest_actor(access)
    g.actor = who
    if who is not None:
        current_locale.set(who.locale)
        looking_from(who.unit_id)
    plugin = current_plugin()
    if plugin is not None and not rules.is_enabled(plugin, who.unit_id if who else None):
        raise NotFound(gettext("The page you are looking for was not found."))
    if access.kind == "public":
        return
    if access.kind == "api":
        _require_caller(access)
        return
    if who is not None and who.is_guest:
        _require_zone(who)
        return
    _require_person(access)


def _session_actor() -> Actor | None:
    signed_in = load_signed_in()
    g.signed_in = signed_in
    return signed_in.actor if signed_in is not None else None


def _guest_actor(access: RouteAccess) -> Actor:
    """The guest. The one place that decides for all of the house: what is not declared open to guests does not exist for them."""
    if not access.takes_guests:
        raise NotFound(gettext("The page you are looking for was not found."))
    guest = load_guest()
    if guest is None:
        # Their time is over, or only their session: they have a door of their own.
        abort(redirect(url_for("guests.index")))
    if guest.actor.now - guest.last_seen_at >= TOUCH_EVERY:
        afterwards(lambda: touch_guest(guest.session_id, guest.actor.now))
    return guest.actor


def _token_actor(access: RouteAccess) -> Actor | None:
    caller = _caller_by_address(access) if access.address_part else load_caller(request_zone())
    g.caller = caller
    if caller.last_used_at is None or caller.last_used_at < clock.now() - TOUCH_EVERY:
        address = request.remote_addr or ""
        afterwards(lambda: touch(caller.token_id, clock.now(), address))
    return caller.actor


def _caller_by_address(access: RouteAccess) -> Caller:
    """Whose secret the address holds. Whatever does not hold for it looks like an address that does not exist."""
    secret = str((request.view_args or {})[access.address_part])
    try:
        found = caller_of(secret, request_zone())
    except (NeedsToken, Denied):
        found = None
    kind = "personal" if found is not None and found.actor is not None else "system"
    if found is None or kind not in access.callers or access.scope not in found.scopes:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def _require_caller(access: RouteAccess) -> None:
    caller: Caller | None = g.get("caller")
    if caller is None:
        signed_in = signed_in_person()
        if signed_in is None or "session" not in access.callers:
            raise NeedsToken(gettext("Please send an access token."))
        limits().count_call(f"session-{signed_in.session_id}")
        _require_own_password(signed_in)
        _require_zone(signed_in.actor)
        return
    limits().count_call(f"token-{caller.token_id}")
    if caller.actor is not None:
        _require_zone(caller.actor)
    if ("personal" if caller.actor is not None else "system") not in access.callers:
        raise Denied(gettext("Tokens of this kind are not taken here."), code="wrong_kind_of_token")
    if access.scope is not None and access.scope not in caller.scopes:
        raise Denied(
            gettext("The token does not have the scope %(name)s.", name=access.scope),
            code="insufficient_scope",
            scope=access.scope,
        )


def _require_person(access: RouteAccess) -> None:
    signed_in = signed_in_person()
    if signed_in is None:
        raise NeedsSignIn(gettext("Please sign in."))
    if request.blueprint != "auth":
        _require_own_password(signed_in)
    if request.blueprint not in OPEN_TO_ZONES:
        _require_zone(signed_in.actor)
    if access.permission is None:
        return
    if not holds_somewhere(signed_in.actor, access.permission):
        raise Denied(gettext("Your permissions do not include this."), permission=access.permission)
    if registry().permissions[access.permission].is_elevated and not signed_in.actor.is_elevated:
        raise NeedsElevation(gettext("Please enter your password again to continue with administration."))


def _require_zone(who: Actor) -> None:
    zoning.require(who, Act.VIEW)
    if request.method not in SAFE:
        zoning.require(who, Act.SEND)


def _require_own_password(signed_in: SignedIn) -> None:
    if signed_in.must_change_password:
        raise NeedsSignIn(gettext("Please choose your own password first."), code="must_change_password")


def note_refusal(who: Actor | None, error: Denied) -> None:
    """Record it, if it is one that the audit knows of, in a unit of its own."""
    permission = registry().permissions.get(str(error.details.get("permission") or ""))
    is_audited = error.code == zoning.REFUSED or (permission is not None and permission.is_audited)
    if who is None or not is_audited:
        return
    with unit("write"):
        record_refusal(who, error)


def current_plugin() -> Plugin | None:
    """The plugin whose page is being made."""
    return registry().get(request.blueprint) if has_request_context() and request.blueprint else None


def signed_in_person() -> SignedIn | None:
    """Who is signed in on this request, or None."""
    found: SignedIn | None = g.get("signed_in")
    return found


def actor() -> Actor:
    """Who acts in this request. Only for views that let in nobody else than people."""
    found: Actor | None = g.get("actor")
    if found is None:
        abort(401)
    return found


def caller() -> Caller | None:
    """The token that calls, or None where somebody is signed in."""
    found: Caller | None = g.get("caller")
    return found


def calling_system() -> CallingSystem:
    """The foreign system that calls. Only for views that let in nobody else."""
    found = caller()
    if found is None or found.system is None:
        abort(401)
    return found.system


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
