"""Rooms and equipment in the form of an event: what is chosen, and what is free at its time."""

from collections.abc import Sequence

from flask import render_template

from groupware.actor import Actor
from groupware.capabilities import Offer, Question, Span, reservable
from groupware.db import unit
from groupware.web.boundary import actor
from groupware.web.gate import own_units, signed_in
from plugins.schedule.forms import EventForm
from plugins.schedule.views.blueprint import blueprint

OFFERED = 12


@blueprint.post("/rooms")
@own_units
@signed_in
def rooms() -> str:
    """What is chosen and what is free at the time in the form. Reads only, although it is sent by POST."""
    with unit("read"):
        form = EventForm()
        return render_template("schedule/_rooms.html", form=form, rooms=room_choices(actor(), form))


def room_choices(who: Actor, form: EventForm) -> tuple[Sequence[Offer], Sequence[Offer]]:
    """(chosen, free and not chosen): facilities for the first occurrence of what the form says."""
    lender, chosen = reservable(who), form.room_uids
    content = form.content()
    is_time = content.starts_at < content.ends_at
    times = [Span(content.starts_at, content.ends_at)] if is_time else []
    mine = lender.choices(who, Question(uids=chosen, times=times, limit=len(chosen))) if chosen else ()
    if not times:
        return mine, ()
    question = Question(
        text=form.room_text.data or "", times=times, only_free=True, limit=OFFERED + len(chosen)
    )
    free = [one for one in lender.choices(who, question) if one.uid not in chosen and one.can_book]
    return mine, free[:OFFERED]
