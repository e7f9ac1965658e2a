"""The form of a template of rooms. It carries what was typed; the service decides whether it is right."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired

from groupware.directory.forms import PickerField
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.records.periods import PERIOD_LABELS
from plugins.chat.forms import INVITED, OPEN
from plugins.chat.forms_periods import BY_RULE, chosen_period
from plugins.chat.queries.room_templates import Template
from plugins.chat.services.room_templates import TemplatePlan


class RoomTemplateForm(FlaskForm):
    """What a room begins with. For whom it is, is chosen once."""

    title = StringField(lazy_gettext("Name of the template"), [InputRequired()])
    unit_id = SelectField(lazy_gettext("Offered to"), coerce=int, validate_choice=False, default=0)
    room_name = StringField(lazy_gettext("Proposed name of the room"), [InputRequired()])
    purpose = TextAreaField(lazy_gettext("Purpose"))
    is_open = RadioField(
        lazy_gettext("Who gets in"),
        choices=[
            SelectChoice(value=INVITED, label=lazy_gettext("By invitation: only those who were added")),
            SelectChoice(value=OPEN, label=lazy_gettext("Open: any member of staff can find it and join")),
        ],
        default=INVITED,
    )
    shows_past = BooleanField(lazy_gettext("Those who join later can read earlier messages"), default=True)
    is_text_only = BooleanField(lazy_gettext("Text only: nobody sends files"))
    kept_for = SelectField(
        lazy_gettext("Retention period"),
        choices=[
            SelectChoice(value=BY_RULE, label=lazy_gettext("As the rule of the organisation says")),
            *(SelectChoice(value=str(one), label=label) for one, label in PERIOD_LABELS.items()),
        ],
        default=BY_RULE,
    )
    brings_unit = BooleanField(lazy_gettext("The organisation of whoever opens the room"))
    members = PickerField(lazy_gettext("Further proposed members"), mode="principals")
    welcome = TextAreaField(lazy_gettext("First message, pinned"))
    note_title = StringField(lazy_pgettext("note template", "Title of notes"))
    note_text = TextAreaField(lazy_pgettext("note template", "What new notes begin with"))
    version = HiddenField(default="0")

    def offer(self, units: Sequence[tuple[int, str]]) -> None:
        """The organisations for which it may be kept."""
        self.unit_id.choices = [SelectChoice(value=key, label=name) for key, name in units]

    def show(self, template: Template) -> None:
        """Fill in what a template says."""
        for name in ("title", "room_name", "purpose", "shows_past", "is_text_only", "brings_unit", "welcome"):
            self[name].data = getattr(template, name)
        self.note_title.data, self.note_text.data = template.note_title, template.note_text
        self.is_open.data = OPEN if template.is_open else INVITED
        self.kept_for.data = BY_RULE if template.kept_for is None else str(template.kept_for)
        self.members.data, self.version.data = list(template.members), str(template.version)

    @property
    def seen(self) -> int:
        """The version that was read."""
        version = self.version.data or ""
        return int(version) if version.isdecimal() and len(version) < 10 else 0

    def plan(self) -> TemplatePlan:
        """What was typed."""
        return TemplatePlan(
            title=self.title.data or "",
            room_name=self.room_name.data or "",
            unit_id=self.unit_id.data or None,
            purpose=self.purpose.data or "",
            is_open=self.is_open.data == OPEN,
            shows_past=bool(self.shows_past.data),
            is_text_only=bool(self.is_text_only.data),
            kept_for=chosen_period(self.kept_for.data),
            brings_unit=bool(self.brings_unit.data),
            members=self.members.data or (),
            welcome=self.welcome.data or "",
            note_title=self.note_title.data or "",
            note_text=self.note_text.data or "",
        )


__all__ = ["RoomTemplateForm"]
