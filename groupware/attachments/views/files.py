"""Files as people open them."""

import uuid

from flask import Response, request
from flask.typing import ResponseReturnValue

from groupware.attachments.delivering import deliver
from groupware.attachments.services import owning
from groupware.attachments.services.handing import handed, is_recorded, note_download
from groupware.attachments.views.blueprint import blueprint
from groupware.web.boundary import actor, afterwards
from groupware.web.gate import signed_in


@blueprint.get("/<uuid:uid>")
@signed_in
def download(uid: uuid.UUID) -> Response:
    """The file, to be saved."""
    who = actor()
    found = handed(who, uid)
    response = deliver(found.file)
    is_beginning = request.range is None or response.headers.get("Content-Range", "").startswith("bytes 0-")
    if is_beginning and request.method == "GET" and response.status_code < 300 and is_recorded(found):
        afterwards(lambda: note_download(who, found))
    return response


@blueprint.delete("/<uuid:uid>")
@signed_in
def discard(uid: uuid.UUID) -> ResponseReturnValue:
    """Take back a file that belongs to nothing yet."""
    owning.discard(actor(), uid)
    return Response(status=204)
