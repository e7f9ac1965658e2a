"""`/healthz` and `/readyz`, answered in front of the application: no sign-in, no session, no function that is off.

`/healthz` says that the process lives and asks nothing else of anybody. `/readyz` says whether it can do its work: 200, or
503 with a word per part. Who asks from the machine itself, past the proxy, gets counts as well.
"""

import ipaddress
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from groupware import health
from groupware.actor import system
from groupware.db import unit
from groupware.jobs import queries as jobs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALIVE = "/healthz"
READY = "/readyz"


class Probes:
    """WSGI: answers the two addresses, passes everything else on."""

    def __init__(self, app: Flask, application: "WSGIApplication") -> None:
        self.app = app
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer."""
        path = environ.get("PATH_INFO", "")
        if path == ALIVE:
            return _answer(start_response, 200, "text/plain; charset=utf-8", "ok\n")
        if path == READY:
            status, content = self._ready(is_trusted(environ))
            return _answer(start_response, status, "application/json", json.dumps(content) + "\n")
        return self.application(environ, start_response)

    def _ready(self, is_trusted: bool) -> tuple[int, dict[str, Any]]:
        found = health.parts(self.app)
        is_good = not any(part.fault for part in found)
        content: dict[str, Any] = {
            "ready": is_good,
            "parts": {part.name: part.fault or "ok" for part in found},
        }
        if is_trusted:
            content["counts"] = self._counts()
        return (200 if is_good else 503), content

    def _counts(self) -> dict[str, Any]:
        settings = self.app.extensions["groupware_settings"]
        counts: dict[str, Any] = {"free_megabytes": health.free_bytes(settings) // (1024 * 1024)}
        try:
            with self.app.app_context(), unit("read"):
                counts |= {f"jobs_{state.value}": number for state, number in jobs.counts().items()}
                counts["jobs_late_seconds"] = round(jobs.lag(system("job")))
        except SQLAlchemyError:
            pass
        return counts


def is_trusted(environ: "WSGIEnvironment") -> bool:
    """Whether a programme on the machine itself asks, and not somebody through a proxy."""
    if "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ:
        return False
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _answer(start_response: "StartResponse", status: int, kind: str, text: str) -> Iterable[bytes]:
    content = text.encode()
    phrase = "OK" if status == 200 else "Service Unavailable"
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(f"{status} {phrase}", headers)
    return [content]
