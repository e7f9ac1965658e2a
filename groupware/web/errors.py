"""What a refusal or a fault looks like: the right status, a sentence, and a way on; JSON where a program asked.

Nothing that was typed is lost: a form that meets an expired session, a wrong token, the wish for the password, a fault or a
database that is away comes back with its fields, to be sent again. Error pages use the plain frame and no database.
"""

import errno
import sqlite3
from http import HTTPStatus
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, NotFound

from groupware import metrics
from groupware.auth.pages import (
    elevation_page,
    expired_text,
    old_token_page,
    password_page,
    personal_frame,
    sign_in_page,
)
from groupware.errors import DomainError, NeedsElevation, NeedsSignIn, NeedsToken
from groupware.i18n import gettext
from groupware.web.problems import is_call, problem, problem_of
from groupware.web.security import is_own_form

PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507})
SIGN_IN = frozenset({"auth.submit_login", "auth.sign_in_as_sample"})
"""Where a form with an old token is answered by the same form with a fresh one."""
POSTGRESQL_FULL = "53100"
"""SQLSTATE of "could not extend file"."""
POSTGRESQL_OUT_OF_RANGE, SQLITE_OUT_OF_RANGE = "22003", "too large to convert to SQLite INTEGER"
"""How the databases call a number that no column of theirs could hold."""
RETRY_AFTER = 30
"""Seconds after which it is worth asking again when the database is away."""


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for unreachable in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(unreachable, _database)
    for beyond in (OverflowError, DataError):
        app.register_error_handler(beyond, _number)
    app.register_error_handler(OSError, _operating_system)
    app.register_error_handler(500, _fault)


def wants_json() -> bool:
    """Whether the client is a program: it asked for JSON and not for a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes["text/html"] == 0


def is_fragment() -> bool:
    """Whether a script asked for a part of a page."""
    return request.headers.get("HX-Request") == "true" or request.headers.get("X-Requested-With") == "fetch"


def kept_form() -> list[tuple[str, str]]:
    """What was typed, to be offered again; never passwords or tokens."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "kept") and "password" not in name
    ]


def _domain(error: DomainError) -> ResponseReturnValue:
    if is_call():
        return problem_of(error)
    if isinstance(error, NeedsSignIn | NeedsElevation):
        return _needs_password(error)
    if wants_json():
        return _json(error), error.status
    return _page(error.status, str(error.message), code=error.code, details=dict(error.details))


def _json(error: DomainError) -> Response:
    fields = {name: str(text) for name, text in getattr(error, "fields", {}).items()}
    return jsonify(code=error.code, message=str(error.message), fields=fields)


def _needs_password(error: DomainError) -> ResponseReturnValue:
    """GET goes to the page that asks and comes back; a POST keeps what was typed; scripts ask in a dialog."""
    if error.code == "must_change_password":
        endpoint, page = "auth.change_password", password_page
    elif isinstance(error, NeedsElevation):
        endpoint, page = "auth.elevate", elevation_page
    else:
        endpoint, page = "auth.login", sign_in_page
    if wants_json() or is_fragment():
        response = make_response(_json(error), 401)
        response.headers["X-Sign-In"] = url_for(endpoint)
        return response
    path = request.full_path.rstrip("?")
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(endpoint, next=path) if path != "/" else url_for(endpoint))
    _ask_no_database()
    return make_response(page(reason=_reason(error), next=path, kept=kept_form()), 401)


def _reason(error: DomainError) -> str:
    if isinstance(error, NeedsSignIn) and error.code != "must_change_password" and "_user_id" in cookie:
        return expired_text(is_kept=True)
    return str(error.message)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    if is_call():
        if "_user_id" not in cookie:
            return problem_of(NeedsToken(gettext("Please send an access token.")))
        return problem(400, "csrf", gettext("Please open the page again and repeat what you did."))
    if wants_json() or is_fragment():
        return jsonify(
            code="csrf", message=gettext("Please open the page again and repeat what you did.")
        ), 400
    is_ours = is_own_form()
    if request.endpoint in SIGN_IN:
        _ask_no_database()
        return old_token_page(request.form.get("username", "") if is_ours else ""), 400
    if is_ours and "_user_id" not in cookie:
        _ask_no_database()
        path = request.full_path.rstrip("?")
        return sign_in_page(reason=gettext("Please sign in."), next=path, kept=kept_form()), 400
    return _page(400, "", code="csrf", **_to_send_again())


