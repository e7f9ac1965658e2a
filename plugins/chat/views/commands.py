"""Commands in the field of a room: the list that is offered behind a `/`."""

import uuid

from flask import render_template, request

from groupware import slash
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.chat.queries import rooms
from plugins.chat.queries.rooms import not_found
from plugins.chat.services.commanding import offered
from plugins.chat.views.blueprint import blueprint

LONGEST = 20
"""Characters behind a slash that can be the name of a command."""


@blueprint.get("/<uuid:uid>/commands")
@signed_in
def commands(uid: uuid.UUID) -> str:
    """The commands that somebody may mean who has typed `?q=` behind a slash, as options of a list."""
    shown = rooms.one(actor(), uid)
    if not shown.may_send:
        raise not_found()
    query = request.args.get("q", "")[:LONGEST]
    found = [
        {"value": one.id, "label": slash.word(one, query), "takes": one.takes, "title": one.title}
        for one in slash.beginning(offered(actor(), shown), query)
    ]
    return render_template("chat/_commands.html", found=found)
