"""The chat on every page: the number at its menu item, the panel beside the page, rooms on the portal. Scripts ask for each."""

import uuid

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue

from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.chat.queries import own_rooms, rooms
from plugins.chat.services import house_rules
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.conversation import shown_page

ON_PORTAL = 6
"""Rooms that the portal shows."""
IN_PANEL = 60


@blueprint.get("/count")
@signed_in
def count() -> ResponseReturnValue:
    """In how many rooms something is unread."""
    answer = jsonify(count=own_rooms.unread_rooms(actor()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/panel")
@signed_in
def panel() -> str:
    """One's rooms beside another page."""
    who, text = actor(), house_rules.text_for(actor())
    if text and not house_rules.knows(who, text):
        return render_template("chat/_panel_rules.html")
    shown = sorted(own_rooms.mine(who), key=lambda one: not one.unread)[:IN_PANEL]
    return render_template("chat/_panel.html", lines=shown)


@blueprint.get("/<uuid:uid>/panel")
@signed_in
def panel_room(uid: uuid.UUID) -> str:
    """A room beside another page: the same as on its own."""
    return shown_page(rooms.one(actor(), uid), is_panel=True)


@blueprint.get("/portlet")
@signed_in
def portlet() -> str:
    """The rooms with something unread, then those where something was said last."""
    lines = own_rooms.mine(actor())
    shown = sorted(lines, key=lambda one: not one.unread or one.is_muted)[:ON_PORTAL]
    unread = [one for one in lines if one.unread and not one.is_muted]
    further = max(0, len(unread) - len(shown))
    return render_template("chat/_portlet_list.html", lines=shown, further=further)
