"""What a refusal or a fault looks like: the right status, a sentence, and a way on; JSON where a program asked."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

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
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from groupware.errors import DomainError, NeedsElevation, NeedsSignIn
from groupware.web.shell import plain_shell

PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InterfaceError, _database)
    app.register_error_handler(500, _fault)


def wants_json() -> bool:
    """Whether the client is a program: it asked for JSON and not for a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes["text/html"] == 0


def is_fragment() -> bool:
    """Whether htmx asked for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def kept_form() -> list[tuple[str, str]]:
    """What was typed, to be offered again; never passwords or tokens."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "password") and "password" not in name
    ]


def is_own_form() -> bool:
    """Whether the form came from our own pages: only then may it be offered for sending again."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    return bool(origin) and urlsplit(origin).netloc == request.host


def _domain(error: DomainError) -> ResponseReturnValue:
    if isinstance(error, NeedsSignIn | NeedsElevation) and not wants_json():
        return _sign_in(error)
    if wants_json():
        fields = {name: str(text) for name, text in getattr(error, "fields", {}).items()}
        return jsonify(code=error.code, message=str(error.message), fields=fields), error.status
    return _page(error.status, str(error.message), code=error.code, details=dict(error.details))


def _sign_in(error: DomainError) -> ResponseReturnValue:
    """GET goes to the sign-in page and comes back; a POST keeps what was typed on a page of its own."""
    if error.code == "must_change_password":
        return redirect(url_for("auth.change_password"))
    endpoint = "auth.elevate" if isinstance(error, NeedsElevation) else "auth.login"
    if is_fragment() or request.headers.get("X-Requested-With") == "fetch":
        response = make_response("", 401)
        response.headers["X-Sign-In"] = url_for(endpoint)
        return response
    if request.method in ("GET", "HEAD"):
        target = request.full_path.rstrip("?")
        return redirect(url_for(endpoint, next=target) if target != "/" else url_for(endpoint))
    return _page(
        401, str(error.message), endpoint=endpoint, path=request.full_path.rstrip("?"), form=kept_form()
    )


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return _page(
        400, "", code="csrf", path=request.full_path.rstrip("?"), form=kept_form() if is_own_form() else []
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if 300 <= status < 400:
        return error
    if wants_json():
        return jsonify(code=HTTPStatus(status).phrase.lower().replace(" ", "_"), message=error.name), status
    return _page(status if status in PAGES else (500 if status >= 500 else 400), "", status)


def _database(error: OperationalError | InterfaceError) -> ResponseReturnValue:
    g.signed_in = None
    current_app.logger.error("the database is unreachable [%s]: %s", g.get("request_id", ""), error)
    response = make_response(_render(503, ""), 503)
    response.headers["Retry-After"] = "30"
    return response


def _fault(_error: Any) -> ResponseReturnValue:
    g.signed_in = None
    return make_response(_render(500, ""), 500)


def _page(template: int, message: str, status: int | None = None, **values: Any) -> Response:
    return make_response(_render(template, message, **values), status or template)


def _render(status: int, message: str, **values: Any) -> str:
    """Error pages use the plain frame: they must not ask the database for a menu."""
    return render_template(
        f"errors/{status}.html",
        shell=plain_shell(),
        message=message,
        request_id=g.get("request_id", ""),
        **values,
    )
