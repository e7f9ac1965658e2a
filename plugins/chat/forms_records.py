"""The form by which messages are kept as a record."""

from datetime import datetime, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired

from groupware import clock
from groupware.actor import Actor
from groupware.guards import zoning
from groupware.guards.enums import Label
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.records.periods import period_words
from plugins.chat.queries.rooms import RoomView
from plugins.chat.services.records import YEARS, RecordPlan

LAYOUT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class RecordForm(FlaskForm):
    """What the record is called, from when to when, how confidential it is, and for how long it is kept."""

    title = StringField(lazy_gettext("Title"), [InputRequired()])
    since = DateTimeLocalField(lazy_pgettext("period", "From"), [InputRequired()], format=LAYOUT)
    until = DateTimeLocalField(lazy_pgettext("period", "To"), [InputRequired()], format=LAYOUT)
    with_notes = BooleanField(lazy_gettext("With the notes for these days"))
    classification = SelectField(lazy_gettext("Confidentiality"))
    years = SelectField(lazy_pgettext("chat record", "Retention"), coerce=int, default=3)

    def offer(self, actor: Actor, room: RoomView) -> None:
        """Offer what the room allows, and begin with today."""
        self.classification.choices = [
            SelectChoice(value=one.value, label=one.label)
            for one in Label
            if one.value in zoning.labels_of(actor) and one.value >= room.classification
        ]
        self.years.choices = [SelectChoice(value=one, label=period_words(one)) for one in YEARS]
        if not self.is_submitted():
            self.title.data = room.title
            self.since.data = datetime.combine(actor.today, datetime.min.time())
            self.until.data = wall(actor.now)
            self.classification.data = room.classification

    def plan(self) -> RecordPlan:
        """What was typed. The minute named as the end is in the record."""
        until = instant(self.until.data)
        return RecordPlan(
            title=self.title.data or "",
            since=instant(self.since.data),
            until=until + timedelta(minutes=1) if until is not None else None,
            classification=self.classification.data or "",
            years=self.years.data,
            with_notes=bool(self.with_notes.data),
        )


def wall(at: datetime) -> datetime:
    """What a clock in the municipality shows at an instant, to the minute."""
    return clock.local(at).replace(tzinfo=None, second=0, microsecond=0)


def instant(shown: Any) -> datetime | None:
    """The instant at which it shows that; None for nothing."""
    return clock.at(shown.date(), shown.time()) if isinstance(shown, datetime) else None
