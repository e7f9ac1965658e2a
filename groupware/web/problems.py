"""Refusals and faults as programs read them: RFC 9457, for every address that is made for them."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, json, request

from groupware.api.reading import Unreadable
from groupware.errors import DomainError, Invalid, NeedsElevation, NeedsSignIn, NeedsToken, TooMany
from groupware.web.confirming import HEADER
from groupware.web.gate import declaration

MIMETYPE = "application/problem+json"
ROOT = "/api/"
REALM = 'Bearer realm="groupware"'
BASIC_REALM = 'Basic realm="groupware", charset="UTF-8"'


def is_call() -> bool:
    """Whether a program is to be answered: what declares itself as made for them, and what is nothing below /api/."""
    access = declaration(current_app.view_functions.get(request.endpoint or ""))
    return access.kind == "api" if access is not None else request.path.startswith(ROOT)


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
    confirm: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that says what went wrong: `code` is stable, `detail` is for people; `confirm` is what the same call can confirm."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": g.get("request_id", ""),
    }
    if errors:
        body["errors"] = list(errors)
    if confirm:
        body["confirm"] = {"header": HEADER, "value": confirm}
    return Response(json.dumps(body), status, headers, mimetype=MIMETYPE)


def problem_of(error: DomainError) -> Response:
    """The problem that a refusal of a service is."""
    detail, headers, errors = str(error.message), {}, []
    status = error.status
    if isinstance(error, NeedsToken):
        suffix = ', error="invalid_token"' if error.code == "invalid_token" else ""
        access = declaration(current_app.view_functions.get(request.endpoint or ""))
        takes_basic = access is not None and access.takes_basic
        headers["WWW-Authenticate"] = BASIC_REALM if takes_basic else REALM + suffix
    elif isinstance(error, NeedsSignIn | NeedsElevation):
        # No program can give a password: what needs one is refused to it.
        status = 403
    elif error.code == "insufficient_scope":
        headers["WWW-Authenticate"] = f'{REALM}, error="insufficient_scope", scope="{error.details["scope"]}"'
    elif isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unreadable):
        errors = [{"parameter": name, "detail": str(text)} for name, text in error.fields.items()]
    elif isinstance(error, Invalid):
        errors = [{"pointer": f"#/{name}", "detail": str(text)} for name, text in error.fields.items()]
    confirm = error.code if error.details.get("can_confirm") else ""
    return problem(status, error.code, detail, errors=errors, confirm=confirm, headers=headers)
