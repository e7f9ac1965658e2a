"""Day and week of an organisation: the screens that an office works by."""

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template

from groupware import clock, rules
from groupware.directory.queries.choices import visible_groups
from groupware.directory.queries.roll import roll
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.formats import date_text
from groupware.web.gate import signed_in
from plugins.schedule.queries import spans
from plugins.schedule.queries.weeks import DAYS, monday
from plugins.schedule.rules import DAY_BEGINS, DAY_ENDS
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.layout import column, hours_of
from plugins.schedule.views.place import Place, address, asked_day, asked_place, rows_of, units_near
from plugins.schedule.wording import is_closed, item_words, times_of


@blueprint.get("/")
@signed_in
def index() -> str:
    """組織週間: people as rows, days as columns."""
    who, day = actor(), asked_day()
    place, first = asked_place(who), monday(day)
    rows = rows_of(place.people)
    items = spans.of_people(who, place.people, first, DAYS)
    shared = _shared(place, first, DAYS)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return render_template(
        "schedule/organisation_week.html",
        **_frame(place, day, "schedule.index", DAYS),
        days=days,
        marked=[(one, _marks(one, day), date_text(one)) for one in days],
        shared=spans.by_day(shared, first, DAYS) if shared else [],
        rows=[(row, spans.by_day(items.get(row.person_id, ()), first, DAYS)) for row in rows],
    )


@blueprint.get("/day")
@signed_in
def day() -> str:
    """組織1日: people as rows, hours as columns."""
    who, shown = actor(), asked_day()
    place = asked_place(who)
    rows = rows_of(place.people)
    items = spans.of_people(who, place.people, shown, 1)
    begins, ends = (int(rules.value(rule, place.unit_id or who.unit_id)) for rule in (DAY_BEGINS, DAY_ENDS))
    hours = hours_of(begins, ends, [(shown, found) for found in items.values()])
    return render_template(
        "schedule/organisation_day.html",
        **_frame(place, shown, "schedule.day", 1),
        hours=hours,
        shared=_shared(place, shown, 1),
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
    rows = []
    for row in rows_of(place.people):
        cells = spans.by_day(items.get(row.person_id, ()), first, DAYS)
        written = [
            "\n".join(_line(item, day) for item in cell) for day, cell in zip(days, cells, strict=True)
        ]
        rows.append([row.name, row.post, *written])
    columns = [gettext("Name"), gettext("Post"), *(date_text(one) for one in days)]
    return table_response(gettext("Schedule of a week"), columns, rows, format, unit_id=place.unit_id)


def _marks(one: date, shown: date) -> str:
    """The classes of a day's cells."""
    kind = " is-today" if one == clock.today() else " is-closed" if is_closed(one) else ""
    return kind + (" is-shown" if one == shown else "")


def _line(item: Any, day: date) -> str:
    return " ".join(part for part in (times_of(item, day), item_words(item), item.place) if part)


def _shared(place: Place, first: date, number: int) -> list[Any]:
    """What stands in the calendars of the organisation shown and of those above it; of a group, in that of the whole city."""
    who = actor()
    above = roll().tree.ancestors(place.unit_id or who.unit_id)
    found = spans.of_units(who, above if place.unit_id is not None else above[-1:], first, number)
    return sorted((item for items in found.values() for item in items), key=lambda item: item.starts_at)


def _frame(place: Place, day: date, endpoint: str, step: int) -> dict[str, Any]:
    above, beside, below = units_near(place.unit_id)
    return {
        "place": place,
        "day": day,
        "above": above,
        "beside": beside,
        "below": below,
        "groups": visible_groups(actor()),
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
