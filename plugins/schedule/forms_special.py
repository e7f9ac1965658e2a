"""The forms of requests for an appointment with the mayor and others: what is asked for, and how it is fixed."""

from datetime import date, datetime, time

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional

from groupware import clock
from groupware.directory.forms import PickerField
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from plugins.schedule.enums import FIELD_LABELS, LAYER_LABELS, Layer
from plugins.schedule.forms import options, uids_of, version_of
from plugins.schedule.models import SpecialRequest
from plugins.schedule.services.special import Decision, Plan

LINES = ("title", "text", "other_times", "place", "attendants", "companions", "papers")


def _layer(value: str | None) -> Layer:
    return Layer(value) if value in set(Layer) else Layer.STAFF


class _TimesForm(FlaskForm):
    day = DateField(lazy_pgettext("event", "Date"), [InputRequired()])
    starts_time = TimeField(lazy_pgettext("event", "From"), [InputRequired()], default=time(10))
    ends_time = TimeField(lazy_pgettext("event", "To"), [InputRequired()], default=time(10, 30))
    place = StringField(FIELD_LABELS["place"])
    layer = SelectField(
        lazy_gettext("Printed weeks"),
        choices=options((one.value, label) for one, label in LAYER_LABELS.items()),
        validate_choice=False,
        default=Layer.STAFF.value,
    )
    version = HiddenField(default="0")

    def times(self) -> tuple[datetime, datetime]:
        """Beginning and end by the clock on the wall."""
        day: date = self.day.data or clock.today()
        return clock.at(day, self.starts_time.data or time(0)), clock.at(day, self.ends_time.data or time(0))

    def show_times(self, request: SpecialRequest) -> None:
        """Fill in when and where."""
        begins, ends = clock.local(request.starts_at), clock.local(request.ends_at)
        self.day.data, self.starts_time.data, self.ends_time.data = begins.date(), begins.time(), ends.time()
        self.place.data, self.layer.data = request.place, request.layer
        self.version.data = str(request.version)

    @property
    def seen(self) -> int:
        """The version that was seen."""
        return version_of(self.version.data)


class RequestForm(_TimesForm):
    """What somebody asks for."""

    person = SelectField(lazy_gettext("With whom"), coerce=int, validate_choice=False)
    title = StringField(lazy_gettext("Subject of the appointment"), [InputRequired()])
    text = TextAreaField(lazy_gettext("What it is about"))
    other_times = StringField(lazy_gettext("Other times that suit"))
    attendants = StringField(lazy_gettext("Attendants"))
    companions = StringField(lazy_gettext("Companions"))
    papers = StringField(lazy_gettext("Papers"))
    papers_due = DateField(lazy_gettext("Papers by"), [Optional()])
    wants_car = BooleanField(lazy_gettext("A car is needed"))
    may_send_deputy = BooleanField(lazy_gettext("A deputy may come instead"))
    form_key = HiddenField()

    def show(self, request: SpecialRequest) -> None:
        """Fill in what was asked for."""
        self.show_times(request)
        for name in (*LINES, "papers_due", "wants_car", "may_send_deputy"):
            self[name].data = getattr(request, name)
        self.person.data = request.person_id

    def plan(self) -> Plan:
        """What was typed."""
        starts_at, ends_at = self.times()
        return Plan(
            person_id=self.person.data or 0,
            starts_at=starts_at,
            ends_at=ends_at,
            papers_due=self.papers_due.data,
            wants_car=bool(self.wants_car.data),
            may_send_deputy=bool(self.may_send_deputy.data),
            layer=_layer(self.layer.data),
            **{name: self[name].data or "" for name in LINES},
        )


class FixForm(_TimesForm):
    """How a request is fixed."""

    deputy = PickerField(lazy_gettext("Deputy who goes instead"), mode="people", is_multiple=False)
    rooms = SelectMultipleField(lazy_gettext("Rooms and cars"), validate_choice=False)
    reply = StringField(lazy_gettext("Word to whoever asked"))

    def decision(self) -> Decision:
        """What was typed."""
        starts_at, ends_at = self.times()
        people = self.deputy.person_ids
        return Decision(
            starts_at=starts_at,
            ends_at=ends_at,
            place=self.place.data or "",
            layer=_layer(self.layer.data),
            deputy_id=people[0] if people else None,
            rooms=tuple(uids_of(self.rooms.data or ())),
            reply=self.reply.data or "",
        )


def require_valid(form: FlaskForm) -> None:
    """Raises Invalid where a field cannot be read at all; its errors stand at the fields."""
    if not form.validate():
        raise Invalid(gettext("Some entries need your attention."), fields={})
