"""One message: edit it, delete it, count it as unread again. Pages of their own, so that they need no script."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.queries import messages as queries
from plugins.chat.queries import rooms
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services import messages, reading
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers
from plugins.chat.views.single import one_at


@blueprint.get("/<uuid:uid>/messages/<uuid:message_uid>/edit")
@open_to_guests
@signed_in
def edit_message(uid: uuid.UUID, message_uid: uuid.UUID) -> str:
    """The text, to be changed."""
    shown, message = _found(uid, message_uid)
    if not message.is_mine or message.quote_at is not None:
        raise not_found()
    return _page(shown, message, "edit", text=message.text)


@blueprint.post("/<uuid:uid>/messages/<uuid:message_uid>/edit")
@open_to_guests
@signed_in
def change_message(uid: uuid.UUID, message_uid: uuid.UUID) -> ResponseReturnValue:
    """Save it."""
    text = request.form.get("text", "")
    shown, message = _found(uid, message_uid)
    try:
        messages.edit(actor(), uid, message_uid, text)
    except Invalid as error:
        reasons = tuple(str(one) for one in error.fields.values()) or (str(error.message),)
        return _page(shown, message, "edit", text=text, errors=reasons), 422
    return _back(shown, message)


@blueprint.get("/<uuid:uid>/messages/<uuid:message_uid>/delete")
@open_to_guests
@signed_in
def delete_message(uid: uuid.UUID, message_uid: uuid.UUID) -> str:
    """Look twice."""
    shown, message = _found(uid, message_uid)
    if not message.is_mine and not powers(actor(), shown).moderates:
        raise not_found()
    return _page(shown, message, "delete")


@blueprint.post("/<uuid:uid>/messages/<uuid:message_uid>/delete")
@open_to_guests
@signed_in
def remove_message(uid: uuid.UUID, message_uid: uuid.UUID) -> ResponseReturnValue:
    """Take its text away."""
    shown, message = _found(uid, message_uid)
    messages.delete(actor(), uid, message_uid)
    flash(gettext("The message was deleted."), "success")
    return _back(shown, message)


@blueprint.get("/<uuid:uid>/messages/<uuid:message_uid>/trace")
@signed_in
def trace(uid: uuid.UUID, message_uid: uuid.UUID) -> str:
    """What it said before, for the owners of the room."""
    shown = rooms.one(actor(), uid)
    before = queries.trace(shown, message_uid)
    message = queries.one(actor(), shown, message_uid)
    return render_template("chat/trace.html", room=shown, message=message, trace=before)


@blueprint.get("/<uuid:uid>/unread/<int:seq>")
@signed_in
def unread_from(uid: uuid.UUID, seq: int) -> str:
    """Say what it means."""
    shown = rooms.one(actor(), uid)
    return _page(shown, one_at(actor(), shown, seq), "unread")


@blueprint.post("/<uuid:uid>/unread/<int:seq>")
@signed_in
def mark_unread(uid: uuid.UUID, seq: int) -> ResponseReturnValue:
    """Count this message and all later ones as unread again."""
    reading.mark_unread(actor(), uid, seq)
    flash(gettext("The room counts as unread from there on."), "success")
    return redirect(url_for("chat.index"))


def _found(uid: uuid.UUID, message_uid: uuid.UUID) -> tuple[RoomView, Line]:
    """A message that stands, in a room where something can be changed."""
    shown = rooms.one(actor(), uid)
    message = queries.one(actor(), shown, message_uid)
    if message.is_deleted or shown.archived_at is not None:
        raise not_found()
    return shown, message


def _page(shown: RoomView, message: Line, act: str, *, text: str = "", errors: tuple[str, ...] = ()) -> str:
    return render_template(
        "chat/message.html", room=shown, message=message, act=act, text=text, errors=errors
    )


def _back(shown: RoomView, message: Line) -> ResponseReturnValue:
    return redirect(url_for("chat.room", uid=shown.uid, around=message.seq, _anchor=f"m{message.seq}"))
