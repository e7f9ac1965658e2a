"""One event: look at it, cancel it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock, rules
from groupware.actor import Actor
from groupware.calendar.recurrence import in_words
from groupware.capabilities import Held
from groupware.directory.picking import choices_of
from groupware.directory.queries.roll import roll
from groupware.guards import labels
from groupware.i18n import current_locale, gettext
from groupware.web.boundary import actor, afterwards
from groupware.web.gate import signed_in
from plugins.schedule.enums import Answer, Visibility
from plugins.schedule.models import Event
from plugins.schedule.queries import events
from plugins.schedule.queries.events import Opened, opened
from plugins.schedule.queries.kinds import kinds
from plugins.schedule.rules import CHANGING
from plugins.schedule.services import events as services
from plugins.schedule.services.content import Content
from plugins.schedule.services.rooms import held
from plugins.schedule.services.spanning import next_of, occurrence_at
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.wording import when


@blueprint.get("/<uuid:uid>")
@signed_in
def event(uid: uuid.UUID) -> str:
    """The event with its people and history; time and title alone where that is all that others see."""
    found = opened(actor(), uid)
    shown = found.event
    who = actor()
    if labels.consequences(shown.classification, shown.unit_id).is_audited:
        afterwards(lambda: labels.note_view(who, shown))
    starts_at, ends_at = asked_occurrence(found)
    return render_template(
        "schedule/event.html",
        found=found,
        event=shown,
        when=when(shown, starts_at, ends_at),
        starts_at=starts_at,
        recurrence=_recurrence_words(found),
        kind=kinds().get(shown.kind_id) if shown.kind_id is not None else None,
        visibility=Visibility(shown.visibility),
        **(_people(found) if found.is_full else {}),
    )


def asked_occurrence(found: Opened) -> tuple[datetime, datetime]:
    """The occurrence in the address, the next one without; the first where all are over."""
    shown = found.event
    try:
        asked = datetime.fromisoformat(request.args.get("at", ""))
    except ValueError:
        asked = None
    if asked is not None and shown.is_series and asked.tzinfo is None:
        one = occurrence_at(shown, asked)
        if one is not None:
            return one.starts_at, one.ends_at
    following = next_of(shown, actor().now) if shown.is_series else None
    return (following.starts_at, following.ends_at) if following else (shown.starts_at, shown.ends_at)


def _recurrence_words(found: Opened) -> str:
    recurrence = Content.of(found.event).recurrence() if found.is_full and found.event.is_series else None
    return in_words(recurrence, current_locale.get()) if recurrence is not None else ""


def _people(found: Opened) -> dict[str, Any]:
    shown = found.event
    who = actor()
    known = events.names([shown.organiser_id, shown.created_by])
    people = events.participants(shown.id)
    unit = roll().tree.get(shown.calendar_unit_id)
    return {
        "organiser": known.get(shown.organiser_id),
        "entered_by": known.get(shown.created_by) if shown.created_by != shown.organiser_id else None,
        "participants": people,
        "invited": choices_of(ref.value for ref in events.invited(shown.id)),
        "guests": events.guests(shown.id),
        "viewers": choices_of(ref.value for ref in events.viewers(shown.id))
        if shown.visibility == Visibility.CHOSEN
        else [],
        "calendar": unit.name if unit is not None else "",
        "history": events.history(shown.id),
        "rooms": rooms_of(who, shown),
        "answers": Answer,
        "may_change": events.may_change(
            who, shown, has_participants_right=bool(rules.value(CHANGING, shown.unit_id))
        ),
    }


def rooms_of(who: Actor, shown: Event) -> list[Held]:
    """What the event holds, each facility once: at the next of its times."""
    found: dict[uuid.UUID, Held] = {}
    for one in held(who, shown):
        if one.facility not in found or found[one.facility].ends_at <= who.now:
            found[one.facility] = one
    return list(found.values())


@blueprint.post("/<uuid:uid>/cancel")
@signed_in
def cancel(uid: uuid.UUID) -> ResponseReturnValue:
    """Take it out of all calendars."""
    cancelled = services.cancel(actor(), uid)
    flash(gettext("“%(title)s” was deleted.", title=cancelled.title), "success")
    day = clock.local(max(cancelled.starts_at, actor().now - timedelta(days=366))).date()
    return redirect(url_for("schedule.index", day=day.isoformat()))
