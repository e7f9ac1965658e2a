"""Rooms that nobody looks after: for those who decide about the rooms of an organisation."""

import uuid
from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock
from groupware.directory.tree import org_tree
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.chat.queries import keeping as queries
from plugins.chat.queries.rooms import not_found
from plugins.chat.services import adopting, rooms
from plugins.chat.views.blueprint import blueprint

EXPORTED = 5000


@blueprint.get("/neglected")
@signed_in
def neglected() -> str:
    """The most silent first."""
    _require_keeper()
    found, after = queries.neglected(actor(), _after())
    next_url = None
    if after is not None:
        next_url = url_for("chat.neglected", at=after[0].isoformat(), after=after[1])
    return render_template(
        "chat/neglected.html",
        rooms=found,
        unit_name=_unit_name,
        next_url=next_url,
        silent=queries.silent_since(actor()),
    )


@blueprint.get("/neglected.<format>")
@signed_in
def export_neglected(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    _require_keeper()
    found, _ = queries.neglected(actor(), most=EXPORTED)
    columns = [
        gettext("Room"),
        gettext("Responsible organisation"),
        gettext("Members"),
        gettext("Last message"),
        gettext("Has an owner"),
    ]
    rows = [[one.name, _unit_name(one.unit_id), one.people, one.last_at, one.has_owner] for one in found]
    return table_response(gettext("Rooms to look after"), columns, rows, format)


@blueprint.post("/neglected/<uuid:uid>/adopt")
@signed_in
def adopt(uid: uuid.UUID) -> ResponseReturnValue:
    """Become its owner."""
    adopting.adopt(actor(), uid)
    flash(gettext("You own this room now."), "success")
    return redirect(url_for("chat.room", uid=uid))


@blueprint.post("/neglected/<uuid:uid>/archive")
@signed_in
def close_neglected(uid: uuid.UUID) -> ResponseReturnValue:
    """Archive it and stay in the list."""
    rooms.archive(actor(), uid)
    flash(gettext("The room was archived."), "success")
    return redirect(url_for("chat.neglected"))


def _after() -> tuple[datetime, int] | None:
    at, room_id = clock.instant_of(request.args.get("at", "")), request.args.get("after", type=int)
    return (at, room_id) if at is not None and room_id is not None else None


def _require_keeper() -> None:
    if not queries.may_keep_order(actor()):
        raise not_found()


def _unit_name(unit_id: int | None) -> str:
    tree = org_tree(actor().today)
    return tree.path_name(unit_id) if unit_id is not None and unit_id in tree else ""
