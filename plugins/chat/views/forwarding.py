"""転送: a page on which somebody chooses where a message is said again."""

import uuid

import uuid6
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it

from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import Role
from plugins.chat.forms import ForwardForm
from plugins.chat.queries import messages as queries
from plugins.chat.queries import own_rooms, rooms
from plugins.chat.queries.files import files_at
from plugins.chat.queries.messages import Line
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.services import rooms as opening
from plugins.chat.services.forwarding import forward
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.single import asked_uid


@blueprint.get("/<uuid:uid>/messages/<uuid:message_uid>/forward")
@signed_in
def forward_message(uid: uuid.UUID, message_uid: uuid.UUID) -> str:
    """The form."""
    shown, message = _found(uid, message_uid)
    form = ForwardForm(None)
    form.key.data = uuid6.uuid7().hex
    return _form(form, shown, message)


@blueprint.post("/<uuid:uid>/messages/<uuid:message_uid>/forward")
@signed_in
def send_on(uid: uuid.UUID, message_uid: uuid.UUID) -> ResponseReturnValue:
    """Say it there. Whoever presses twice has forwarded it once."""
    shown, message = _found(uid, message_uid)
    form = ForwardForm()
    if not form.validate():
        return _form(form, shown, message), 422
    try:
        to = _chosen(form)
        sent = forward(actor(), uid, message_uid, to, form.comment.data or "", key=form.key.data or "")
    except (Conflict, Denied, Invalid) as error:
        if isinstance(error, Invalid):
            texts.ask_again(error)
        show_refusal(form, error)
        return _form(form, shown, message), 422
    form.person.remember(actor())
    flash(gettext("The message was forwarded."), "success")
    return redirect(url_for("chat.room", uid=to, latest=1, _anchor=f"m{sent.seq}"))


def _chosen(form: ForwardForm) -> uuid.UUID:
    """The room that was chosen, or the talk with the person, which is made if it is not there."""
    room, people = asked_uid(form.room.data or ""), form.person.person_ids
    if (room is None) == (not people):
        raise Invalid(
            gettext("Please choose a room or a person."),
            fields={"room": gettext("Please choose a room or a person.")},
        )
    return room if room is not None else opening.direct(actor(), people[0]).uid


def _found(uid: uuid.UUID, message_uid: uuid.UUID) -> tuple[RoomView, Line]:
    shown = rooms.one(actor(), uid)
    message = queries.one(actor(), shown, message_uid)
    if message.is_deleted:
        raise not_found()
    return shown, message


def _form(form: ForwardForm, shown: RoomView, message: Line) -> str:
    form.room.choices = [
        SelectChoice(value="", label=gettext("Please choose")),
        *(
            SelectChoice(value=str(one.uid), label=one.title)
            for one in own_rooms.mine(actor())
            if one.role >= Role.MEMBER
        ),
    ]
    return render_template(
        "chat/forward.html",
        form=form,
        room=shown,
        message=message,
        files=files_at([message]).get(message.id, []),
    )
