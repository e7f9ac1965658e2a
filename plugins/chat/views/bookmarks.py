"""ブックマーク: the reader's own marks on messages of all their rooms."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.errors import is_fragment
from groupware.web.gate import signed_in
from plugins.chat.queries import bookmarks as found
from plugins.chat.queries import messages as queries
from plugins.chat.queries import rooms
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services import bookmarks as services
from plugins.chat.views.blueprint import blueprint


@blueprint.get("/bookmarks")
@signed_in
def bookmarks() -> str:
    """All of them, the newest first."""
    lines, before = found.bookmarks(actor(), request.args.get("before", type=int))
    return render_template(
        "chat/bookmarks.html", lines=lines, before=before, is_first="before" not in request.args
    )


@blueprint.get("/<uuid:uid>/messages/<uuid:message_uid>/bookmark")
@signed_in
def bookmark_message(uid: uuid.UUID, message_uid: uuid.UUID) -> str:
    """The message, with a field for a note."""
    shown = rooms.one(actor(), uid)
    message = queries.one(actor(), shown, message_uid)
    if message.is_deleted or not services.may_bookmark(shown):
        raise not_found()
    return _form(shown, message, found.note_on(actor(), message))


@blueprint.post("/<uuid:uid>/messages/<uuid:message_uid>/bookmark")
@signed_in
def set_bookmark(uid: uuid.UUID, message_uid: uuid.UUID) -> ResponseReturnValue:
    """Keep it with the note, or let it go."""
    note, is_set = request.form.get("note", ""), request.form.get("set") == "1"
    try:
        if is_set:
            seq = services.bookmark(actor(), uid, message_uid, note)
        else:
            seq = services.let_go(actor(), uid, message_uid)
    except Invalid as error:
        if is_fragment():
            raise
        shown = rooms.one(actor(), uid)
        reasons = tuple(str(one) for one in error.fields.values()) or (str(error.message),)
        return _form(shown, queries.one(actor(), shown, message_uid), note, reasons), 422
    if is_fragment():
        return "", 204
    flash(gettext("The bookmark was saved.") if is_set else gettext("The bookmark was removed."), "success")
    if request.form.get("back") == "bookmarks":
        return redirect(url_for("chat.bookmarks"))
    return redirect(url_for("chat.room", uid=uid, around=seq, _anchor=f"m{seq}"))


def _form(shown: RoomView, message: Line, note: str | None, errors: tuple[str, ...] = ()) -> str:
    return render_template(
        "chat/bookmark.html",
        room=shown,
        message=message,
        note=note,
        errors=errors,
        limit=services.NOTE_LENGTH,
        back=request.values.get("back", ""),
    )
