"""The form that lets a program speak in a room."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from groupware.i18n import lazy_gettext, lazy_pgettext, ngettext
from plugins.chat.services.webhooks import NAME_LENGTH, NOTE_LENGTH, longest_days

LIVES = (30, 90, 180, 366, 731, 1096)
"""Days that a webhook may hold, as far as the rule allows."""


class WebhookForm(FlaskForm):
    """What the program is called, what it is for, until when."""

    name = StringField(
        lazy_pgettext("webhook", "Name of the sender"),
        [InputRequired(lazy_gettext("Please enter a name."))],
        render_kw={"maxlength": NAME_LENGTH},
    )
    note = TextAreaField(lazy_pgettext("webhook", "Note"), render_kw={"maxlength": NOTE_LENGTH})
    days = SelectField(lazy_gettext("Holds for"), default="366")

    def offer(self, unit_id: int | None) -> "WebhookForm":
        """Let the days be chosen that the rule of the organisation allows."""
        longest = longest_days(unit_id)
        offered = [days for days in LIVES if days <= longest] or [longest]
        self.days.choices = [
            (str(days), str(ngettext("%(num)s day", "%(num)s days", days))) for days in offered
        ]
        return self


__all__ = ["WebhookForm"]
