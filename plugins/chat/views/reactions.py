"""Reactions to a message: who reacted how, and one's own, without a script as well."""

import uuid

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.errors import is_fragment
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.expressions import ReactionKind
from plugins.chat.queries import messages as queries
from plugins.chat.queries import reactions as found
from plugins.chat.queries import rooms
from plugins.chat.queries.rooms import not_found
from plugins.chat.services.reactions import react
from plugins.chat.views.blueprint import blueprint


@blueprint.get("/<uuid:uid>/messages/<uuid:message_uid>/reactions")
@open_to_guests
@signed_in
def reactions(uid: uuid.UUID, message_uid: uuid.UUID) -> str:
    """Who reacted, and buttons to do so."""
    shown = rooms.one(actor(), uid)
    message = queries.one(actor(), shown, message_uid)
    if message.is_deleted:
        raise not_found()
    return render_template(
        "chat/reactions.html",
        room=shown,
        message=message,
        reactors=found.reactors(actor(), shown, message),
        mine={
            one.kind for one in found.reactions_to(actor(), [message.id]).get(message.id, ()) if one.is_mine
        },
        kinds=list(ReactionKind),
    )


@blueprint.post("/<uuid:uid>/messages/<uuid:message_uid>/reactions")
@open_to_guests
@signed_in
def set_reaction(uid: uuid.UUID, message_uid: uuid.UUID) -> ResponseReturnValue:
    """Set one, or take it back."""
    kind, wanted = request.form.get("kind", ""), request.form.get("set")
    rooms.one(actor(), uid)
    if kind not in set(ReactionKind):
        raise Invalid(gettext("There is no such reaction."), code="reaction")
    is_set = None if wanted is None else wanted == "1"
    seq = react(actor(), uid, message_uid, ReactionKind(kind), is_set=is_set)
    if is_fragment():
        return "", 204
    return redirect(url_for("chat.room", uid=uid, around=seq, _anchor=f"m{seq}"))
