"""The form of an event. It carries what was typed; the services decide whether it is right."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from groupware import clock
from groupware.attachments.forms import FilesField
from groupware.calendar.eras import DateFormatError, parse_date
from groupware.calendar.recurrence import RecurrenceError, last_day, parse_rule, text_of
from groupware.directory.forms import PickerField
from groupware.guards.enums import Label
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from plugins.schedule.enums import FIELD_LABELS, VISIBILITY_LABELS, WEEKDAY_LABELS, Visibility
from plugins.schedule.services.content import Content, holiday_rule

NEVER, DATES, KEPT = "", "dates", "kept"
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLACES = (
    ("1", lazy_pgettext("weekday of a month", "First")),
    ("2", lazy_pgettext("weekday of a month", "Second")),
    ("3", lazy_pgettext("weekday of a month", "Third")),
    ("4", lazy_pgettext("weekday of a month", "Fourth")),
    ("-1", lazy_pgettext("weekday of a month", "Last")),
)
"""Which of the Tuesdays of a month."""
MOST_BETWEEN = 99


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label) as choices of a field."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


REPEATS = (
    (NEVER, lazy_gettext("Does not repeat")),
    ("daily", lazy_gettext("Every day")),
    ("weekly", lazy_gettext("Every week")),
    ("biweekly", lazy_gettext("Every two weeks")),
    ("monthly", lazy_gettext("Every month on the same day")),
    ("monthly_weekday", lazy_gettext("Every month on the same weekday (such as the second Tuesday)")),
    ("month_end", lazy_gettext("Every month on its last day")),
    ("yearly", lazy_gettext("Every year")),
    (DATES, lazy_gettext("On chosen dates")),
)
HOLIDAYS = (
    ("keep", lazy_gettext("Takes place all the same")),
    ("skip", lazy_gettext("Does not take place")),
    ("previous", lazy_gettext("Is moved to the working day before")),
    ("next", lazy_gettext("Is moved to the next working day")),
)


def uids_of(values: Iterable[str]) -> list[uuid.UUID]:
    """The ids among values; what is none is left out."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def version_of(text: str | None) -> int:
    """The version that a form says was seen; 0, which nothing has, for what is no number."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else 0


class EventForm(FlaskForm):
    """An event as somebody enters it."""

    title = StringField(FIELD_LABELS["title"], [InputRequired()])
    kind_id = SelectField(FIELD_LABELS["kind_id"], coerce=int, validate_choice=False, default=0)
    starts_on = DateField(lazy_pgettext("event", "Date"), [InputRequired()])
    starts_time = TimeField(lazy_pgettext("event", "From"), [Optional()])
    ends_on = DateField(lazy_gettext("Last day"), [Optional()])
    ends_time = TimeField(lazy_pgettext("event", "To"), [Optional()])
    is_all_day = BooleanField(lazy_gettext("All day"))
    repeats = SelectField(
        lazy_pgettext("event", "Repeats"), choices=options(REPEATS), validate_choice=False, default=NEVER
    )
    weekdays = SelectMultipleField(
        lazy_gettext("On these weekdays"),
        choices=options(zip(WEEK, WEEKDAY_LABELS, strict=True)),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    places = SelectMultipleField(
        lazy_gettext("Which of the month"),
        choices=options(PLACES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    interval = IntegerField(
        lazy_pgettext("repeats", "Interval"), [Optional(), NumberRange(1, MOST_BETWEEN)], default=1
    )
    repeats_until = DateField(lazy_gettext("Repeats until"), [Optional()])
    dates = TextAreaField(lazy_gettext("Chosen dates"))
    holidays = SelectField(
        lazy_gettext("When the office is closed"),
        choices=options(HOLIDAYS),
        validate_choice=False,
        default="keep",
    )
    participants = PickerField(FIELD_LABELS["participants"], mode="principals")
    guests = TextAreaField(lazy_gettext("Guests from outside"))
    place = StringField(FIELD_LABELS["place"])
    rooms = SelectMultipleField(FIELD_LABELS["rooms"], validate_choice=False)
    room_text = StringField(lazy_gettext("Find rooms and equipment"))
    web_meeting = StringField(lazy_gettext("Address of a web meeting"))
    text = TextAreaField(FIELD_LABELS["text"])
    is_tentative = BooleanField(FIELD_LABELS["is_tentative"])
    is_important = BooleanField(FIELD_LABELS["is_important"])
    is_free = BooleanField(lazy_gettext("Shown as free"))
    visibility = SelectField(
        lazy_pgettext("event", "Who sees it"),
        choices=options((one.value, label) for one, label in VISIBILITY_LABELS.items()),
        validate_choice=False,
    )
    viewers = PickerField(lazy_gettext("Those who see it besides"), mode="principals")
    calendar_unit_id = SelectField(
        lazy_gettext("Calendar of an organisation"), coerce=int, validate_choice=False, default=0
    )
    engaged = PickerField(FIELD_LABELS["engaged"], mode="principals")
    classification = RadioField(
        lazy_gettext("Confidentiality"),
        choices=options((one.value, one.label) for one in Label),
        validate_choice=False,
    )
    files = FilesField(FIELD_LABELS["files"])
    label_reason = StringField(lazy_gettext("Reason for another confidentiality"))
    may_be_twin = BooleanField(lazy_gettext("Enter it all the same"))
    organiser = HiddenField()
    scope = HiddenField()
    at = HiddenField()
    version = HiddenField(default="0")
    form_key = HiddenField()
    back = HiddenField()
    """Where another function wants whoever entered the event to go on."""

    @property
    def room_uids(self) -> list[uuid.UUID]:
        """The facilities chosen; what is no id is left out."""
        return uids_of(self.rooms.data or ())

    def offer(self, kinds: Sequence[Any], calendars: Sequence[tuple[int, str]]) -> None:
        """Fill the lists that can be chosen from."""
        self.kind_id.choices = options([(0, gettext("No kind")), *((kind.id, kind.name) for kind in kinds)])
        self.calendar_unit_id.choices = options([(0, gettext("None")), *calendars])

    def show(self, content: Content) -> None:
        """Fill in what an event says."""
        for name in ("title", "place", "text", "web_meeting", "is_all_day", "is_tentative", "is_important"):
            self[name].data = getattr(content, name)
        self.kind_id.data = content.kind_id or 0
        self.calendar_unit_id.data = content.calendar_unit_id or 0
        self.is_free.data = not content.is_busy
        self.visibility.data = content.visibility.value
        self.classification.data = content.classification
        self.participants.data, self.viewers.data = list(content.participants), list(content.viewers)
        self.engaged.data = list(content.engaged)
        self.files.data = [str(uid) for uid in content.files or ()]
        self.guests.data = "\n".join(content.guests)
        self.show_time(content.starts_at, content.ends_at, is_all_day=content.is_all_day)
        self._show_recurrence(content)

    def show_time(self, starts_at: datetime, ends_at: datetime, *, is_all_day: bool) -> None:
        """Fill in when it takes place; whole days name their last one."""
        begins, ends = clock.local(starts_at), clock.local(ends_at)
        self.starts_on.data = begins.date()
        if is_all_day:
            self.ends_on.data = (ends - timedelta(microseconds=1)).date()
            return
        self.starts_time.data, self.ends_time.data = begins.time(), ends.time()
        self.ends_on.data = ends.date() if ends.date() != begins.date() else None

    def _show_recurrence(self, content: Content) -> None:
        self.holidays.data = content.holidays
        self.dates.data = "\n".join(day[:10] for day in content.days)
        if not content.rule:
            self.repeats.data = DATES if content.days else NEVER
            return
        try:
            parts = parse_rule(content.rule)
            recurrence = content.recurrence()
        except RecurrenceError:
            return
        self.repeats_until.data = last_day(recurrence) if recurrence is not None else None
        choice = _choice_of({k: v for k, v in parts.items() if k != "UNTIL"}, content.starts_at)
        self.repeats.data, self.weekdays.data, self.places.data, self.interval.data = choice
        if self.repeats.data == KEPT:
            self.repeats.choices = [*options(REPEATS), *options([(KEPT, gettext("As before"))])]

    def content(self, before: Content | None = None) -> Content:
        """What was typed; times are those of the wall."""
        first = clock.near(self.starts_on.data or clock.today())
        last = clock.near(self.ends_on.data or first)
        if self.is_all_day.data:
            starts_at, ends_at = clock.midnight(first), clock.midnight(last + timedelta(days=1))
        else:
            begins = self.starts_time.data or time(9)
            starts_at = clock.at(first, begins)
            ends_at = clock.at(last, self.ends_time.data or _hour_later(begins))
        rule, days = self._recurrence(first, starts_at, before)
        return Content(
            title=self.title.data or "",
            kind_id=self.kind_id.data or None,
            starts_at=starts_at,
            ends_at=ends_at,
            is_all_day=bool(self.is_all_day.data),
            place=self.place.data or "",
            web_meeting=self.web_meeting.data or "",
            text=self.text.data or "",
            is_tentative=bool(self.is_tentative.data),
            is_important=bool(self.is_important.data),
            is_busy=not self.is_free.data,
            visibility=Visibility(self.visibility.data)
            if self.visibility.data in set(Visibility)
            else Visibility.EVERYONE,
            viewers=tuple(self.viewers.data or ()),
            participants=tuple(self.participants.data or ()),
            guests=tuple((self.guests.data or "").splitlines()),
            calendar_unit_id=self.calendar_unit_id.data or None,
            engaged=tuple(self.engaged.data or ()),
            rule=rule,
            days=days,
            left_out=before.left_out if before is not None and (rule or days) else (),
            holidays=holiday_rule(self.holidays.data or "") if rule else "keep",
            classification=self.classification.data or "",
            files=self.files.uids,
        )

    def _recurrence(
        self, first: date, starts_at: datetime, before: Content | None
    ) -> tuple[str, tuple[str, ...]]:
        chosen = self.repeats.data or NEVER
        wall = clock.local(starts_at).time()
        days = tuple(
            f"{datetime.combine(day, wall):%Y-%m-%dT%H:%M}"
            for day in sorted(set(self._dates()))
            if day != first or chosen != DATES
        )
        if chosen in (NEVER, DATES):
            return "", days if chosen == DATES else ()
        if chosen == KEPT:
            return (before.rule if before is not None else ""), days
        weekdays = [day for day in WEEK if day in (self.weekdays.data or ())]
        places = [place for place, _ in PLACES if place in (self.places.data or ())]
        parts = _parts_of(chosen, first, weekdays, places, self.interval.data or 1)
        if self.repeats_until.data is not None:
            parts["UNTIL"] = f"{self.repeats_until.data:%Y%m%d}"
        return text_of(parts), days

    def _dates(self) -> list[date]:
        """Raises ValueError (through the field's errors) for a line that is no day."""
        found = []
        for line in (self.dates.data or "").split():
            try:
                found.append(parse_date(line).date)
            except DateFormatError:
                self.dates.errors = [gettext("Please enter the dates as 2026-11-22, one a line.")]
        return found


def _hour_later(begins: time) -> time:
    return begins.replace(hour=begins.hour + 1) if begins.hour < 23 else time(23, 59)


def _parts_of(
    chosen: str, first: date, weekdays: list[str], places: list[str], interval: int
) -> dict[str, str]:
    """The rule of a choice in the form."""
    if chosen == "biweekly":
        chosen, interval = "weekly", 2
    every = {"INTERVAL": str(interval)} if interval > 1 else {}
    own = WEEK[first.weekday()]
    if chosen == "daily":
        return {"FREQ": "DAILY"} | every
    if chosen == "weekly":
        return {"FREQ": "WEEKLY"} | every | {"BYDAY": ",".join(weekdays or [own])}
    if chosen == "monthly_weekday":
        # The fifth is said to be the last, as a month without a fifth would have none.
        place = (first.day - 1) // 7 + 1
        days = [one + day for one in places or [str(place if place < 5 else -1)] for day in weekdays or [own]]
        return {"FREQ": "MONTHLY"} | every | {"BYDAY": ",".join(days)}
    if chosen == "month_end":
        return {"FREQ": "MONTHLY"} | every | {"BYMONTHDAY": "-1"}
    if chosen == "monthly":
        return {"FREQ": "MONTHLY"} | every | {"BYMONTHDAY": str(first.day)}
    return {"FREQ": "YEARLY"} | every


def _choice_of(parts: dict[str, str], starts_at: datetime) -> tuple[str, list[str], list[str], int]:
    """What is chosen in the form for this rule: how it repeats (KEPT for what it cannot say), weekdays, places, interval."""
    first = clock.local(starts_at).date()
    said = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    weekdays = [day for day in WEEK if any(one.endswith(day) for one in said)]
    places = [place for place, _ in PLACES if any(one[:-2] == place for one in said)]
    interval = int(parts.get("INTERVAL", "1"))
    for chosen in ("biweekly", *(one for one, _ in REPEATS if one not in (NEVER, DATES))):
        made = _parts_of(chosen, first, weekdays, places, interval)
        if {**made, "BYDAY": ""} != {**parts, "BYDAY": ""} or _days_of(made) != _days_of(parts):
            continue
        return chosen, weekdays, places, 1 if chosen == "biweekly" else interval
    return KEPT, weekdays, places, 1


def _days_of(parts: dict[str, str]) -> set[str]:
    return set(parts.get("BYDAY", "").split(","))
