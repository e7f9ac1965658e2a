"""What is noted of every request, outside of Flask: its id, one line in the log, and what Prometheus counts.

The id comes from `X-Request-ID` only where a proxy in front is trusted. A line says which endpoint, which status, how long,
how many statements and which person's number; it never holds the address of the page, where a search or an id could stand.
"""

import logging
import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from sqlalchemy import Engine, event
from werkzeug.wsgi import ClosingIterator

from groupware import clock, logs, metrics
from groupware.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "groupware.noted"
SOCKETS = "/socket.io/"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger("groupware.access")


class Noted:
    """What is known of a request so far."""

    __slots__ = ("endpoint", "person_id", "queries", "started_at", "status")

    def __init__(self) -> None:
        self.started_at = clock.monotonic()
        self.endpoint = ""
        self.status = 0
        self.queries = 0
        self.person_id: int | None = None


_noted: ContextVar[Noted | None] = ContextVar("noted", default=None)


@event.listens_for(Engine, "before_cursor_execute")
def _count(*_: Any) -> None:
    noted = _noted.get()
    if noted is not None:
        noted.queries += 1


class Watching:
    """WSGI: names the request, and notes it once its last byte has left."""

    def __init__(self, application: "WSGIApplication", settings: Settings) -> None:
        self.application = application
        self.believes_proxy = settings.trusted_proxies > 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer through the application. A socket lasts for hours and is counted where it is held."""
        if environ.get("PATH_INFO", "").startswith(SOCKETS):
            return self.application(environ, start_response)
        given = environ.get("HTTP_X_REQUEST_ID", "") if self.believes_proxy else ""
        logs.begin(given if _ID.fullmatch(given) else logs.new_request_id())
        noted = environ[KEY] = Noted()
        _noted.set(noted)
        method = environ["REQUEST_METHOD"]

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            noted.status = int(status.partition(" ")[0])
            return start_response(status, headers, *rest)

        def end() -> None:
            _write(noted, method)
            _noted.set(None)
            logs.begin("")

        try:
            answer = self.application(environ, start)
        except BaseException:
            noted.status = 500
            end()
            raise
        return ClosingIterator(answer, end)


def _write(noted: Noted, method: str) -> None:
    seconds = clock.monotonic() - noted.started_at
    endpoint = noted.endpoint or "none"
    metrics.REQUESTS.labels(endpoint, str(noted.status)).inc()
    metrics.REQUEST_SECONDS.labels(endpoint).observe(seconds)
    metrics.QUERIES.inc(noted.queries)
    level = logging.DEBUG if endpoint == "static" else logging.INFO
    if _log.isEnabledFor(level):
        fields = {
            "method": method,
            "endpoint": endpoint,
            "status": noted.status,
            "ms": round(seconds * 1000, 1),
            "queries": noted.queries,
            "person": noted.person_id,
        }
        _log.log(level, "request", extra={"fields": fields})


def install(app: Flask, settings: Settings) -> None:
    """Watch every request of the app."""
    app.wsgi_app = Watching(app.wsgi_app, settings)  # type: ignore[method-assign]

    @app.after_request
    def note(response: Response) -> Response:
        noted: Noted | None = request.environ.get(KEY)
        if noted is not None:
            signed_in = g.get("signed_in")
            noted.endpoint = request.endpoint or ""
            noted.person_id = signed_in.actor.person_id if signed_in is not None else None
        return response
