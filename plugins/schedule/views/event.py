"""One event: look at it, cancel it."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock, rules
from groupware.actor import Actor
from groupware.attachments.queries import shown_files
from groupware.calendar.recurrence import Occurrence, in_words
from groupware.capabilities import Held
from groupware.directory.picking import choices_of
from groupware.directory.queries.roll import roll
from groupware.errors import Invalid
from groupware.guards import labels
from groupware.i18n import current_locale, gettext
from groupware.notifications.services import read_about
from groupware.web.boundary import actor, afterwards, signed_in_person
from groupware.web.gate import signed_in
from plugins.schedule.enums import OWNER, Answer, Visibility
from plugins.schedule.models import Event
from plugins.schedule.notifications import KINDS
from plugins.schedule.queries import events
from plugins.schedule.queries.events import Opened, opened
from plugins.schedule.queries.kinds import kinds
from plugins.schedule.queries.secretaries import served
from plugins.schedule.rules import CHANGING
from plugins.schedule.services import answering, series
from plugins.schedule.services import events as services
from plugins.schedule.services.content import recurrence_of
from plugins.schedule.services.rooms import held
from plugins.schedule.services.spanning import next_of, occurrence_at
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.reminders import reminder_choices
from plugins.schedule.views.talk import talk_of
from plugins.schedule.wording import when, when_of

ONE, FOLLOWING = "one", "following"
"""What of a series is meant; anything else is all of it."""


@blueprint.get("/<uuid:uid>")
@signed_in
def event(uid: uuid.UUID) -> str:
    """The event with its people and history; time and title alone where that is all that others see."""
    found = opened(actor(), uid)
    shown = found.event
    who = actor()
    if labels.consequences(shown.classification, shown.unit_id).is_audited:
        afterwards(lambda: labels.note_view(who, shown))
    one = asked_occurrence(found)
    signed_in = signed_in_person()
    if signed_in is not None and signed_in.unread_notices:
        afterwards(lambda: read_about(who, KINDS, shown.id))
    return render_template(
        "schedule/event.html",
        found=found,
        event=shown,
        when=when(shown, one.starts_at, one.ends_at),
        starts_at=one.starts_at,
        original=one.original.isoformat(timespec="minutes") if shown.is_series else "",
        recurrence=_recurrence_words(found),
        kind=kinds().get(shown.kind_id) if shown.kind_id is not None else None,
        visibility=Visibility(shown.visibility),
        **(_people(found) | talk_of(found) if found.is_full else {}),
    )


def original_in(values: Mapping[str, str]) -> datetime | None:
    """The occurrence of a series that an address or a form names, by the clock on the wall."""
    try:
        asked = datetime.fromisoformat(values.get("at", ""))
    except ValueError:
        return None
    return asked if asked.tzinfo is None else None


def asked_occurrence(found: Opened) -> Occurrence:
    """The occurrence in the address, the next one without; the first where all are over."""
    shown = found.event
    if shown.is_series:
        asked = original_in(request.args)
        one = occurrence_at(shown, asked) if asked is not None else next_of(shown, actor().now)
        if one is not None:
            return one
    return Occurrence(shown.starts_at, shown.ends_at, clock.local(shown.starts_at).replace(tzinfo=None))


def _recurrence_words(found: Opened) -> str:
    recurrence = recurrence_of(found.event) if found.is_full else None
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
        "engaged": choices_of(ref.value for ref in events.engaged(shown.id)),
        "calendar": unit.name if unit is not None else "",
        "history": events.history(shown.id),
        "rooms": rooms_of(who, shown),
        "files": shown_files(OWNER, [shown.id])[shown.id] if shown.file_count else [],
        "answers": {one.value: one.label for one in Answer},
        **(reminder_choices(who, shown.id) if any(row.person_id == who.person_id for row in people) else {}),
        "my_answer": next((row.answer for row in people if row.person_id == who.person_id), None),
        "answered_for": [row for row in people if row.person_id in served(who)],
        "is_organiser": who.person_id == shown.organiser_id,
        "series": events.series_of(shown),
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


@blueprint.post("/<uuid:uid>/answer")
@signed_in
def answer(uid: uuid.UUID) -> ResponseReturnValue:
    """Take part or stay away."""
    said = request.form.get("answer", "")
    if said not in set(Answer):
        raise Invalid(gettext("There is no such answer."), code="answer")
    asked = request.form.get("for", type=int)
    answering.answer(actor(), uid, Answer(said), person_id=asked)
    flash(gettext("Your answer was recorded."), "success")
    return redirect(url_for("schedule.event", uid=uid))


@blueprint.post("/<uuid:uid>/move")
@signed_in
def move(uid: uuid.UUID) -> Response:
    """Give it another time, as dragging does: {"starts", "ends"} by the clock on the wall, and the version that was seen.

    Of a series one occurrence is moved, which "at" names; it is an event of its own then, with the uid that is answered.
    """
    sent: Any = request.get_json(silent=True)
    starts_at, ends_at = (_instant(sent, name) for name in ("starts", "ends"))
    version = sent.get("version") if isinstance(sent, dict) else None
    if starts_at is None or ends_at is None or not isinstance(version, int):
        raise Invalid(gettext("The event could not be moved."), code="move")
    original = original_in({"at": str(sent.get("at") or "")})
    if original is not None:
        moved = series.move_one(actor(), uid, original, starts_at, ends_at, version=version)
        said = gettext(
            "“%(title)s” was moved to %(when)s, this time only.", title=moved.title, when=when_of(moved)
        )
    else:
        moved = services.move(actor(), uid, starts_at, ends_at, version=version)
        said = gettext("“%(title)s” was moved to %(when)s.", title=moved.title, when=when_of(moved))
    return jsonify(uid=str(moved.uid), version=moved.version, message=said)


def _instant(sent: Any, name: str) -> datetime | None:
    try:
        wall = datetime.fromisoformat(sent[name])
    except (KeyError, TypeError, ValueError):
        return None
    return clock.at(wall.date(), wall.time())


@blueprint.post("/<uuid:uid>/cancel")
@signed_in
def cancel(uid: uuid.UUID) -> ResponseReturnValue:
    """Take it out of all calendars: all of it, one occurrence, or one and all that follow."""
    original, scope = original_in(request.form), request.form.get("scope", "")
    if scope == ONE and original is not None:
        cancelled = series.cancel_one(actor(), uid, original)
    elif scope == FOLLOWING and original is not None:
        cancelled = series.cancel_following(actor(), uid, original)
    else:
        cancelled = services.cancel(actor(), uid)
    flash(gettext("“%(title)s” was deleted.", title=cancelled.title), "success")
    day = clock.local(max(cancelled.starts_at, actor().now - timedelta(days=366))).date()
    return redirect(url_for("schedule.index", day=day.isoformat()))
