"""What a page keeps while somebody writes: the draft of a room, and the key that sends."""

import uuid

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from groupware.auth.services import save_preferences
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.errors import is_fragment
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.services import drafts
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.filing import sent_files
from plugins.chat.views.single import asked_uid


@blueprint.post("/<uuid:uid>/draft")
@open_to_guests
@signed_in
def save_draft(uid: uuid.UUID) -> ResponseReturnValue:
    """Keep what stands in the field."""
    form = request.form
    drafts.save(
        actor(),
        uid,
        form.get("text", ""),
        key=form.get("key", ""),
        reply_to=asked_uid(form.get("reply_to", "")),
        named=form.get("named", ""),
        files=sent_files()[0],
    )
    return jsonify(saved=True)


@blueprint.post("/sending-key")
@signed_in
def save_sending_key() -> ResponseReturnValue:
    """Keep which key sends. It is one of the display settings, so it holds on every computer."""
    save_preferences(actor(), sending_key=request.form.get("sending_key", ""))
    if is_fragment():
        return "", 204
    flash(gettext("Your settings were saved."), "success")
    return redirect(url_for("chat.index"))
