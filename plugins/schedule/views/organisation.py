"""Day and week of an organisation: the screens that an office works by."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, url_for

from groupware import clock, rules
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.formats import date_text
from groupware.web.gate import signed_in
from plugins.schedule.queries import spans
from plugins.schedule.queries.places import Pinned, extras_of, head_of
from plugins.schedule.queries.weeks import DAYS, monday
from plugins.schedule.rules import DAY_BEGINS, DAY_ENDS
from plugins.schedule.services.places import may_arrange
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.lanes import lanes_of
from plugins.schedule.views.layout import column, hours_of
from plugins.schedule.views.place import (
    Place,
    address,
    asked_day,
    asked_place,
    rows_of,
    topics_of,
    units_near,
)
from plugins.schedule.wording import is_closed, item_words, times_of


@blueprint.get("/")
@signed_in
def index() -> str:
    """組織週間: people as rows, days as columns."""
    who, day = actor(), asked_day()
    place, first = asked_place(who), monday(day)
    # Before what is shown is read: what happens in between is shown once more, and never missed.
    topics = topics_of(place.people, place.unit_id)
    rows = rows_of(place.people)
    items = spans.of_people(who, place.people, first, DAYS)
    pins, extras = head_of(who, place.kind, place.ref, place.groups)
    lanes = lanes_of(who, place, extras, first, DAYS)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return render_template(
        "schedule/organisation_week.html",
        **_frame(place, day, "schedule.index", DAYS, pins),
        topics=topics,
        days=days,
        marked=[(one, one.isoformat(), _marks(one, day), date_text(one)) for one in days],
        shared=spans.by_day(lanes.above, first, DAYS) if lanes.above else [],
        units=[(lane, spans.by_day(lane.items, first, DAYS)) for lane in lanes.units],
        facilities=[(lane, spans.by_day(lane.items, first, DAYS)) for lane in lanes.facilities],
        rows=[(row, spans.by_day(items.get(row.person_id, ()), first, DAYS)) for row in rows],
    )


@blueprint.get("/day")
@signed_in
def day() -> str:
    """組織1日: people as rows, hours as columns."""
    who, shown = actor(), asked_day()
    place = asked_place(who)
    topics = topics_of(place.people, place.unit_id)
    rows = rows_of(place.people)
    items = spans.of_people(who, place.people, shown, 1)
    pins, extras = head_of(who, place.kind, place.ref, place.groups)
    lanes = lanes_of(who, place, extras, shown, 1)
    begins, ends = (int(rules.value(rule, place.unit_id or who.unit_id)) for rule in (DAY_BEGINS, DAY_ENDS))
    busy = [*items.values(), *(lane.items for lane in (*lanes.units, *lanes.facilities))]
    hours = hours_of(begins, ends, [(shown, found) for found in busy])
    return render_template(
        "schedule/organisation_day.html",
        **_frame(place, shown, "schedule.day", 1, pins),
        topics=topics,
        hours=hours,
        shared=lanes.above,
        units=[(lane, column(shown, lane.items, hours)) for lane in lanes.units],
        facilities=[(lane, column(shown, lane.items, hours)) for lane in lanes.facilities],
        rows=[(row, column(shown, items.get(row.person_id, ()), hours)) for row in rows],
    )


@blueprint.get("/export/week.<format>")
@signed_in
def export_week(format: str) -> Response:  # noqa: A002  the word users know
    """The week of an organisation as a table: a row for each person, a column for each day."""
    who, first = actor(), monday(asked_day())
    place = asked_place(who)
    items = spans.of_people(who, place.people, first, DAYS)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    lanes = lanes_of(who, place, extras_of(place.kind, place.ref), first, DAYS)
    rows = [[lane.name, "", *_written(lane.items, days)] for lane in lanes.units]
    rows += [
        [row.name, row.post, *_written(items.get(row.person_id, ()), days)] for row in rows_of(place.people)
    ]
    rows += [[lane.name, "", *_written(lane.items, days)] for lane in lanes.facilities]
    columns = [gettext("Name"), gettext("Post"), *(date_text(one) for one in days)]
    return table_response(gettext("Schedule of a week"), columns, rows, format, unit_id=place.unit_id)


def _marks(one: date, shown: date) -> str:
    """The classes of a day's cells."""
    kind = " is-today" if one == clock.today() else " is-closed" if is_closed(one) else ""
    return kind + (" is-shown" if one == shown else "")


def _line(item: Any, day: date) -> str:
    return " ".join(part for part in (times_of(item, day), item_words(item), item.place) if part)


def _written(items: Sequence[Any], days: Sequence[date]) -> list[str]:
    """The cells of a row as text."""
    cells = spans.by_day(items, days[0], len(days))
    return ["\n".join(_line(item, day) for item in cell) for day, cell in zip(days, cells, strict=True)]


def _frame(place: Place, day: date, endpoint: str, step: int, pins: Sequence[Pinned]) -> dict[str, Any]:
    above, beside, below = units_near(place.unit_id)
    return {
        "place": place,
        "day": day,
        "above": above,
        "beside": beside,
        "below": below,
        "groups": place.groups,
        "pins": [(one, url_for(endpoint, **one.arguments, day=day.isoformat())) for one in pins],
        "is_pinned": any((one.kind, one.ref) == (place.kind, place.ref) for one in pins),
        "own_unit": actor().unit_id,
        "may_arrange": may_arrange(actor(), place.kind, place.ref, list(place.groups)),
        "person_id": actor().person_id,
        "is_today": day == clock.today(),
        "views": [
            (gettext("Week"), address("schedule.index", place, day), endpoint == "schedule.index"),
            (gettext("Day"), address("schedule.day", place, day), endpoint == "schedule.day"),
        ],
        "previous_url": address(endpoint, place, day - timedelta(days=step)),
        "next_url": address(endpoint, place, day + timedelta(days=step)),
        "today_url": address(endpoint, place, clock.today()),
    }
