"""Headers and cookies of every answer. No page may run inline script or ask another machine for anything."""

import secrets

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface

from groupware.config import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SessionCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, marked Secure except for plain HTTP on the machine itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie may travel over HTTPS only."""
        host = request.host.rsplit(":", 1)[0].strip("[]")
        return self._settings.secure_cookies and (request.is_secure or host not in LOOPBACK)


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
            f"default-src 'none'; script-src 'self' {nonce_source}; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'",
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
