"""The files of a room: all of them on one page, one of them for a guest, and whether the room takes any."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.attachments.delivering import deliver
from groupware.attachments.services.handing import handed, is_recorded, note_download
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor, afterwards
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.enums import FileKind
from plugins.chat.queries import files as queries
from plugins.chat.queries import rooms
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import rooms as services
from plugins.chat.services.filing import reach, why_not
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers


@blueprint.get("/<uuid:uid>/files")
@signed_in
def files(uid: uuid.UUID) -> str:
    """All that the reader may see, newest first."""
    shown = rooms.one(actor(), uid)
    words, chosen = asked()
    found, before = queries.of_room(
        shown, words=words, kind=chosen, before=request.args.get("before", type=int)
    )
    next_url = None
    if before is not None:
        next_url = url_for("chat.files", uid=uid, q=words or None, kind=chosen, before=before)
    return render_template(
        "chat/files.html",
        room=shown,
        found=found,
        next_url=next_url,
        q=words,
        kind=chosen,
        kinds=[("", pgettext("kind of file", "All")), *((one.value, one.label) for one in FileKind)],
        why_no_files=why_not(actor(), shown),
        may_decide=powers(actor(), shown).keeps and shown.archived_at is None,
    )


def asked() -> tuple[str, FileKind | None]:
    """What the list is narrowed down to: words in the name, and the sort of files."""
    kind = request.args.get("kind", "")
    return request.args.get("q", "").strip(), FileKind(kind) if kind in set(FileKind) else None


@blueprint.post("/<uuid:uid>/text-only")
@signed_in
def set_text_only(uid: uuid.UUID) -> ResponseReturnValue:
    """Let the room take text only, or files as well."""
    is_text_only = request.form.get("set") == "1"
    services.set_text_only(actor(), uid, is_text_only=is_text_only)
    words = (
        gettext("The room takes text only now.")
        if is_text_only
        else gettext("Files can be sent in the room now.")
    )
    flash(words, "success")
    return redirect(url_for("chat.files", uid=uid))


@blueprint.get("/<uuid:uid>/files/<uuid:file_uid>")
@open_to_guests
@signed_in
def file(uid: uuid.UUID, file_uid: uuid.UUID) -> Response:
    """A file of a message, for guests: to them the addresses of the house's files are not there."""
    who = actor()
    shown = rooms.one(who, uid)
    if not reach(who, shown):
        raise not_found()
    queries.require_in(shown, file_uid)
    found = handed(who, file_uid)
    response = deliver(found.file)
    if request.method == "GET" and response.status_code < 300 and is_recorded(found):
        afterwards(lambda: note_download(who, found))
    return response
