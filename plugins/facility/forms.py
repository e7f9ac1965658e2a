"""Forms of facility booking. They carry what was typed; the services decide whether it is right."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
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
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than it
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from groupware import clock
from groupware.capabilities import Span, Wish
from groupware.directory.forms import PickerField
from groupware.directory.picking import people_of
from groupware.errors import DomainError
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from groupware.web.refusals import show_refusal
from plugins.facility.series import HOLIDAYS, PLACES, REPEATS, WEEKDAYS, Repetition, days_of, times_of
from plugins.facility.services.plans import Plan
from plugins.facility.services.queueing import Wait

MOST_CHOSEN = 50
MOST_EXCHANGED = 2000
_UNSEEN = {code: None for code in (*range(32), 127) if chr(code) not in "\t\n\r"}


def storable(text: str | None) -> str:
    """What was typed without control characters: nobody sees them, and no database stores NUL as text."""
    return (text or "").translate(_UNSEEN)


@dataclass(frozen=True, slots=True)
class Waits:
    """How somebody would wait for what is taken."""

    takes_any: bool
    books_at_once: bool
    begins: str
    ends: str
    """Clock times between which any will do; empty for the time of the booking itself."""

    def window(self, day: date, span: Span) -> Span:
        """The time in which they look for one as long as `span`."""
        begins, ends = clock_time(self.begins), clock_time(self.ends)
        if begins is None or ends is None:
            return span
        return Span(clock.at(day, begins), clock.end_of(day) if ends == time(0) else clock.at(day, ends))


class ReservationForm(FlaskForm):
    """A booking as somebody writes it. The facilities stand beside it, chosen by their uids."""

    title = StringField(lazy_gettext("Purpose"), [InputRequired()], filters=[storable])
    day = DateField(lazy_pgettext("booking", "Day"), [Optional()])
    starts_at = TimeField(lazy_pgettext("booking", "From"), [Optional()])
    ends_at = TimeField(lazy_pgettext("booking", "To"), [Optional()])
    last_day = DateField(lazy_gettext("Until another day"), [Optional()])
    user = PickerField(lazy_gettext("For somebody else"), is_multiple=False)
    contact = StringField(lazy_gettext("Telephone"), filters=[storable])
    note = TextAreaField(lazy_gettext("Note"), filters=[storable])
    is_private = BooleanField(lazy_gettext("Do not show others what it is for"))
    takes_precedence = BooleanField(lazy_gettext("Take precedence over bookings that are in the way"))
    is_blocking = BooleanField(lazy_gettext("Block these times: nobody can use the facilities"))
    repeat = SelectField(lazy_pgettext("repeat", "Repeats"), validate_choice=False, default="")
    weekdays = SelectMultipleField(
        lazy_gettext("On these weekdays"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    places = SelectMultipleField(
        lazy_gettext("Which of the month"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    until = DateField(lazy_pgettext("repeat", "Until"), [Optional()])
    holidays = SelectField(lazy_pgettext("repeat", "Days off"), validate_choice=False, default="keep")
    days = TextAreaField(lazy_gettext("Or on these days as well"))
    form_key = HiddenField()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.repeat.choices = [SelectChoice(value=key, label=label) for key, label in REPEATS.items()]
        self.holidays.choices = [SelectChoice(value=key, label=label) for key, label in HOLIDAYS.items()]
        self.weekdays.choices = [SelectChoice(value=key, label=label) for key, label in WEEKDAYS.items()]
        self.places.choices = [SelectChoice(value=key, label=label) for key, label in PLACES.items()]

    @property
    def repetition(self) -> Repetition:
        """How the time repeats."""
        repeat = self.repeat.data or ""
        return Repetition(
            repeat if repeat in REPEATS else "",
            self.until.data,
            self.holidays.data or "keep",
            [day for day in WEEKDAYS if day in (self.weekdays.data or ())],
            [place for place in PLACES if place in (self.places.data or ())],
        )

    def times(self) -> list[Span]:
        """The time that was typed and all its repetitions; notes a fault for days that cannot be read."""
        if self.span is None:
            return []
        if self.repetition.repeat and self.until.data is None:
            self.until.errors = [*self.until.errors, gettext("Please enter until when it repeats.")]
        more, wrong = days_of(self.days.data or "", self.span)
        if wrong:
            text = gettext("These are no days: %(lines)s", lines=gettext(", ").join(wrong[:5]))
            self.days.errors = [*self.days.errors, text]
        return sorted({*times_of(self.span, self.repetition), *more})

    @property
    def span(self) -> Span | None:
        """The time that was typed; 0:00 as an end is the end of the day. None where a part is missing."""
        day, begins, ends = self.day.data, self.starts_at.data, self.ends_at.data
        if day is None or begins is None or ends is None:
            return None
        last = self.last_day.data or day
        until = clock.at(last, ends)
        if ends == time(0) and last == day:
            until = clock.end_of(clock.near(day))
        return Span(clock.at(day, begins), until)

    def show_span(self, one: Span) -> None:
        """Fill in a time."""
        begins, ends = clock.local(one.starts_at), clock.local(one.ends_at)
        self.day.data, self.starts_at.data, self.ends_at.data = begins.date(), begins.time(), ends.time()
        is_midnight = ends.time() == time(0) and ends.date() == begins.date() + timedelta(days=1)
        self.last_day.data = None if ends.date() == begins.date() or is_midnight else ends.date()

    @property
    def waits(self) -> Waits:
        """How they would wait."""
        sent = request.form
        return Waits(
            "queue_any" in sent, "queue_now" in sent, sent.get("queue_from", ""), sent.get("queue_to", "")
        )

    def wait(self, wish: Wish, span: Span) -> Wait:
        """What they wait for."""
        window = self.waits.window(clock.near(clock.local(span.starts_at).date()), span)
        return Wait(
            facility=wish.facility,
            span=window,
            minutes=(span.ends_at - span.starts_at) // timedelta(minutes=1) if window != span else 0,
            title=self.title.data or "",
            contact=self.contact.data or "",
            quantity=wish.quantity,
            is_private=bool(self.is_private.data),
            takes_any=self.waits.takes_any,
            books_at_once=self.waits.books_at_once,
        )

    def plan(self, wishes: Sequence[Wish], times: Sequence[Span]) -> Plan:
        """What was typed."""
        people = people_of(self.user.data or [])
        return Plan(
            title=self.title.data or "",
            wishes=wishes,
            times=times,
            note=self.note.data or "",
            user_id=people[0] if people else None,
            contact=self.contact.data or "",
            is_private=bool(self.is_private.data),
            takes_precedence=bool(self.takes_precedence.data),
            is_blocking=bool(self.is_blocking.data),
            takes_what_is_free=request.form.get("choice") == "free",
            leaves_out=chosen_left_out() if request.form.get("choice") == "others" else frozenset(),
            exchanges=chosen_exchanges() if request.form.get("choice") == "others" else {},
            rule=self.repetition.rule(self.day.data) if self.day.data is not None else "",
            holidays=self.repetition.holidays,
        )


def clock_time(text: str) -> time | None:
    """A time of the wall clock as forms and addresses write it; None for what is none."""
    try:
        return datetime.strptime(text.replace(":", ""), "%H%M").time()  # noqa: DTZ007  a time of the wall clock
    except ValueError:
        return None


def uid_of(text: str) -> uuid.UUID:
    """A uid as a form sends it; one that nothing has for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def chosen_facilities() -> list[uuid.UUID]:
    """The facilities that the address or the form names, each once, in their order."""
    found: dict[uuid.UUID, None] = {}
    for text in request.values.getlist("facility"):
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)[:MOST_CHOSEN]


