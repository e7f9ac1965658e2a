"""空き時間: common free time of people and rooms, from which one step leads to the form of an event."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from groupware import clock, rules
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.calendar.holidays import is_working_day
from groupware.capabilities import Offer, Question, Reservable, Span, reservable
from groupware.directory.forms import PickerField
from groupware.directory.picking import Ref, known_principals
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_gettext, lazy_pgettext
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.schedule.forms import options, uids_of
from plugins.schedule.queries import events
from plugins.schedule.queries.free import Search, Slot, best, busy_people, common, runs
from plugins.schedule.rules import DAY_BEGINS, DAY_ENDS
from plugins.schedule.services.content import people_of
from plugins.schedule.views.blueprint import blueprint

MOST_PEOPLE = 100
OFFERED = 60
LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)
MARGINS = (0, 15, 30, 60)
SPANS = (5, 10, 14, 21, 28)
PROPOSED = 3
POLLED = 5
"""Dates that a poll begins with."""


class FindingForm(FlaskForm):
    """Whose free time is sought, and how much of it."""

    class Meta:
        """Sent by GET, so that the address can be passed on."""

        csrf = False

    participants = PickerField(lazy_pgettext("event", "Participants"), mode="principals")
    rooms = SelectMultipleField(lazy_gettext("Rooms and equipment"), validate_choice=False)
    needs_all = BooleanField(lazy_gettext("All of the chosen rooms are needed"))
    first = DateField(lazy_pgettext("free time", "From"), [Optional()])
    days = SelectField(lazy_gettext("Within"), coerce=int, validate_choice=False, default=14)
    length = SelectField(lazy_gettext("How long"), coerce=int, validate_choice=False, default=60)
    margin = SelectField(lazy_gettext("Time to get there"), coerce=int, validate_choice=False, default=0)

    def offer(self) -> None:
        """Fill the lists."""
        self.days.choices = options((n, gettext("%(num)d days", num=n)) for n in SPANS)
        self.length.choices = options((n, gettext("%(num)d minutes", num=n)) for n in LENGTHS)
        self.margin.choices = options(
            (n, gettext("%(num)d minutes", num=n) if n else gettext("None")) for n in MARGINS
        )

    def chosen(self, name: str, known: tuple[int, ...], otherwise: int) -> int:
        """The number chosen, if it is one of those offered."""
        value = self[name].data
        return value if value in known else otherwise


@blueprint.get("/free")
@signed_in
def free() -> str:
    """Common free time, best proposals first."""
    who = actor()
    is_asked = bool(request.args)
    form = FindingForm(request.args if is_asked else None)
    form.offer()
    if not is_asked and who.person_id is not None:
        form.participants.data = [Ref(PrincipalKind.PERSON, who.person_id).value]
    offers = reservable(who).choices(who, Question(limit=OFFERED))
    found: dict[str, Any] = {}
    if is_asked and form.validate():
        try:
            found = _found(who, form)
        except Invalid as error:
            form.participants.errors = [*form.participants.errors, str(error.message)]
    return render_template(
        "schedule/free.html",
        form=form,
        offers=_with_chosen(who, form, offers),
        has_rooms=bool(offers),
        chosen_rooms=set(form.rooms.data or ()),
        is_asked=is_asked,
        **found,
    )


def _with_chosen(who: Actor, form: FindingForm, offers: Any) -> list[Offer]:
    wanted = uids_of(form.rooms.data or ())
    lacking = [one for one in wanted if one not in {offer.uid for offer in offers}]
    more = reservable(who).choices(who, Question(uids=lacking, limit=len(lacking))) if lacking else ()
    return [*more, *offers]


def _found(who: Actor, form: FindingForm) -> dict[str, Any]:
    people = people_of([one.id for one in known_principals(form.participants.data or (), who)], who)
    if len(people) > MOST_PEOPLE:
        raise Invalid(gettext("Free time is looked for among %(limit)s people at most.", limit=MOST_PEOPLE))
    search, number = _search(who, form)
    first = search.days[0] if search.days else clock.today()
    rooms = uids_of(form.rooms.data or ())
    window = Span(clock.midnight(first), clock.midnight(first + timedelta(days=number)))
    lender: Reservable = reservable(who)
    taken = lender.busy(who, rooms, window) if rooms else {}
    calendars = _calendars(people, first, number)
    held = {room: [(one.starts_at, one.ends_at) for one in times] for room, times in taken.items()}
    needs_all = bool(form.needs_all.data)
    slots = common(search, calendars, held, all_rooms=needs_all)
    near = [] if slots else common(search, calendars, held, all_rooms=needs_all, may_miss=1)
    names = {offer.uid: offer.name for offer in lender.choices(who, Question(uids=rooms, limit=len(rooms)))}
    missing = events.names(sorted({one for slot in near for one in slot.missing}))
    return {
        "number": len(people),
        "proposals": [
            _proposal(form, slot, names, missing, needs_all) for slot in best(slots or near, PROPOSED)
        ],
        "poll_url": _poll_address(form, best(slots or near, POLLED)),
        "is_near": not slots and bool(near),
        "days": [_day(day, slots, form, needs_all) for day in search.days],
        "hours": range(search.begins, search.ends),
    }


def _calendars(people: list[int], first: date, number: int) -> dict[int, Any]:
    busy = busy_people(people, first, number)
    return {person: busy.get(person, ()) for person in people}


def _search(who: Actor, form: FindingForm) -> tuple[Search, int]:
    """What is sought, on working days, and over how many days of the calendar."""
    first = clock.near(max(form.first.data or who.today, who.today))
    number = form.chosen("days", SPANS, 14)
    days = [first + timedelta(days=n) for n in range(number)]
    return Search(
        days=[day for day in days if is_working_day(day)],
        begins=int(rules.value_for(who, DAY_BEGINS)),
        ends=int(rules.value_for(who, DAY_ENDS)),
        length=form.chosen("length", LENGTHS, 60),
        margin=form.chosen("margin", MARGINS, 0),
        not_before=who.now,
    ), number


def _proposal(form: FindingForm, slot: Slot, names: Any, missing: Any, needs_all: bool) -> dict[str, Any]:
    return {
        "slot": slot,
        "day": clock.local(slot.starts_at).date(),
        "url": _address(form, slot, needs_all),
        "rooms": [names[one] for one in slot.rooms if one in names],
        "missing": [missing[one].display_name for one in slot.missing if one in missing],
    }


def _day(day: date, slots: list[Slot], form: FindingForm, needs_all: bool) -> dict[str, Any]:
    """A day with its stretches of free time, and the times at which an event could begin."""
    mine = [slot for slot in slots if clock.local(slot.starts_at).date() == day]
    return {
        "day": day,
        "runs": runs(mine),
        "slots": [(slot, _address(form, slot, needs_all)) for slot in mine],
    }


def _poll_address(form: FindingForm, slots: list[Slot]) -> str:
    """The form of a date poll with these dates and the same people."""
    times = sorted((clock.local(slot.starts_at), clock.local(slot.ends_at)) for slot in slots)
    asked = [f"{begins:%Y-%m-%dT%H:%M}/{ends:%Y-%m-%dT%H:%M}" for begins, ends in times]
    return url_for("schedule.new_poll", **{"with": form.participants.data, "slot": asked})


def _address(form: FindingForm, slot: Slot, needs_all: bool) -> str:
    """The form of an event at that time, with the same people, and the rooms that are free then."""
    begins, ends = clock.local(slot.starts_at), clock.local(slot.ends_at)
    rooms = slot.rooms if needs_all else slot.rooms[:1]
    return url_for(
        "schedule.new",
        **{
            "day": begins.date().isoformat(),
            "from": f"{begins:%H:%M}",
            "to": f"{ends:%H:%M}",
            "with": form.participants.data,
            "room": [str(one) for one in rooms],
        },
    )
