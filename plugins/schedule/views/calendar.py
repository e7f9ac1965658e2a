"""The calendar of one person: their week and their month."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from groupware import clock, rules
from groupware.actor import Actor
from groupware.directory.queries.roll import is_seen, roll
from groupware.errors import Invalid, NotFound
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.formats import date_text
from groupware.web.gate import signed_in
from plugins.schedule.queries import events, spans
from plugins.schedule.queries.people import person_by_uid
from plugins.schedule.queries.secretaries import secretaries_of
from plugins.schedule.queries.spans import Item
from plugins.schedule.queries.weeks import DAYS, monday
from plugins.schedule.rules import DAY_BEGINS, DAY_ENDS
from plugins.schedule.services import events as services
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.layout import column, hours_of
from plugins.schedule.views.place import NEAR, asked_day, topics_of
from plugins.schedule.wording import event_columns, item_words


@blueprint.get("/week")
@signed_in
def week() -> str:
    """個人週間: one's own week, or that of the person in the address."""
    who, day = actor(), asked_day()
    first = monday(day)
    person = _asked_person()
    topics = topics_of([person.id])
    items = spans.of_people(who, [person.id], first, DAYS).get(person.id, [])
    shared = _shared(who, person.id, items, first, DAYS)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    per_day = [(one, [item for item in items if n in item.days(first, DAYS)]) for n, one in enumerate(days)]
    begins, ends = (int(rules.value_for(who, rule)) for rule in (DAY_BEGINS, DAY_ENDS))
    hours = hours_of(begins, ends, per_day)
    is_own = person.id == who.person_id
    arguments = {} if is_own else {"person": person.uid}
    return render_template(
        "schedule/week.html",
        person=person,
        is_own=is_own,
        place_words=_words_of(person.id),
        secretaries=secretaries_of(person.id, who.today),
        day=day,
        topics=topics,
        form_key=uuid.uuid4().hex,
        days=days,
        hours=hours,
        shared=spans.by_day(shared, first, DAYS),
        columns=[column(one, found, hours) for one, found in per_day],
        previous_url=url_for("schedule.week", day=(day - timedelta(days=DAYS)).isoformat(), **arguments),
        next_url=url_for("schedule.week", day=(day + timedelta(days=DAYS)).isoformat(), **arguments),
        today_url=url_for("schedule.week", day=clock.today().isoformat(), **arguments),
    )


@blueprint.post("/leave")
@signed_in
def leave() -> ResponseReturnValue:
    """終日の休暇: one click for the day that the page shows."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise Invalid(gettext("Please choose a day."), code="day") from None
    if (day - clock.today()).days not in NEAR:
        raise Invalid(gettext("Please choose a day."), code="day")
    uid = services.take_leave(actor(), day, key=request.form.get("form_key", ""))
    flash(gettext("Leave was entered for %(day)s.", day=date_text(day)), "success")
    return redirect(url_for("schedule.event", uid=uid))


@blueprint.get("/month")
@signed_in
def month() -> str:
    """個人月間: one's own month, or that of the person in the address, in whole weeks."""
    who, day = actor(), asked_day()
    person = _asked_person()
    first = monday(day.replace(day=1))
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    number = -(-(following - first).days // DAYS) * DAYS
    items = spans.of_people(who, [person.id], first, number).get(person.id, [])
    shared = _shared(who, person.id, items, first, number)
    cells = spans.by_day([*shared, *items], first, number)
    days = [first + timedelta(days=n) for n in range(number)]
    is_own = person.id == who.person_id
    arguments = {} if is_own else {"person": person.uid}
    before = day.replace(day=1) - timedelta(days=1)
    return render_template(
        "schedule/month.html",
        person=person,
        is_own=is_own,
        place_words=_words_of(person.id),
        secretaries=secretaries_of(person.id, who.today),
        day=day,
        weekdays=days[:DAYS],
        weeks=[
            list(zip(days[n : n + DAYS], cells[n : n + DAYS], strict=True)) for n in range(0, number, DAYS)
        ],
        previous_url=url_for("schedule.month", day=before.isoformat(), **arguments),
        next_url=url_for("schedule.month", day=following.isoformat(), **arguments),
        today_url=url_for("schedule.month", day=clock.today().isoformat(), **arguments),
        week_url=url_for("schedule.week", **arguments),
    )


@blueprint.get("/export/month.<format>")
@signed_in
def export_month(format: str) -> Response:  # noqa: A002  the word users know
    """The events of a month of a person as a table, in order of time."""
    who, first = actor(), asked_day().replace(day=1)
    person = _asked_person()
    number = ((first.replace(day=28) + timedelta(days=4)).replace(day=1) - first).days
    columns = event_columns()
    rows = [
        [one.starts_at, one.ends_at, one.is_all_day, item_words(one), one.place, one.kind]
        for one in spans.of_people(who, [person.id], first, number).get(person.id, [])
    ]
    return table_response(
        gettext("Schedule of a month"), columns, rows, format, object_type="core.person", object_id=person.id
    )


def _asked_person() -> Any:
    """The person in the address, oneself without one. NotFound for whoever is not there or behind a wall."""
    who = actor()
    asked = request.args.get("person", type=uuid.UUID)
    if asked is None:
        assert who.person_id is not None, "pages are for people"
        return events.names([who.person_id])[who.person_id]
    person = person_by_uid(asked)
    if person is None or not is_seen(person.id):
        raise NotFound(gettext("The page you are looking for was not found."))
    return person


def _shared(who: Actor, person_id: int, own: Sequence[Item], first: date, number: int) -> list[Item]:
    """What stands in the calendars of the person's organisation and of those above it, and not in their own. One query."""
    entry = roll().entries.get(person_id)
    above = roll().tree.ancestors(entry.unit_id if entry is not None else None)
    known = {item.event_id for item in own}
    found = spans.of_units(who, above, first, number)
    return [item for items in found.values() for item in items if item.event_id not in known]


def _words_of(person_id: int) -> str:
    current = roll()
    entry = current.entries.get(person_id)
    if entry is None or entry.unit_id is None or entry.post_id is None:
        return ""
    return f"{current.tree.path_name(entry.unit_id)} {current.posts[entry.post_id][0]}"
