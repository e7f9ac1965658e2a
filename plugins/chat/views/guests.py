"""People from outside in a room: invite them, hand over their code, end them; and all of them for who looks after guests."""

import uuid

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from groupware import rules
from groupware.directory.tree import org_tree
from groupware.errors import Invalid
from groupware.guests.services import Invited
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import requires, signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.forms_guests import GuestForm
from plugins.chat.permissions import MANAGE_GUESTS
from plugins.chat.queries import guests as queries
from plugins.chat.queries import rooms
from plugins.chat.queries.guests import GuestLine
from plugins.chat.queries.rooms import RoomView, not_found
from plugins.chat.rules import GUEST_DAYS
from plugins.chat.services import guests as services
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers


@blueprint.get("/<uuid:uid>/guests")
@signed_in
def room_guests(uid: uuid.UUID) -> str:
    """Who was invited into the room."""
    return _page(_owned(uid), GuestForm(None))


@blueprint.post("/<uuid:uid>/guests")
@signed_in
def invite_guest(uid: uuid.UUID) -> ResponseReturnValue:
    """Invite somebody; the answer is the paper with the code, which is never shown again."""
    shown, form = _owned(uid), GuestForm()
    if not form.validate():
        return _page(shown, form), 422
    try:
        made = services.invite(actor(), uid, form.invitation())
    except Invalid as error:
        show_refusal(form, error)
        return _page(shown, form), 422
    return _paper(shown, made)


@blueprint.get("/<uuid:uid>/guests.<format>")
@signed_in
def export_room_guests(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The list."""
    shown = _owned(uid)
    return _export(
        gettext("Guests of %(room)s", room=shown.title[:40]), queries.of_room(actor(), shown), format
    )


@blueprint.post("/<uuid:uid>/guests/<uuid:guest_uid>/code")
@signed_in
def renew_code(uid: uuid.UUID, guest_uid: uuid.UUID) -> ResponseReturnValue:
    """A new code."""
    shown = _owned(uid)
    return _paper(shown, services.new_code(actor(), guest_uid))


@blueprint.post("/<uuid:uid>/guests/<uuid:guest_uid>/end")
@signed_in
def end_guest(uid: uuid.UUID, guest_uid: uuid.UUID) -> ResponseReturnValue:
    """End somebody now."""
    _owned(uid)
    services.end(actor(), guest_uid)
    flash(gettext("The guest was ended."), "success")
    return redirect(url_for("chat.room_guests", uid=uid))


@blueprint.get("/guests")
@requires(MANAGE_GUESTS)
def guests() -> str:
    """All guests of the organisations that the reader looks after."""
    who = actor()
    lines = queries.looked_after(who)
    names = org_tree(who.today)
    return render_template(
        "chat/guests.html",
        lines=lines,
        units={one.unit_id: names.path_name(one.unit_id) for one in lines},
        person_id=who.person_id,
    )


@blueprint.get("/guests.<format>")
@requires(MANAGE_GUESTS)
def export_guests(format: str) -> Response:  # noqa: A002  the word users know
    """The list."""
    return _export(gettext("Guests from outside"), queries.looked_after(actor()), format)


@blueprint.post("/guests/<uuid:guest_uid>/approve")
@requires(MANAGE_GUESTS)
def approve_guest(guest_uid: uuid.UUID) -> ResponseReturnValue:
    """Agree."""
    services.approve(actor(), guest_uid)
    flash(gettext("The guest may come now."), "success")
    return redirect(url_for("chat.guests"))


@blueprint.post("/guests/<uuid:guest_uid>/end")
@requires(MANAGE_GUESTS)
def end_any_guest(guest_uid: uuid.UUID) -> ResponseReturnValue:
    """End somebody now."""
    services.end(actor(), guest_uid)
    flash(gettext("The guest was ended."), "success")
    return redirect(url_for("chat.guests"))


def _owned(uid: uuid.UUID) -> RoomView:
    """A room whose guests the reader decides about. For everybody else there is no such page."""
    shown = rooms.one(actor(), uid)
    if not powers(actor(), shown).keeps:
        raise not_found()
    return shown


def _page(shown: RoomView, form: GuestForm) -> str:
    return render_template(
        "chat/room_guests.html",
        room=shown,
        form=form,
        lines=queries.of_room(actor(), shown),
        may_invite=services.may_invite(shown) and shown.archived_at is None,
        days=rules.value(GUEST_DAYS, shown.unit_id),
    )


def _paper(shown: RoomView, made: Invited) -> str:
    return render_template(
        "chat/invited.html",
        room=shown,
        guest=made.guest,
        code=made.code,
        address=url_for("guests.first_time", _external=True),
    )


def _export(title: str, lines: list[GuestLine], format: str) -> Response:  # noqa: A002  the word users know
    columns = [
        pgettext("guest", "Name"),
        pgettext("guest", "Organisation"),
        gettext("Room"),
        pgettext("guest", "State"),
        gettext("Last day"),
    ]
    rows = [[one.name, one.body, one.room_name, str(one.state.label), one.last_day] for one in lines]
    return table_response(title, columns, rows, format)
