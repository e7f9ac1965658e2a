"""Uploads as scripts and programmes speak to them.

POST   /attachments/uploads                 {"name", "size", "fingerprint"} → 201 {"uid", "offset", "piece"}
HEAD   /attachments/uploads/<uid>           → Upload-Offset, Upload-Length
PUT    /attachments/uploads/<uid>           a piece, with Upload-Offset and Content-Digest: sha-256=:…: → 204
POST   /attachments/uploads/<uid>/complete  → 201 {"uid", "name", "size", "url", "html"}
DELETE /attachments/uploads/<uid>           → 204
"""

import uuid
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.attachments import queries, taking
from groupware.attachments.models import Upload
from groupware.attachments.queries import File
from groupware.attachments.services import uploads
from groupware.attachments.views.blueprint import blueprint
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import own_units, signed_in


@blueprint.post("/uploads")
@signed_in
def begin() -> ResponseReturnValue:
    """Announce a file; one that was begun before goes on where it was."""
    told = request.get_json(silent=True)
    told = told if isinstance(told, dict) else {}
    name, size = told.get("name"), told.get("size")
    if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
        raise Invalid(gettext("The file was not announced as expected."), code="malformed")
    fingerprint = told.get("fingerprint")
    begun = uploads.begin(actor(), name, size, fingerprint if isinstance(fingerprint, str) else "")
    return jsonify(_state(begun)), 201, {"Location": url_for("attachments.upload", uid=begun.uid)}


@blueprint.get("/uploads")
@signed_in
def unfinished() -> ResponseReturnValue:
    """What the person has begun to send and not finished."""
    return jsonify(uploads=[_state(one) for one in queries.uploads(actor().person_id)])


@blueprint.get("/uploads/<uuid:uid>")
@signed_in
def upload(uid: uuid.UUID) -> ResponseReturnValue:
    """How much of a file has come."""
    found = uploads.sent(actor(), uid)
    headers = {"Upload-Offset": str(found.received), "Upload-Length": str(found.size)}
    return jsonify(_state(found)), 200, headers


@blueprint.put("/uploads/<uuid:uid>")
@own_units
@signed_in
def piece(uid: uuid.UUID) -> ResponseReturnValue:
    """The next piece."""
    offset = request.headers.get("Upload-Offset", type=int)
    if offset is None or offset < 0:
        raise Invalid(gettext("The file was not announced as expected."), code="malformed")
    content = request.get_data(cache=False)
    received = taking.take_piece(actor(), uid, offset, content, request.headers.get("Content-Digest", ""))
    return Response(status=204, headers={"Upload-Offset": str(received)})


@blueprint.post("/uploads/<uuid:uid>/complete")
@own_units
@signed_in
def complete(uid: uuid.UUID) -> ResponseReturnValue:
    """All pieces have come: the upload becomes a file."""
    return jsonify(_shown(taking.finish(actor(), uid))), 201


@blueprint.delete("/uploads/<uuid:uid>")
@own_units
@signed_in
def cancel(uid: uuid.UUID) -> ResponseReturnValue:
    """Forget it."""
    taking.cancel(actor(), uid)
    return Response(status=204)


def _state(found: Upload) -> dict[str, Any]:
    return {
        "uid": str(found.uid),
        "name": found.name,
        "size": found.size,
        "offset": found.received,
        "piece": uploads.PIECE,
        "url": url_for("attachments.upload", uid=found.uid),
    }


def _shown(file: File) -> dict[str, Any]:
    return {
        "uid": str(file.uid),
        "name": file.name,
        "size": file.size,
        "url": url_for("attachments.download", uid=file.uid),
        "html": render_template("attachments/_chosen.html", files=[file]),
    }
