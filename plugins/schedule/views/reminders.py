"""When one is reminded: of one event on its page, of all others in the settings."""

import uuid
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.schedule.enums import NO_REMINDER, REMINDER_LABELS, REMINDERS
from plugins.schedule.queries.reminders import chosen_by
from plugins.schedule.services import reminding
from plugins.schedule.views.blueprint import blueprint

AS_USUAL = "usual"


@blueprint.post("/<uuid:uid>/reminder")
@signed_in
def remind(uid: uuid.UUID) -> ResponseReturnValue:
    """Choose for one event."""
    reminding.choose(actor(), uid, _asked())
    flash(gettext("Your reminder was saved."), "success")
    return redirect(url_for("schedule.event", uid=uid))


@blueprint.post("/settings/reminder")
@signed_in
def save_habit() -> ResponseReturnValue:
    """Choose for all events."""
    reminding.choose_habit(actor(), _asked())
    flash(gettext("Your reminder was saved."), "success")
    return redirect(url_for("schedule.settings"))


def reminder_choices(who: Actor, event_id: int = 0) -> dict[str, Any]:
    """What can be chosen and what is, for an event or for all of them, as templates need it. One query."""
    chosen, usual = chosen_by(who, event_id)
    rule = reminding.rule_of(who.unit_id)
    if event_id:
        value, otherwise = chosen, usual if usual is not None else rule
    else:
        value, otherwise = usual, rule
    return {
        "reminder": AS_USUAL if value is None else value,
        "reminders": [
            (AS_USUAL, gettext("As usual (%(when)s)", when=_words(otherwise))),
            (NO_REMINDER, _words(NO_REMINDER)),
            *((minutes, _words(minutes)) for minutes in REMINDERS),
        ],
    }


def _words(minutes: int) -> str:
    return str(REMINDER_LABELS[minutes]) if minutes in REMINDER_LABELS else gettext("Not at all")


def _asked() -> int | None:
    value = request.form.get("minutes", "")
    if value == AS_USUAL:
        return None
    if not value.isdecimal() or len(value) > 6:
        raise Invalid(gettext("Please choose one of the list."), code="minutes")
    return int(value)
