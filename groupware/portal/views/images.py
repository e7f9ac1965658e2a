"""Pictures of section pages, served so that no browser takes them for anything else."""

import uuid

from flask import Response

from groupware.portal.images import recognised
from groupware.portal.queries import pages as queries
from groupware.portal.views.blueprint import blueprint
from groupware.web.gate import requires

INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@blueprint.get("/portal/images/<uuid:uid>")
@requires("portal:page:read")
def image(uid: uuid.UUID) -> Response:
    """A picture. What is none of the four kinds is offered for saving only."""
    row = queries.image(uid)
    picture = recognised(row.content)
    is_inline = picture is not None and row.media_type in INLINE
    response = Response(row.content, content_type=row.media_type if is_inline else "application/octet-stream")
    name = f"picture-{row.number}.{picture.extension if picture is not None else 'bin'}"
    response.headers["Content-Disposition"] = f'{"inline" if is_inline else "attachment"}; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # A picture never changes under its uid; it goes with its page, so it is asked for again after an hour.
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
