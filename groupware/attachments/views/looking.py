"""Looking at a file without taking it: pictures that we drew ourselves, and text as text."""

import uuid
from collections.abc import Iterator
from functools import partial

from flask import Response, render_template

from groupware import offload
from groupware.attachments.archiving import zipped
from groupware.attachments.delivering import SANDBOX
from groupware.attachments.inspection.kinds import TEXT
from groupware.attachments.names import cleaned, disposition
from groupware.attachments.queries import File, shown_files
from groupware.attachments.reading import beginning
from groupware.attachments.services.handing import (
    Handed,
    handed,
    is_recorded,
    note_download,
    require_taking,
    seen,
)
from groupware.attachments.services.picturing import name_of
from groupware.attachments.storage import Damaged, previews, vault
from groupware.attachments.views.blueprint import blueprint
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.web.boundary import actor, afterwards
from groupware.web.gate import signed_in


@blueprint.get("/<uuid:uid>/thumbnail")
@signed_in
def thumbnail(uid: uuid.UUID) -> Response:
    """The small picture."""
    return _picture(seen(actor(), uid).file, 0)


@blueprint.get("/<uuid:uid>/pages/<int:number>")
@signed_in
def page(uid: uuid.UUID, number: int) -> Response:
    """A page of a document, or the picture that the file is."""
    return _picture(seen(actor(), uid).file, number)


def _picture(file: File, number: int) -> Response:
    if not 0 <= number <= file.pages or not file.pages:
        raise NotFound(gettext("The page you are looking for was not found."))
    name = name_of(file.digest, number)
    try:
        content = offload.run(previews().load, name)
    except (FileNotFoundError, Damaged):
        raise NotFound(gettext("The page you are looking for was not found.")) from None
    response = Response(content, content_type="image/webp")
    response.headers["Content-Disposition"] = disposition(f"{file.name}.webp", "inline")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The picture of a content never changes, but who may see it can.
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


@blueprint.get("/<uuid:uid>/preview")
@signed_in
def preview(uid: uuid.UUID) -> str:
    """The file on a page of ours: its pages as pictures, or its beginning as text."""
    found = seen(actor(), uid)
    file = found.file
    text = offload.run(beginning, vault(), file) if file.media_type == TEXT.media_type else None
    if text is None and not file.pages:
        raise NotFound(gettext("The page you are looking for was not found."))
    return render_template("attachments/preview.html", file=file, owned=found.owned, text=text)


@blueprint.get("/<uuid:uid>/all.zip")
@signed_in
def everything(uid: uuid.UUID) -> Response:
    """All files of what a file belongs to, in one archive that is made while it is sent."""
    who = actor()
    first = handed(who, uid)
    if first.owned is None or first.file.owner_id is None or not first.file.is_shown:
        raise NotFound(gettext("The page you are looking for was not found."))
    files = shown_files(first.file.owner_type, [first.file.owner_id])[first.file.owner_id]
    taken = [Handed(file, first.owned) for file in files]
    for one in taken:
        require_taking(who, one)
    for one in taken:
        if is_recorded(one):
            afterwards(partial(note_download, who, one))
    response = Response(_zipped(files), content_type="application/zip")
    response.headers["Content-Disposition"] = disposition(f"{cleaned(first.owned.title)}.zip")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _zipped(files: list[File]) -> Iterator[bytes]:
    return zipped(vault(), files)
