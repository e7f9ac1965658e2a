"""Headers and cookies of every answer. No page may run inline script or ask another machine for anything."""

import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from groupware.api.calling import presents_token
from groupware.config import Settings
from groupware.web.gate import declaration

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
DEVICE_COOKIE = "device"
DEVICE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at all."""
_DEVICE = re.compile(r"[A-Za-z0-9_-]{43}")
_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class SessionCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, marked Secure except for plain HTTP on the machine itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie may travel over HTTPS only."""
        return is_cookie_secure(self._settings)


class FormProtection(CSRFProtect):
    """Asks for the CSRF token wherever a cookie could speak for somebody, so not where a route declares other callers.

    A browser sends a cookie unasked but never an Authorization header, and whoever sends one is taken for nobody else.
    """

    def protect(self, **options: Any) -> None:
        """Raise CSRFError unless the request comes from our own page or is no browser's."""
        access = declaration(current_app.view_functions.get(request.endpoint or ""))
        if (
            access is not None
            and access.kind == "api"
            and ("session" not in access.callers or presents_token())
        ):
            return
        super().protect(**options)


def is_cookie_secure(settings: Settings) -> bool:
    """Whether cookies of this request may travel over HTTPS only: always, except on the machine itself."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    return settings.secure_cookies and (request.is_secure or host not in LOOPBACK)


def device_token() -> str:
    """The random name this browser was given, or an empty text."""
    token = request.cookies.get(DEVICE_COOKIE, "")
    return token if _DEVICE.fullmatch(token) else ""


def keep_device(response: Response, token: str) -> None:
    """Let the browser carry its name for as long as browsers keep a cookie; scripts cannot read it."""
    settings: Settings = current_app.extensions["groupware_settings"]
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=DEVICE_SECONDS,
        httponly=True,
        secure=is_cookie_secure(settings),
        samesite="Lax",
    )


def own_path(target: str | None) -> str:
    """An address to go on to, if it lies on this server and is a path only; else an empty text."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return ""
    if not target.isprintable():
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target


def is_own_form() -> bool:
    """Whether the form came from our own pages: only then may what it holds be offered for sending again."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    return bool(origin) and urlsplit(origin).netloc == request.host


def install(app: Flask, settings: Settings) -> None:
    """Set cookie rules and answer headers."""
    app.session_interface = SessionCookie(settings)
    app.config.update(
        SESSION_COOKIE_NAME="groupware",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )

    @app.before_request
    def nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def headers(response: Response) -> Response:
        nonce_source = f"'nonce-{g.get('csp_nonce', '')}'"
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' {nonce_source}; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'",
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", _POLICY)
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if response.mimetype in ("text/html", "application/json", "application/problem+json"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
