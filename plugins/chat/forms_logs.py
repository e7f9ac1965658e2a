"""The form by which an officer asks for a log export."""

from datetime import datetime, timedelta

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import InputRequired

from groupware.actor import Actor
from groupware.i18n import lazy_gettext, lazy_pgettext
from plugins.chat.forms_records import LAYOUT, instant, wall


class LogForm(FlaskForm):
    """From when to when, and why."""

    since = DateTimeLocalField(lazy_pgettext("period", "From"), [InputRequired()], format=LAYOUT)
    until = DateTimeLocalField(lazy_pgettext("period", "To"), [InputRequired()], format=LAYOUT)
    reason = TextAreaField(lazy_gettext("Reason"), [InputRequired()])

    def begin(self, actor: Actor) -> None:
        """Begin with today."""
        self.since.data = datetime.combine(actor.today, datetime.min.time())
        self.until.data = wall(actor.now)

    def span(self) -> tuple[datetime | None, datetime | None]:
        """What was typed; the minute named as the end is in the export."""
        until = instant(self.until.data)
        return instant(self.since.data), until + timedelta(minutes=1) if until is not None else None
