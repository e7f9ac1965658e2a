"""Addresses of the API itself."""

from flask import Blueprint, Response, jsonify

from groupware.web.boundary import caller
from groupware.web.gate import called_by

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
