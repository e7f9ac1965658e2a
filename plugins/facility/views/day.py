"""The grids: a day of many facilities, a week of a group, a week of one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for

from groupware import clock
from groupware.directory.tree import org_tree
from groupware.i18n import gettext, pgettext
from groupware.realtime.queries import position
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility.events import facility_topic, group_topic
from plugins.facility.files import photos_of
from plugins.facility.forms import storable
from plugins.facility.queries import bookings
from plugins.facility.queries.bookings import Item
from plugins.facility.queries.facilities import (
    Filter,
    Place,
    features_of,
    groups,
    place,
    seen,
    whereabouts,
)
from plugins.facility.queries.grid import by_day, edges_of, frame_of, row_of
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.showing import unit_names, what_for

MOST = 100
"""Facilities on one page."""
MOST_LISTED = 1000
"""Facilities in a list or a file."""
MOST_FOLLOWED = 10
"""Groups that a page of a building follows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a page of facilities is about: all groups, the facilities that are asked for, and by what."""

    groups: Sequence[Any]
    places: list[Place]
    wanted: dict[str, Any]
    page: int
    has_more: bool


@blueprint.get("/")
@signed_in
def index() -> str:
    """The day of a group, a building or a bureau: rows are facilities, columns are hours."""
    day, choice = asked_day(), chosen()
    return render_template(
        "facility/day.html",
        **_day_of(choice, day),
        topics=_topics(choice),
        **around(day, choice, "facility.index", 1),
    )


@blueprint.get("/grid/day")
@signed_in
def day_grid() -> str:
    """The table of the day alone, as it is now."""
    day = asked_day()
    return render_template(
        "facility/_day_part.html",
        **_day_of(chosen(), day),
        day=day,
        units=unit_names(),
        what_for=what_for,
    )


def _day_of(choice: Choice, day: date) -> dict[str, Any]:
    places = choice.places
    begins = clock.midnight(day)
    items = bookings.within((one.id for one in places), begins, begins + timedelta(days=1))
    frame, now = frame_of(places), actor().now
    return {
        "rows": [row_of(one, items.get(one.id, ()), day, frame, now) for one in places],
        "frame": frame,
        "photos": photos_of([one.id for one in places]),
        "live": url_for("facility.day_grid", day=day.isoformat(), **choice.wanted),
    }


@blueprint.get("/week")
@signed_in
def week() -> str:
    """Seven days of a group, a building or a bureau: rows are facilities, columns are days."""
    day, choice = asked_day(), chosen()
    return render_template(
        "facility/week.html",
        **_week_of(choice, day),
        topics=_topics(choice),
        **around(day, choice, "facility.week", 7),
    )


@blueprint.get("/grid/week")
@signed_in
def week_grid() -> str:
    """The table of the week alone, as it is now."""
    choice = chosen()
    return render_template(
        "facility/_week_part.html", **_week_of(choice, asked_day()), wanted=choice.wanted, what_for=what_for
    )


def _week_of(choice: Choice, day: date) -> dict[str, Any]:
    places = choice.places
    first = day - timedelta(days=day.weekday())
    days = [first + timedelta(days=number) for number in range(7)]
    items = bookings.within(
        (one.id for one in places), clock.midnight(first), clock.midnight(first + timedelta(days=7))
    )
    edges = edges_of(days)
    return {
        "rows": [(one, by_day(items.get(one.id, ()), edges)) for one in places],
        "days": days,
        "photos": photos_of([one.id for one in places]),
        "live": url_for("facility.week_grid", day=day.isoformat(), **choice.wanted),
    }


def _topics(choice: Choice) -> list[tuple[str, int]]:
    """The topics of the groups that a page shows, with the numbers of the last events in them."""
    shown = {one.group_id for one in choice.places}
    return [(group_topic(one.id), one.seq) for one in choice.groups if one.id in shown][:MOST_FOLLOWED]


@blueprint.get("/facilities/<uuid:uid>")
@signed_in
def facility(uid: uuid.UUID) -> str:
    """One facility: what it is, and its week as a grid."""
    day = asked_day()
    found = place(actor(), uid)
    topic = facility_topic(found.id)
    return render_template(
        "facility/facility.html",
        topics=[(topic, position(topic).seq)],
        **_facility_week(found, day),
        features=features_of([found.id]).get(found.id, []),
        photos=photos_of([found.id]).get(found.id, []),
        day=day,
        earlier=url_for("facility.facility", uid=uid, day=day - timedelta(days=7)),
        later=url_for("facility.facility", uid=uid, day=day + timedelta(days=7)),
        now_url=url_for("facility.facility", uid=uid),
    )


@blueprint.get("/facilities/<uuid:uid>/grid")
@signed_in
def facility_grid(uid: uuid.UUID) -> str:
    """The table of its week alone, as it is now."""
    return render_template("facility/_facility_part.html", **_facility_week(place(actor(), uid), asked_day()))


def _facility_week(found: Place, day: date) -> dict[str, Any]:
    first = day - timedelta(days=day.weekday())
    days = [first + timedelta(days=number) for number in range(7)]
    items = bookings.within([found.id], clock.midnight(first), clock.midnight(first + timedelta(days=7)))
    frame, now = frame_of([found]), actor().now
    return {
        "place": found,
        "rows": [
            row_of(found, some, one, frame, now)
            for one, some in by_day(items.get(found.id, ()), edges_of(days))
        ],
        "frame": frame,
        "days": days,
        "units": unit_names(),
        "what_for": what_for,
        "live": url_for("facility.facility_grid", uid=found.uid, day=day.isoformat()),
    }


@blueprint.get("/export/day.<format>")
@signed_in
def export_day(format: str) -> Response:  # noqa: A002  the word users know
    """The bookings of a day, or of the week that it lies in, as a table for reception and doors."""
    day, length = asked_day(), 1
    if request.args.get("view") == "week":
        day, length = day - timedelta(days=day.weekday()), 7
    places = chosen(is_list=True).places
    items = bookings.within(
        (one.id for one in places), clock.midnight(day), clock.midnight(day + timedelta(days=length))
    )
    return table_response(
        gettext("Bookings of facilities"),
        booking_columns(),
        [booking_cells(one, item) for one in places for item in items.get(one.id, ())],
        format,
    )


def booking_columns() -> list[str]:
    """The heads of a list of bookings."""
    return [
        gettext("Facility"),
        pgettext("facility", "Place"),
        pgettext("booking", "From"),
        pgettext("booking", "To"),
        gettext("Purpose"),
        pgettext("booking", "For"),
        gettext("Organisation"),
        gettext("Telephone"),
        pgettext("facility", "Number"),
        pgettext("booking", "State"),
    ]


def booking_cells(one: Place, item: Item) -> list[Any]:
    """A booking as a row of a list."""
    return [
        one.name,
        one.where,
        item.starts_at,
        item.ends_at,
        what_for(one, item),
        item.user_name,
        unit_names().get(item.unit_id, ""),
        item.contact,
        item.quantity,
        str(item.status.label),
    ]


def asked_day() -> date:
    """The day of the address; today without one, or with one that is none."""
    try:
        return min(max(date.fromisoformat(request.args.get("day", "")), date(2000, 1, 1)), date(2100, 1, 1))
    except ValueError:
        return actor().today


def chosen(*, is_list: bool = False) -> Choice:
    """The facilities of a group (the first without one), a building or a bureau, as many as go on a page, or into a list."""
    most = MOST_LISTED if is_list else MOST
    known = groups(actor())
    building = storable(request.args.get("building")).strip()
    group, bureau = (request.args.get(name, type=int) for name in ("group", "bureau"))
    units = _managed_in(bureau) if bureau is not None else frozenset()
    if group is None and not building and not units and known:
        group = known[0].id
    page = 1 if is_list else min(max(request.args.get("page", 1, type=int), 1), 1000)
    wanted = Filter(group=group, building=building, units=units)
    places = seen(actor(), wanted, most + 1, (page - 1) * most) if known else []
    return Choice(
        known,
        places[:most],
        {
            "group": group,
            "building": building or None,
            "bureau": bureau if units else None,
            "page": page if page > 1 else None,
        },
        page,
        len(places) > most,
    )


def _managed_in(bureau: int) -> frozenset[int]:
    """The organisations of a bureau; none where there is no such bureau."""
    tree = org_tree(actor().today)
    return tree.subtree(bureau) if bureau in tree else frozenset()


def around(day: date, choice: Choice, endpoint: str, step: int) -> dict[str, Any]:
    """What stands beside and above the facilities of a page: what can be chosen instead, the days before and after."""

    def address(where: str = endpoint, **changes: Any) -> str:
        values = {"day": day.isoformat(), **choice.wanted, **changes}
        return url_for(where, **{name: value for name, value in values.items() if value})

    buildings, units = whereabouts(actor())
    tree = org_tree(actor().today)
    bureaus = {one.id: one.name for unit_id in units if (one := tree.bureau(unit_id)) is not None}
    return {
        "day": day,
        "groups": choice.groups,
        "wanted": choice.wanted,
        "page": choice.page,
        "previous_page": address(page=choice.page - 1) if choice.page > 1 else None,
        "next_page": address(page=choice.page + 1) if choice.has_more else None,
        "buildings": buildings,
        "bureaus": bureaus if len(bureaus) > 1 else {},
        "units": unit_names(),
        "what_for": what_for,
        "address": address,
        "earlier": address(day=day - timedelta(days=step)),
        "later": address(day=day + timedelta(days=step)),
        "now_url": address(day=None),
    }
