"""Forms of deliveries: arrival, publication, who may look on."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired, ValidationError

from groupware import clock
from groupware.directory.delivery.reading import CP932, UTF_8
from groupware.directory.forms import DayField, PickerField
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext

LAYOUT = "%Y-%m-%dT%H:%M"
"""How browsers send a field of type datetime-local."""


class FilesRequired:
    """At least one file was sent."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Raise unless there is one."""
        if not any(file and file.filename for file in field.data or ()):
            raise ValidationError(gettext("Please choose the files."))


class DeliveryForm(FlaskForm):
    """A delivery on its way in."""

    title = StringField(lazy_gettext("Title"), [InputRequired(lazy_gettext("Please enter a title."))])
    effective_on = DayField(
        lazy_gettext("Effective day"),
        [InputRequired(lazy_gettext("Please enter the effective day."))],
        description=lazy_gettext(
            "The files are the complete state from this day on. Example: 2026-04-01 or R8.4.1"
        ),
    )
    files = MultipleFileField(
        lazy_gettext("Files"),
        [FilesRequired()],
        description=lazy_gettext(
            "units.csv, posts.csv, people.csv, appointments.csv, and duties.csv if there is one; or a zip of them."
        ),
    )
    encoding = SelectField(
        lazy_gettext("Character encoding"),
        choices=[
            SelectChoice("", lazy_gettext("Recognise by itself")),
            SelectChoice(UTF_8, "UTF-8"),
            SelectChoice(CP932, "Shift_JIS (CP932)"),
        ],
    )
    co_loaders = PickerField(
        lazy_gettext("Who else may see it before publication"),
        description=lazy_gettext("They need the right to load deliveries as well."),
    )

    @property
    def contents(self) -> dict[str, bytes]:
        """File name → content."""
        return {file.filename: file.read() for file in self.files.data or () if file and file.filename}


class PublicationForm(FlaskForm):
    """When a delivery is published."""

    when = RadioField(
        lazy_gettext("Publication"),
        choices=[
            SelectChoice("at", lazy_gettext("At the date and time below")),
            SelectChoice("now", lazy_pgettext("delivery", "At once")),
        ],
        default="at",
    )
    at = StringField(lazy_gettext("Publication time"))

    def instant(self, zone: ZoneInfo) -> datetime | None:
        """The chosen time; None is at once. Only after `validate`."""
        if self.when.data == "now":
            return None
        return datetime.strptime(str(self.at.data), LAYOUT).replace(tzinfo=zone)

    def validate_at(self, field: Any) -> None:
        """A date and a time to come, unless it is at once."""
        if self.when.data == "now":
            return
        try:
            chosen = datetime.strptime(str(field.data or ""), LAYOUT).replace(tzinfo=clock.DEFAULT_ZONE)
        except ValueError:
            raise ValidationError(gettext("Please enter the date and time of the publication.")) from None
        if chosen.year < 2000:
            raise ValidationError(gettext("Please enter the date and time of the publication."))


class LoadersForm(FlaskForm):
    """Who may see a delivery beside the one who loaded it."""

    co_loaders = PickerField(lazy_gettext("Who else may see it before publication"))


__all__ = ["DeliveryForm", "LoadersForm", "PublicationForm"]
