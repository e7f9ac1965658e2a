"""Forms of the enquiry desks. They carry what was typed; the services decide whether it is right."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired

from groupware.i18n import lazy_gettext, lazy_pgettext


class DeskForm(FlaskForm):
    """A desk: whose, and what may be asked. Whose is chosen once."""

    unit_id = SelectField(lazy_gettext("Organisation"), coerce=int, validate_choice=False, default=0)
    welcome = TextAreaField(lazy_gettext("What may be asked here"))
    version = HiddenField(default="0")

    def offer(self, units: Sequence[tuple[int, str]]) -> None:
        """The organisations that may be chosen."""
        self.unit_id.choices = [SelectChoice(value=key, label=name) for key, name in units]


class AskForm(FlaskForm):
    """A question to a section. `key` is the same however often it is sent."""

    subject = StringField(lazy_pgettext("enquiry", "Subject"), [InputRequired()])
    text = TextAreaField(lazy_pgettext("enquiry", "Question"), [InputRequired()])
    key = HiddenField()


__all__ = ["AskForm", "DeskForm"]
