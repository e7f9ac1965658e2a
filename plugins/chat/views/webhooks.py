"""Programs that speak in a room: the list that its people see, what moderators make and revoke, and where the programs call."""

import uuid
from collections.abc import Sequence

from flask import Response, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from groupware.actor import Actor
from groupware.api.reading import body_as
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext, pgettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, calling_system, signed_in_person
from groupware.web.exports import table_response
from groupware.web.gate import called_by, own_units, signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.api_automatic import POSTING
from plugins.chat.api_shapes import AutomaticMessage, Said
from plugins.chat.enums import ROOM, RoomKind
from plugins.chat.forms_webhooks import WebhookForm
from plugins.chat.notifications import HOOK_REFUSED
from plugins.chat.posting import post_automatically
from plugins.chat.queries import rooms
from plugins.chat.queries import webhooks as queries
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.queries.webhooks import HookLine, HookState
from plugins.chat.services import webhooks as services
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers


@blueprint.get("/<uuid:uid>/webhooks")
@signed_in
def webhooks(uid: uuid.UUID) -> str:
    """The webhooks of the room and who answers for each."""
    shown = _found(uid)
    return _page(shown, WebhookForm(None).offer(shown.unit_id))


@blueprint.post("/<uuid:uid>/webhooks")
@signed_in
def make_webhook(uid: uuid.UUID) -> ResponseReturnValue:
    """Make one; the answer is the address with the secret, which is never shown again."""
    shown = _found(uid)
    form = WebhookForm().offer(shown.unit_id)
    if not form.validate():
        return _page(shown, form), 422
    try:
        made = services.make(actor(), uid, form.name.data or "", form.note.data or "", int(form.days.data))
    except (Invalid, Conflict) as error:
        show_refusal(form, error)
        return _page(shown, form), 422
    return render_template(
        "chat/webhook_address.html",
        room=shown,
        made=made,
        address=url_for("chat.post_by_webhook", secret=made.secret, _external=True),
    )


@blueprint.get("/<uuid:uid>/webhooks.<format>")
@signed_in
def export_webhooks(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The list; no secret is known to anybody."""
    shown = _found(uid)
    columns = [
        pgettext("webhook", "Sender"),
        pgettext("webhook", "Note"),
        pgettext("webhook", "State"),
        pgettext("webhook", "Made by"),
        gettext("Organisation"),
        pgettext("webhook", "Made"),
        gettext("Holds until"),
        pgettext("webhook", "Last post"),
        pgettext("webhook", "Messages"),
    ]
    rows = [
        [
            one.name,
            one.note,
            str(one.state.label),
            one.made_by_name,
            one.made_by_unit,
            one.made_at,
            one.expires_at,
            one.last_used_at,
            one.messages,
        ]
        for one in queries.of_room(actor(), shown)
    ]
    return table_response(
        gettext("Webhooks of %(room)s", room=shown.title[:40]),
        columns,
        rows,
        format,
        object_type=ROOM,
        object_id=shown.id,
        unit_id=shown.unit_id,
    )


@blueprint.post("/<uuid:uid>/webhooks/<uuid:webhook_uid>/revoke")
@signed_in
def revoke_webhook(uid: uuid.UUID, webhook_uid: uuid.UUID) -> ResponseReturnValue:
    """Let a program speak no more."""
    services.revoke(actor(), uid, webhook_uid)
    flash(gettext("The webhook was revoked. Its address no longer works."), "success")
    return redirect(url_for("chat.webhooks", uid=uid))


@blueprint.post(POSTING)
@own_units
@called_by("system", scope=services.SCOPE, address_part="secret")
def post_by_webhook(secret: str) -> ResponseReturnValue:  # noqa: ARG001  the boundary has taken it for a token
    """Say what the program says, in the room of its webhook."""
    body = body_as(AutomaticMessage)
    sent = post_automatically(calling_system(), body.text, body.key)
    said = Said(uid=sent.uid, seq=sent.seq, created_at=sent.created_at, is_new=sent.is_new)
    return jsonify(said.model_dump(mode="json")), 201 if sent.is_new else 200


def _found(uid: uuid.UUID) -> RoomView:
    """A room that can have webhooks. For those who are no part of it there is no such page."""
    shown = rooms.one(actor(), uid)
    if shown.kind is not RoomKind.ROOM:
        raise not_found()
    return shown


def _page(shown: RoomView, form: WebhookForm) -> str:
    who, person = actor(), signed_in_person()
    lines = queries.of_room(who, shown)
    if person is not None and person.unread_notices:
        afterwards(lambda: _have_read(who, lines))
    return render_template(
        "chat/webhooks.html",
        room=shown,
        form=form,
        lines=lines,
        may_make=services.may_make(shown),
        may_revoke=powers(who, shown).moderates,
        is_off=services.least_role(shown.unit_id) is None,
        reasons=_reasons(),
    )


def _have_read(who: Actor, lines: Sequence[HookLine]) -> None:
    for one in lines:
        if one.state is HookState.REFUSED:
            read_about(who, (HOOK_REFUSED,), one.id)


def _reasons() -> dict[str, str]:
    """Why messages of a webhook are refused, by the code of the refusal."""
    return {
        "archived": gettext("The room is archived."),
        "webhooks_off": gettext("The rule of the organisation allows no webhooks."),
        "maker_rests": gettext("Whoever made it is not there any more."),
        "maker_denied": gettext("Whoever made it may not make webhooks in this room any more."),
        "guards.zone_refused": gettext("The program calls from a network from which nothing may be sent."),
    }
