"""House rules: shown before somebody uses the chat for the first time, then once for each new wording."""

import uuid

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from groupware.web.boundary import actor
from groupware.web.errors import is_fragment
from groupware.web.gate import signed_in
from plugins.chat.services import house_rules
from plugins.chat.views.blueprint import blueprint

COOKIE = "chat_rules"
"""Whose and which wording this browser knows to be seen, so that it is asked once and not for every page."""


def before_first_use(room: uuid.UUID | None = None) -> ResponseReturnValue | None:
    """Where to go first; None for who knows the rules, and where there are none."""
    who = actor()
    text = house_rules.text_for(who)
    if who.is_guest or not text or is_fragment() or cookie.get(COOKIE) == _mark(text):
        return None
    if house_rules.knows(who, text):
        cookie[COOKIE] = _mark(text)
        return None
    return redirect(url_for("chat.rules", room=room))


@blueprint.get("/rules")
@signed_in
def rules() -> ResponseReturnValue:
    """The text, and a button."""
    text = house_rules.text_for(actor())
    return render_template(
        "chat/rules.html",
        rules_text=text,
        digest=house_rules.digest_of(text),
        room=request.args.get("room", ""),
        is_known=not text or house_rules.knows(actor(), text),
    )


@blueprint.post("/rules")
@signed_in
def accept_rules() -> ResponseReturnValue:
    """Seen: on to where they wanted to go."""
    house_rules.accept(actor(), request.form.get("digest", ""))
    try:
        room = uuid.UUID(request.form.get("room", ""))
    except ValueError:
        return redirect(url_for("chat.index"))
    return redirect(url_for("chat.room", uid=room))


def _mark(text: str) -> str:
    return f"{actor().person_id}:{house_rules.digest_of(text)}"
