"""Forms of facility booking. They carry what was typed; the services decide whether it is right."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Optional

from groupware import clock
from groupware.capabilities import Span, Wish
from groupware.directory.forms import PickerField
from groupware.directory.picking import people_of
from groupware.errors import DomainError
from groupware.i18n import lazy_gettext, lazy_pgettext
from plugins.facility.services.plans import Plan

MOST_CHOSEN = 50


class ReservationForm(FlaskForm):
    """A booking as somebody writes it. The facilities stand beside it, chosen by their uids."""

    title = StringField(lazy_gettext("Purpose"), [InputRequired()])
    day = DateField(lazy_pgettext("booking", "Day"), [Optional()])
    starts_at = TimeField(lazy_pgettext("booking", "From"), [Optional()])
    ends_at = TimeField(lazy_pgettext("booking", "To"), [Optional()])
    last_day = DateField(lazy_gettext("Until another day"), [Optional()])
    user = PickerField(lazy_gettext("For somebody else"), is_multiple=False)
    contact = StringField(lazy_gettext("Telephone"))
    note = TextAreaField(lazy_gettext("Note"))
    is_private = BooleanField(lazy_gettext("Do not show others what it is for"))
    takes_precedence = BooleanField(lazy_gettext("Take precedence over bookings that are in the way"))
    form_key = HiddenField()

    @property
    def span(self) -> Span | None:
        """The time that was typed; 0:00 as an end is the end of the day. None where a part is missing."""
        day, begins, ends = self.day.data, self.starts_at.data, self.ends_at.data
        if day is None or begins is None or ends is None:
            return None
        last = self.last_day.data or day
        until = instant(last, ends)
        if ends == time(0) and last == day:
            until = clock.midnight(day + timedelta(days=1))
        return Span(instant(day, begins), until)

    def show_span(self, one: Span) -> None:
        """Fill in a time."""
        begins, ends = clock.local(one.starts_at), clock.local(one.ends_at)
        self.day.data, self.starts_at.data, self.ends_at.data = begins.date(), begins.time(), ends.time()
        is_midnight = ends.time() == time(0) and ends.date() == begins.date() + timedelta(days=1)
        self.last_day.data = None if ends.date() == begins.date() or is_midnight else ends.date()

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
        )


def instant(day: date, at: time) -> datetime:
    """A wall-clock time of the municipality as an instant."""
    return clock.local(clock.midnight(day)).replace(hour=at.hour, minute=at.minute)


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


def chosen_quantity(uid: uuid.UUID) -> int:
    """How many of a facility were asked for; 0 for what is no number."""
    text = request.values.get(f"quantity-{uid}", "1").strip()
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def show_refusal(form: FlaskForm, error: DomainError) -> None:
    """Put the reasons of a refusal at their fields, what belongs to none of them at the top."""
    fields = dict(getattr(error, "fields", {}))
    for name, reason in fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, str(reason)]
        else:
            form.form_errors.append(str(reason))
    clashes = getattr(error, "clashes", ())
    form.form_errors.extend(dict.fromkeys(clash.message for clash in clashes))
    if not fields and not clashes:
        form.form_errors.append(str(error.message))