def _to_send_again() -> dict[str, Any]:
    """Where the form was going and what it held; nothing for other people's forms and those that ask for a password."""
    if request.method != "POST" or request.blueprint == "auth" or not is_own_form():
        return {}
    return {"action": request.full_path.rstrip("?"), "fields": kept_form(), "has_files": bool(request.files)}


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if 300 <= status < 400:
        return error
    if is_call():
        kept = ("Allow", "Retry-After")
        headers = {name: value for name, value in error.get_headers() if name in kept}
        code = HTTPStatus(status).phrase.lower().replace(" ", "_")
        return problem(status, code, _http_detail(status), headers=headers)
    if wants_json():
        return jsonify(code=HTTPStatus(status).phrase.lower().replace(" ", "_"), message=error.name), status
    known = status if status in PAGES else (500 if status >= 500 else 400)
    return _page(known, "", status, **(_to_send_again() if status >= 500 else {}))


def is_full(error: BaseException) -> bool:
    """Whether something could not be written because the disk, or what we may use of it, is full."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    cause = getattr(error, "orig", None)
    return (
        getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(cause, "sqlstate", None) == POSTGRESQL_FULL
    )


def _operating_system(error: OSError) -> ResponseReturnValue:
    if not is_full(error):
        raise error
    return _full(error)


def _full(error: Exception) -> ResponseReturnValue:
    metrics.ERRORS.labels("full").inc()
    current_app.logger.error("the disk is full: %s", error)
    message = gettext("There is no room left to save anything")
    if is_call():
        return problem(507, "full", message)
    if wants_json():
        return jsonify(code="full", message=message), 507
    return _page(507, "", **_to_send_again())


def _number(error: Exception) -> ResponseReturnValue:
    """Somebody has asked for a number that is larger than every key: nothing has it."""
    cause = getattr(error, "orig", None)
    is_known = getattr(cause, "sqlstate", None) == POSTGRESQL_OUT_OF_RANGE or SQLITE_OUT_OF_RANGE in str(
        error
    )
    if not is_known:
        raise error
    current_app.logger.warning("a number that no key can be")
    return _http(NotFound())


def _http_detail(status: int) -> str:
    if status == 404:
        return str(gettext("The page you are looking for was not found."))
    if status == 413:
        return str(gettext("What was sent is too large."))
    if status == 415:
        return str(gettext("Please send JSON with the content type application/json."))
    return ""


def _database(error: Exception) -> ResponseReturnValue:
    g.signed_in = None
    if is_full(error):
        return _full(error)
    metrics.ERRORS.labels("database").inc()
    current_app.logger.error("the database is unreachable: %s", error)
    if is_call():
        response = problem(503, "unavailable", gettext("The service cannot be used just now"))
    elif wants_json():
        response = jsonify(code="unavailable", message=gettext("The service cannot be used just now"))
        response.status_code = 503
    else:
        response = _page(503, "", **_to_send_again())
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _fault(_error: Any) -> ResponseReturnValue:
    metrics.ERRORS.labels("fault").inc()
    if is_call():
        return problem(
            500, "fault", gettext("The fault is on our side and was recorded. Please try again in a moment.")
        )
    if wants_json():
        return jsonify(
            code="fault",
            message=gettext("The fault is on our side and was recorded. Please try again in a moment."),
        ), 500
    return _page(500, "", **_to_send_again())


def _page(template: int, message: str, status: int | None = None, **values: Any) -> Response:
    _ask_no_database()
    text = render_template(
        f"errors/{template}.html",
        shell=personal_frame(),
        message=message,
        request_id=g.get("request_id", ""),
        **values,
    )
    return make_response(text, status or template)


def _ask_no_database() -> None:
    """Flask-Login would load the person again for the template: by a query, and outside of any unit of work."""
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
