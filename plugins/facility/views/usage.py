"""How much facilities are used, for those who decide on them: a month or a fiscal year, by facility, group, building, bureau."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for

from groupware.calendar.eras import format_wareki_fiscal
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.directory.tree import org_tree
from groupware.i18n import current_locale, gettext, lazy_pgettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility.queries.facilities import Filter, Place, not_found, seen
from plugins.facility.queries.requests import decides
from plugins.facility.queries.usage import HOURS, Report, Usage, usage
from plugins.facility.views.blueprint import blueprint
from plugins.facility.words import month_words

MOST = 20_000
WAYS = {
    "facility": lazy_pgettext("usage", "Facility"),
    "group": lazy_pgettext("usage", "Facility group"),
    "building": lazy_pgettext("usage", "Building"),
    "bureau": lazy_pgettext("usage", "Bureau"),
}
STEPS = (1, 15, 30, 45, 60)
"""Percents at which a cell of the grid gets darker."""


@blueprint.get("/usage")
@signed_in
def usage_report() -> str:
    """Hours, numbers and the grid of the week."""
    first, last, period = _period()
    report, rows, total = _asked(first, last)
    by, group = _by(), request.args.get("group", type=int)

    def address(**changes: Any) -> str:
        values = {"by": by, "group": group, **period, **changes}
        return url_for("facility.usage_report", **{name: value for name, value in values.items() if value})

    is_year = "year" in period
    year = fiscal_year(first)
    return render_template(
        "facility/usage.html",
        report=report,
        rows=rows,
        total=total,
        way=WAYS[by],
        ways=[(label, address(by=way), way == by, None) for way, label in WAYS.items()],
        by=by,
        group=group,
        groups=_groups(),
        period=period,
        is_year=is_year,
        title=_year_words(year) if is_year else month_words(first),
        address=address,
        month_url=address(year=None, month=f"{max(first, min(actor().today.replace(day=1), last)):%Y-%m}"),
        year_url=address(month=None, year=year),
        earlier=address(year=year - 1) if is_year else address(month=f"{first - timedelta(days=1):%Y-%m}"),
        later=address(year=year + 1) if is_year else address(month=f"{last:%Y-%m}"),
        hours=HOURS,
        heat=heat,
        weekdays=_weekdays(),
    )


@blueprint.get("/export/usage.<format>")
@signed_in
def export_usage(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    first, last, _ = _period()
    _, rows, _ = _asked(first, last)
    columns = [
        str(WAYS[_by()]),
        pgettext("usage", "Facilities"),
        gettext("Capacity"),
        pgettext("usage", "Bookings"),
        pgettext("usage", "Hours booked"),
        pgettext("usage", "Open hours"),
        pgettext("usage", "Percent"),
        pgettext("usage", "Released unused"),
        pgettext("usage", "Cancelled"),
    ]
    cells = [
        [
            name,
            one.facilities,
            one.capacity or None,
            one.number,
            round(one.hours, 1),
            round(one.open_hours, 1),
            one.share,
            one.released,
            one.withdrawn,
        ]
        for name, one in rows
    ]
    return table_response(pgettext("usage", "Use of facilities"), columns, cells, format)


def heat(percent: int) -> int:
    """How dark a cell of the grid is, 0 to 5."""
    return sum(percent >= step for step in STEPS)


def _asked(first: date, last: date) -> tuple[Report, list[tuple[str, Usage]], Usage]:
    """The report, its rows by what was asked for, and their sum."""
    who = actor()
    if not decides(who):
        raise not_found()
    group = request.args.get("group", type=int)
    places = [one for one in seen(who, Filter(group=group, with_retired=True), MOST) if one.can_decide]
    report = usage(places, first, last)
    found: dict[str, Usage] = {}
    total = Usage()
    key = _keys()[_by()]
    for place in places:
        one = report.by_facility[place.id]
        if place.is_retired and not (one.number or one.withdrawn or one.released):
            continue
        found.setdefault(key(place), Usage()).add(one)
        total.add(one)
    return report, list(found.items()), total


def _keys() -> Mapping[str, Callable[[Place], str]]:
    tree = org_tree(actor().today)

    def bureau(place: Place) -> str:
        unit = tree.bureau(place.unit_id)
        return unit.name if unit is not None else str(pgettext("facility", "The whole municipality"))

    return {
        "facility": lambda place: " ".join(filter(None, (place.name, place.building))),
        "group": lambda place: place.group_name,
        "building": lambda place: place.building or str(pgettext("usage", "No building")),
        "bureau": bureau,
    }


def _by() -> str:
    by = request.args.get("by", "")
    return by if by in WAYS else "facility"


def _groups() -> Sequence[tuple[int, str]]:
    places = (one for one in seen(actor(), Filter(), MOST) if one.can_decide)
    return list(dict.fromkeys((one.group_id, one.group_name) for one in places))


def _period() -> tuple[date, date, dict[str, Any]]:
    """First day, last day (exclusive), and what names the period in the address: a fiscal year, or a month."""
    year = request.args.get("year", type=int)
    if year is not None and 2000 <= year < 2100:
        first, last = fiscal_year_range(year)
        return first, last, {"year": year}
    written, _, number = request.args.get("month", "").partition("-")
    first = actor().today.replace(day=1)
    is_month = written.isdecimal() and number.isdecimal() and len(written) == 4 and len(number) <= 2
    if is_month and 2000 <= int(written) < 2100 and 1 <= int(number) <= 12:
        first = date(int(written), int(number), 1)
    return first, (first + timedelta(days=32)).replace(day=1), {"month": f"{first:%Y-%m}"}


def _year_words(year: int) -> str:
    if current_locale.get() == "ja":
        return format_wareki_fiscal(year)
    return str(gettext("Fiscal year %(year)d", year=year))


def _weekdays() -> list[str]:
    if current_locale.get() == "ja":
        return list("月火水木金土日")
    return ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
