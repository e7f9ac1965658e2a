"""Whom a message can be addressed to, and what is addressed to oneself."""

import uuid

from flask import render_template, request

from groupware.web.boundary import actor
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.queries import rooms
from plugins.chat.queries.mentionable import suggestions
from plugins.chat.queries.mentions import addressed_to
from plugins.chat.queries.rooms import not_found
from plugins.chat.services.mentions import may_address_all
from plugins.chat.views.blueprint import blueprint

LONGEST = 50
"""Characters behind an @ that can be somebody's name."""


@blueprint.get("/addressed")
@signed_in
def addressed() -> str:
    """自分宛て: what names the reader, in all their rooms."""
    lines, before = addressed_to(actor(), request.args.get("before", type=int))
    return render_template(
        "chat/addressed.html", lines=lines, before=before, is_first="before" not in request.args
    )


@blueprint.get("/<uuid:uid>/mentionable")
@open_to_guests
@signed_in
def mentionable(uid: uuid.UUID) -> str:
    """Whom somebody may mean who has typed `?q=` behind an @, as options of a list."""
    shown = rooms.one(actor(), uid)
    if not shown.may_send:
        raise not_found()
    found = suggestions(
        actor(), shown, request.args.get("q", "")[:LONGEST], may_address_all=may_address_all(shown)
    )
    return render_template("chat/_mentionable.html", choices=found)