def chosen_exchanges() -> dict[tuple[uuid.UUID, datetime], uuid.UUID]:
    """Which facility is taken instead of which at which time, as the report of conflicts proposes it."""
    found: dict[tuple[uuid.UUID, datetime], uuid.UUID] = {}
    for text in request.form.getlist("exchange")[:MOST_EXCHANGED]:
        old, _, rest = text.partition("|")
        begins, _, new = rest.partition("|")
        try:
            found[uuid.UUID(old), datetime.fromisoformat(begins)] = uuid.UUID(new)
        except ValueError:
            continue
    return found


def chosen_left_out() -> frozenset[datetime]:
    """The beginnings of the times that stay without a facility, as the report of conflicts named them."""
    found = set()
    for text in request.form.getlist("left_out")[:MOST_EXCHANGED]:
        try:
            found.add(datetime.fromisoformat(text))
        except ValueError:
            continue
    return frozenset(found)


def chosen_quantity(uid: uuid.UUID, preset: int = 1) -> int:
    """How many of a facility were asked for; 0 for what is no number."""
    text = request.values.get(f"quantity-{uid}", str(preset)).strip()
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def show_clashes(form: FlaskForm, error: DomainError) -> None:
    """Name what is in the way, each thing once, or whatever else was refused."""
    clashes = getattr(error, "clashes", ())
    if not clashes:
        show_refusal(form, error)
    form.form_errors = [*form.form_errors, *dict.fromkeys(clash.message for clash in clashes)]
