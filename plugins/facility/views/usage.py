"""How much facilities are used, for those who decide on them: a month or a fiscal year, by facility, group, building, bureau."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for

from groupware.calendar.eras import format_wareki_fiscal
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.directory.tree import org_tree
from groupware.i18n import current_locale, gettext, lazy_gettext, lazy_pgettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.facility.forms import storable
from plugins.facility.queries.facilities import Filter, Place, not_found, seen
from plugins.facility.queries.requests import decides
from plugins.facility.queries.usage import HOURS, Report, Usage, usage, usage_by_month
from plugins.facility.views.blueprint import blueprint
from plugins.facility.words import month_words, short_month_words

MOST = 20_000
WAYS = {
    "facility": lazy_pgettext("usage", "Facility"),
    "group": lazy_pgettext("usage", "Facility group"),
    "building": lazy_pgettext("usage", "Building"),
    "bureau": lazy_pgettext("usage", "Bureau"),
}
HEADS = {
    "facility": lazy_gettext("Facility"),
    "group": lazy_gettext("Facility group"),
    "building": lazy_pgettext("facility", "Building"),
    "bureau": lazy_pgettext("facility", "Bureau"),
}
"""What the names are that the rows of each way begin with."""
STEPS = (1, 15, 30, 45, 60)
"""Percents at which a cell of the grid gets darker."""


@blueprint.get("/usage")
@signed_in
def usage_report() -> str:
    """Hours, numbers and the grid of the week."""
    first, last, period = _period()
    kept, wanted, by = _kept(), _wanted(), _by()
    report, rows, total = _asked(kept, first, last)
    months = usage_by_month(_narrowed(kept), first, last) if "year" in period else {}
    highest = max((one.share or 0 for one in months.values()), default=0)

    def address(**changes: Any) -> str:
        values = {"by": by, **wanted, **period, **changes}
        return url_for("facility.usage_report", **{name: value for name, value in values.items() if value})

    is_year = "year" in period
    year = fiscal_year(first)
    return render_template(
        "facility/usage.html",
        report=report,
        rows=rows,
        total=total,
        head=HEADS[by],
        ways=[(label, address(by=way), way == by, None) for way, label in WAYS.items()],
        by=by,
        wanted=wanted,
        choices=_choices(kept),
        period=period,
        is_year=is_year,
        title=_year_words(year) if is_year else month_words(first),
        address=address,
        month_url=address(year=None, month=f"{max(first, min(actor().today.replace(day=1), last)):%Y-%m}"),
        year_url=address(month=None, year=year),
        earlier=address(year=year - 1) if is_year else address(month=f"{first - timedelta(days=1):%Y-%m}"),
        later=address(year=year + 1) if is_year else address(month=f"{last:%Y-%m}"),
        months=[
            (short_month_words(month), one, address(year=None, month=f"{month:%Y-%m}"))
            for month, one in months.items()
        ],
        scale=max(highest, 1),
        hours=HOURS,
        heat=heat,
        weekdays=_weekdays(),
    )


@blueprint.get("/export/usage.<format>")
@signed_in
def export_usage(format: str) -> Response:  # noqa: A002  the word users know
    """The same as a file."""
    first, last, _ = _period()
    _, rows, _ = _asked(_kept(), first, last)
    columns = [
        str(HEADS[_by()]),
        pgettext("usage", "Facilities"),
        gettext("Capacity"),
        pgettext("usage", "Bookings"),
        pgettext("usage", "Hours booked"),
        pgettext("usage", "Open hours"),
        pgettext("usage", "Percent"),
        pgettext("usage", "Checked in"),
        pgettext("usage", "Released unused"),
        pgettext("usage", "Percent that came"),
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
            one.came,
            one.released,
            one.attendance,
            one.withdrawn,
        ]
        for name, one in rows
    ]
    return table_response(pgettext("usage", "Use of facilities"), columns, cells, format)


def heat(percent: int) -> int:
    """How dark a cell of the grid is, 0 to 5."""
    return sum(percent >= step for step in STEPS)


def _kept() -> list[Place]:
    """The facilities on which whoever looks decides. Raises NotFound for those who decide on none."""
    if not decides(actor()):
        raise not_found()
    return [one for one in seen(actor(), Filter(with_retired=True), MOST) if one.can_decide]


def _wanted() -> dict[str, str]:
    """What the report is narrowed by: the names of a group, a building, a bureau, as the report adds them up."""
    values = {way: storable(request.args.get(way)).strip() for way in WAYS if way != "facility"}
    return {way: value for way, value in values.items() if value}


def _choices(kept: Sequence[Place]) -> list[tuple[str, Any, list[tuple[str, str]]]]:
    """What the report can be narrowed by, where there is a choice: the way, its word, its values in the order of the facilities."""
    keys = _keys()
    found = []
    for way in ("group", "building", "bureau"):
        names = dict.fromkeys(keys[way](one) for one in kept)
        if len(names) > 1:
            found.append(
                (way, HEADS[way], [("", pgettext("usage", "All")), *((name, name) for name in names)])
            )
    return found


def _asked(kept: Sequence[Place], first: date, last: date) -> tuple[Report, list[tuple[str, Usage]], Usage]:
    """The report, its rows by what was asked for, and their sum."""
    keys, places = _keys(), _narrowed(kept)
    report = usage(places, first, last)
    found: dict[str, Usage] = {}
    total = Usage()
    key = keys[_by()]
    for place in places:
        one = report.by_facility[place.id]
        if place.is_retired and not (one.number or one.withdrawn or one.released):
            continue
        found.setdefault(key(place), Usage()).add(one)
        total.add(one)
    return report, list(found.items()), total


def _narrowed(kept: Sequence[Place]) -> list[Place]:
    """Those that the report is about."""
    keys, wanted = _keys(), _wanted()
    return [one for one in kept if all(keys[way](one) == value for way, value in wanted.items())]


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
