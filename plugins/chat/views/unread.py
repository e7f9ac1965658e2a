"""未読: what is unread in all one's rooms, on one page."""

from flask import render_template

from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.chat.queries.unread import ROOMS
from plugins.chat.queries.unread import unread as unread_of
from plugins.chat.views.blueprint import blueprint


@blueprint.get("/unread")
@signed_in
def unread() -> str:
    """Room by room, with the messages that reading would begin with. Looking reads nothing."""
    rooms, has_more = unread_of(actor())
    return render_template("chat/unread.html", rooms=rooms, has_more=has_more, most=ROOMS)
