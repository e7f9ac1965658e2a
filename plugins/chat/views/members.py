"""Who is in a room, as what."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from groupware.web.refusals import show_refusal
from plugins.chat.enums import Role
from plugins.chat.forms import MembersForm
from plugins.chat.queries import rooms
from plugins.chat.queries.directory import members as members_of
from plugins.chat.queries.rooms import RoomView
from plugins.chat.services import members as services
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.powers import powers


@blueprint.get("/<uuid:uid>/members")
@signed_in
def members(uid: uuid.UUID) -> str:
    """The list."""
    return _page(rooms.one(actor(), uid), MembersForm(None))


@blueprint.post("/<uuid:uid>/members")
@signed_in
def add_members(uid: uuid.UUID) -> ResponseReturnValue:
    """Let more in."""
    shown, form = rooms.one(actor(), uid), MembersForm()
    if not form.validate():
        return _page(shown, form), 422
    try:
        chosen = [one.id for one in form.members.principals(actor())]
        services.add(actor(), uid, chosen, Role(form.role.data))
    except Invalid as error:
        show_refusal(form, error)
        return _page(shown, form), 422
    form.members.remember(actor())
    flash(gettext("The members were added."), "success")
    return redirect(url_for("chat.members", uid=uid))


@blueprint.post("/<uuid:uid>/members/<int:member_id>/role")
@signed_in
def change_role(uid: uuid.UUID, member_id: int) -> ResponseReturnValue:
    """Make somebody something else."""
    role = request.form.get("role", 0, type=int)
    if role not in set(Role):
        raise Invalid(gettext("There is no such role."), code="role")
    services.change_role(actor(), uid, member_id, Role(role))
    flash(gettext("The role was changed."), "success")
    return redirect(url_for("chat.members", uid=uid))


@blueprint.post("/<uuid:uid>/members/<int:member_id>/remove")
@signed_in
def remove_member(uid: uuid.UUID, member_id: int) -> ResponseReturnValue:
    """Take somebody out."""
    services.remove(actor(), uid, member_id)
    flash(gettext("The member was taken out of the room."), "success")
    return redirect(url_for("chat.members", uid=uid))


def _page(shown: RoomView, form: MembersForm) -> str:
    mine = powers(actor(), shown)
    return render_template(
        "chat/members.html",
        room=shown,
        form=form,
        members=members_of(shown),
        roles=[(one.value, one.label) for one in Role],
        may_add=mine.moderates and shown.archived_at is None,
        may_decide=mine.keeps and shown.archived_at is None,
    )
