"""What is pinned in a room: the list, the line below the room's name, and a page that sets a pin without scripts."""

import uuid

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.web.boundary import actor
from groupware.web.errors import is_fragment
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.queries import messages as queries
from plugins.chat.queries import pins as found
from plugins.chat.queries import rooms
from plugins.chat.queries.marks import Marks, marks_on
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import pins as services
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers


@blueprint.get("/<uuid:uid>/pins")
@open_to_guests
@signed_in
def pins(uid: uuid.UUID) -> str:
    """All of them, the newest first."""
    shown = rooms.one(actor(), uid)
    return render_template(
        "chat/pins.html",
        room=shown,
        pinned=found.pinned(actor(), shown),
        powers=powers(actor(), shown),
        most=services.MOST,
    )


@blueprint.get("/<uuid:uid>/pins/newest")
@open_to_guests
@signed_in
def newest_pin(uid: uuid.UUID) -> str:
    """What stands below the room's name, for pages that are open while somebody pins."""
    shown = rooms.one(actor(), uid)
    return render_template("chat/_pinned.html", room=shown, newest=found.newest(shown))


@blueprint.get("/<uuid:uid>/messages/<uuid:message_uid>/pin")
@open_to_guests
@signed_in
def pin_message(uid: uuid.UUID, message_uid: uuid.UUID) -> str:
    """The message, and a button."""
    shown = rooms.one(actor(), uid)
    message = queries.one(actor(), shown, message_uid)
    marks = marks_on(actor(), [message.id]).get(message.id, Marks())
    if message.is_deleted or not powers(actor(), shown).may_turn(marks):
        raise not_found()
    return render_template("chat/pin.html", room=shown, message=message, marks=marks)


@blueprint.post("/<uuid:uid>/messages/<uuid:message_uid>/pin")
@open_to_guests
@signed_in
def set_pin(uid: uuid.UUID, message_uid: uuid.UUID) -> ResponseReturnValue:
    """Pin it, or take the pin away."""
    turn = services.pin if request.form.get("set") == "1" else services.unpin
    seq = turn(actor(), uid, message_uid)
    if is_fragment():
        return "", 204
    if request.form.get("back") == "pins":
        return redirect(url_for("chat.pins", uid=uid))
    return redirect(url_for("chat.room", uid=uid, around=seq, _anchor=f"m{seq}"))
