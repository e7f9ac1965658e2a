"""Addresses of the API itself: what a token may do, the description as document and as page."""

from typing import Any

from flask import Blueprint, Response, current_app, json, jsonify, render_template, request

from groupware.api.openapi import document
from groupware.api.reference import chapters
from groupware.api.serving import PRIVATE
from groupware.config import Settings
from groupware.i18n import current_locale
from groupware.registry import registry
from groupware.web.boundary import caller
from groupware.web.gate import called_by, signed_in

blueprint = Blueprint("api", __name__, template_folder="templates")


@blueprint.get("/v1/token")
@called_by("personal", "system")
def token() -> Response:
    """What the token that calls may do, and until when."""
    found = caller()
    assert found is not None
    return jsonify(
        name=found.name,
        kind="personal" if found.actor is not None else "system",
        person={"uid": found.person_uid, "display_name": found.actor.display_name} if found.actor else None,
        system=found.system.name if found.system else None,
        scopes=sorted(found.scopes),
        expires_at=found.expires_at.isoformat(),
    )


@blueprint.get("/v1/openapi.json")
@called_by("session", "personal", "system")
def openapi() -> Response:
    """The description for programs (OpenAPI 3.1)."""
    response = Response(json.dumps(_document(), ensure_ascii=False), mimetype="application/json")
    response.add_etag()
    response.headers["Cache-Control"] = PRIVATE
    response.make_conditional(request)
    return response


@blueprint.get("/docs")
@signed_in
def docs() -> str:
    """The same for people."""
    return render_template("api/docs.html", chapters=chapters(registry(), _document()), root=request.url_root)


def _document() -> dict[str, Any]:
    """Written once for each language: plugins do not change while the process runs."""
    settings: Settings = current_app.extensions["groupware_settings"]
    kept: dict[str, Any] = current_app.extensions.setdefault("groupware_openapi", {})
    locale = current_locale.get()
    if locale not in kept:
        kept[locale] = document(registry(), settings.municipality)
    found: dict[str, Any] = kept[locale]
    return found
