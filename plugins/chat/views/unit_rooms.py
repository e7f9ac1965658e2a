"""組織ルーム: the standing room of one's own organisation, and of all below one that somebody looks after."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import access
from groupware.i18n import gettext, ngettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.chat.permissions import MANAGE_UNIT_ROOMS
from plugins.chat.queries import unit_rooms as queries
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import unit_rooms as services
from plugins.chat.views.blueprint import blueprint


@blueprint.post("/unit-rooms/<int:unit_id>")
@signed_in
def open_unit_room(unit_id: int) -> ResponseReturnValue:
    """The room of one's own organisation, found or made."""
    uid = services.open_own(actor(), unit_id, with_below=request.form.get("with_below") == "1")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.get("/unit-rooms")
@signed_in
def unit_rooms() -> str:
    """The organisations within reach, and which have a room."""
    if not access.holds_somewhere(actor(), MANAGE_UNIT_ROOMS):
        raise not_found()
    units = queries.kept_units(actor())
    return render_template(
        "chat/unit_rooms.html",
        units=units,
        to_open=[one for one in units if not one.has_room and one.head],
        unit_options=[(one.unit_id, one.name) for one in units],
    )


@blueprint.get("/unit-rooms.<format>")
@signed_in
def export_unit_rooms(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a list."""
    if not access.holds_somewhere(actor(), MANAGE_UNIT_ROOMS):
        raise not_found()
    columns = [gettext("Organisation"), gettext("Has a room"), gettext("At its head")]
    rows = [[one.name, one.has_room, one.head] for one in queries.kept_units(actor())]
    return table_response(gettext("Rooms of organisations"), columns, rows, format)


@blueprint.post("/unit-rooms")
@signed_in
def open_unit_rooms() -> ResponseReturnValue:
    """Have the rooms opened that an organisation and those below it do not have."""
    number = services.ask_below(actor(), request.form.get("unit_id", 0, type=int))
    if number:
        words = ngettext("%(num)d room is being opened.", "%(num)d rooms are being opened.", number)
        flash(words, "success")
    else:
        flash(gettext("All of these organisations have a room, or nobody at their head."), "info")
    return redirect(url_for("chat.unit_rooms"))
