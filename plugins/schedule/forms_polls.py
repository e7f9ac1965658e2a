"""The forms of date polls. They carry what was typed; the services decide whether it is right."""

from collections.abc import Mapping
from datetime import date, datetime, time

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired

from groupware import clock
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.directory.forms import PickerField
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_gettext, pgettext
from groupware.web.rows import Row, Rows
from plugins.schedule.enums import FIELD_LABELS, Choice
from plugins.schedule.forms import version_of
from plugins.schedule.models import Poll, PollSlot
from plugins.schedule.services.poll_content import MOST_SLOTS, Plan

CLOSING_TIME = time(17)


class PollForm(FlaskForm):
    """A date poll as somebody asks it; the slots stand in a table of their own, `slots`."""

    title = StringField(FIELD_LABELS["title"], [InputRequired()])
    participants = PickerField(lazy_gettext("Who is asked"), mode="principals")
    guests = TextAreaField(FIELD_LABELS["guests"])
    place = StringField(FIELD_LABELS["place"])
    text = TextAreaField(FIELD_LABELS["text"])
    answer_on = DateField(lazy_gettext("Answers by (day)"), [InputRequired()])
    answer_time = TimeField(lazy_gettext("Answers by (time)"), [InputRequired()], default=CLOSING_TIME)
    holds = BooleanField(lazy_gettext("Hold the dates in everybody's calendar"))
    organiser = HiddenField()
    version = HiddenField(default="0")
    form_key = HiddenField()
    back = HiddenField()

    def show(self, poll: Poll, participants: list[str], guests: list[str]) -> None:
        """Fill in what a poll asks."""
        for name in ("title", "place", "text", "holds"):
            self[name].data = getattr(poll, name)
        deadline = clock.local(poll.answer_by)
        self.answer_on.data, self.answer_time.data = deadline.date(), deadline.time()
        self.participants.data, self.guests.data = participants, "\n".join(guests)
        self.version.data = str(poll.version)

    @property
    def seen(self) -> int:
        """The version that was seen."""
        return version_of(self.version.data)

    def plan(self, slots: tuple[tuple[datetime, datetime], ...]) -> Plan:
        """What was typed."""
        day = self.answer_on.data or clock.today()
        return Plan(
            title=self.title.data or "",
            slots=slots,
            participants=tuple(self.participants.data or ()),
            guests=tuple((self.guests.data or "").splitlines()),
            place=self.place.data or "",
            text=self.text.data or "",
            answer_by=clock.at(day, self.answer_time.data or CLOSING_TIME),
            holds=bool(self.holds.data),
        )


def columns() -> dict[str, str]:
    """The columns of the table of slots."""
    return {
        "day": pgettext("event", "Date"),
        "begins": pgettext("event", "From"),
        "ends": pgettext("event", "To"),
    }


def rows_of(slots: list[tuple[datetime, datetime]]) -> Rows:
    """The table with slots in it."""
    found = Rows(columns(), MOST_SLOTS)
    for number, (starts_at, ends_at) in enumerate(slots, start=1):
        begins, ends = clock.local(starts_at), clock.local(ends_at)
        values = {"day": begins.date().isoformat(), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
        found.rows.append(Row(number, values))
    return found


def typed_rows() -> tuple[Rows, tuple[tuple[datetime, datetime], ...]]:
    """The table that was sent and the slots in it. Raises nothing: what is wrong stands at its cells."""
    rows = Rows.from_form(request.form, columns(), MOST_SLOTS)
    found = []
    for row in rows:
        day, begins, ends = _day(row), _time(row, "begins"), _time(row, "ends")
        if day is not None and begins is not None and ends is not None:
            if ends <= begins:
                row.problems["ends"] = gettext("The end must be after the beginning.")
            found.append((clock.at(day, begins), clock.at(day, ends)))
    return rows, tuple(found)


def _day(row: Row) -> date | None:
    try:
        return parse_date(row.values["day"]).date
    except DateFormatError:
        row.problems["day"] = gettext("Please enter the date as 2026-04-01 or R8.4.1.")
        return None


def _time(row: Row, name: str) -> time | None:
    try:
        return datetime.strptime(row.values[name], "%H:%M").time()  # noqa: DTZ007  a time of the wall
    except ValueError:
        row.problems[name] = gettext("Please enter the time as 9:30.")
        return None


def typed_choices(form: Mapping[str, str], slots: list[PollSlot]) -> dict[int, Choice]:
    """What was said to each slot; slots without an answer are left out. Raises Invalid for what is no answer."""
    found = {}
    for slot in slots:
        said = form.get(f"choice-{slot.id}", "")
        if said and said not in set(Choice):
            raise Invalid(gettext("There is no such answer."), code="choice")
        if said:
            found[slot.id] = Choice(said)
    return found


__all__ = ["PollForm", "columns", "rows_of", "typed_choices", "typed_rows"]
