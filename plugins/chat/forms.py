"""Forms of the chat. They carry what was typed; the services decide whether it is right."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import DataRequired, InputRequired, Optional

from groupware.attachments.forms import FilesField
from groupware.directory.forms import PickerField
from groupware.i18n import lazy_gettext, lazy_pgettext
from plugins.chat.enums import Role
from plugins.chat.forms_periods import BY_RULE, period_choices
from plugins.chat.queries.room_templates import Template

OPEN, INVITED = "open", "invited"


class RoomForm(FlaskForm):
    """A room: what it is called, what for, who finds it. Members and the past are chosen once, when it is opened."""

    name = StringField(lazy_gettext("Name of the room"), [InputRequired()])
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
    ends_on = DateField(lazy_gettext("Last day of the project"), [Optional()])
    kept_for = SelectField(lazy_gettext("Retention period"), default=BY_RULE, validate_choice=False)
    is_text_only = BooleanField(lazy_gettext("Text only: nobody sends files"))
    welcome = TextAreaField(lazy_gettext("First message, pinned"))
    with_note = BooleanField(lazy_gettext("With the template for notes"), default=False)
    template = HiddenField()
    members = PickerField(lazy_gettext("Members"), mode="principals")
    version = HiddenField(default="0")

    def show(self, template: Template) -> None:
        """Fill in what a template says."""
        self.name.data, self.purpose.data, self.welcome.data = (
            template.room_name,
            template.purpose,
            template.welcome,
        )
        self.is_open.data = OPEN if template.is_open else INVITED
        self.shows_past.data, self.is_text_only.data = template.shows_past, template.is_text_only
        self.kept_for.data = BY_RULE if template.kept_for is None else str(template.kept_for)
        self.members.data = list(template.members)
        self.with_note.data, self.template.data = bool(template.note_title), str(template.uid)

    def offer_periods(self, periods: Sequence[int], by_rule: int) -> None:
        """For how long the room may be kept."""
        self.kept_for.choices = period_choices(periods, by_rule)

    @property
    def lets_all_in(self) -> bool:
        """Whether anybody may join."""
        return bool(self.is_open.data == OPEN)


class MembersForm(FlaskForm):
    """Whom to add, and as what."""

    members = PickerField(
        lazy_gettext("People, organisations, posts"),
        [DataRequired(lazy_gettext("Please choose at least one."))],
        mode="principals",
    )
    role = SelectField(lazy_pgettext("chat room", "Role"), coerce=int, default=Role.MEMBER.value)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.role.choices = [SelectChoice(value=one.value, label=one.label) for one in Role]


class FilesForm(FlaskForm):
    """The files of a message."""

    files = FilesField(lazy_pgettext("chat", "Files"))


class ForwardForm(FlaskForm):
    """Where a message is to be said again: in one of the rooms in which one writes, or to a person."""

    room = SelectField(lazy_gettext("Room"), default="", validate_choice=False)
    person = PickerField(lazy_gettext("Or a person"), is_multiple=False)
    comment = TextAreaField(lazy_gettext("Comment"))
    key = HiddenField()


class PersonForm(FlaskForm):
    """The other one of a talk of two."""

    person = PickerField(
        lazy_gettext("Person"),
        [DataRequired(lazy_gettext("Please choose a person."))],
        is_multiple=False,
    )
