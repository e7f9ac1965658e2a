"""年間: a fiscal year on one page, with the banners and important events of an organisation and of oneself, and holidays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, render_template, request, url_for

from groupware import clock
from groupware.actor import Actor
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.directory.queries.roll import roll
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.schedule.queries import spans
from plugins.schedule.queries.spans import Item
from plugins.schedule.queries.weeks import DAYS, monday
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.place import Place, asked_place
from plugins.schedule.wording import holiday_words, item_words

YEARS = range(1991, 2099)


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its weeks (days of other months are None), and what begins in it or goes on from the one before."""

    first: date
    weeks: Sequence[Sequence[date | None]]
    marked: frozenset[date]
    """Days on which something is."""
    holidays: Sequence[date]
    items: Sequence[Item]


@blueprint.get("/year")
@signed_in
def year() -> str:
    """April to March as twelve months."""
    who, shown = actor(), _asked_year()
    place = asked_place(who)
    items = _items(who, place, shown)
    first, _ = fiscal_year_range(shown)
    return render_template(
        "schedule/year.html",
        place=place,
        year=shown,
        months=[_month(one, items) for one in _months(first)],
        day=clock.today(),
        previous_url=_address(place, shown - 1) if shown - 1 in YEARS else None,
        next_url=_address(place, shown + 1) if shown + 1 in YEARS else None,
        today_url=_address(place, fiscal_year(clock.today())),
    )


@blueprint.get("/export/year.<format>")
@signed_in
def export_year(format: str) -> Response:  # noqa: A002  the word users know
    """The same in order of time."""
    who, shown = actor(), _asked_year()
    place = asked_place(who)
    columns = [
        pgettext("event", "From"),
        gettext("Last day"),
        pgettext("event", "Title"),
        pgettext("event", "Place"),
        pgettext("event", "Kind"),
    ]
    rows = [
        [one.begins.date(), _last_day(one), item_words(one), one.place, one.kind]
        for one in _items(who, place, shown)
    ]
    return table_response(gettext("Fiscal year"), columns, rows, format, unit_id=place.unit_id)


def _asked_year() -> int:
    asked = request.args.get("year", type=int)
    return asked if asked is not None and asked in YEARS else fiscal_year(clock.today())


def _address(place: Place, shown: int) -> str:
    return url_for("schedule.year", **place.named, year=shown)


def _items(who: Actor, place: Place, shown: int) -> list[Item]:
    """What stands in the calendars of the organisation and of those above it, and one's own. Two queries."""
    first, last = fiscal_year_range(shown)
    number = (last - first).days
    units = list(roll().tree.ancestors(place.unit_id)) if place.unit_id is not None else []
    found: list[Item] = []
    for items in spans.of_units(who, units, first, number).values():
        found += [one for one in items if one.is_all_day or one.is_important]
    if who.person_id is not None:
        mine = spans.of_people(who, [who.person_id], first, number).get(who.person_id, [])
        found += [one for one in mine if _is_banner(one) or one.is_important]
    once = {(one.event_id, one.starts_at): one for one in found}
    return sorted(once.values(), key=lambda one: (one.starts_at, one.event_id))


def _is_banner(item: Item) -> bool:
    return item.is_all_day and _last_day(item) > item.begins.date()


def _last_day(item: Item) -> date:
    return (item.ends - timedelta(microseconds=1)).date()


def _months(first: date) -> Iterable[date]:
    return (
        date(first.year + (first.month + n - 1) // 12, (first.month + n - 1) % 12 + 1, 1) for n in range(12)
    )


def _month(first: date, items: Sequence[Item]) -> Month:
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    days = [first + timedelta(days=n) for n in range((following - first).days)]
    mine = [one for one in items if one.begins.date() < following and _last_day(one) >= first]
    marked = {day for one in mine for day in days if one.begins.date() <= day <= _last_day(one)}
    begin = monday(first)
    weeks = [
        [day if day.month == first.month else None for day in (at + timedelta(days=n) for n in range(DAYS))]
        for at in (begin + timedelta(days=DAYS * week) for week in range(6))
        if at < following
    ]
    return Month(first, weeks, frozenset(marked), [day for day in days if holiday_words(day)], mine)


def span_words(item: Item) -> str:
    """24, or 24–26, or 30–12/2: the days of a banner as its month says them."""
    begins, last = item.begins.date(), _last_day(item)
    if begins == last:
        return str(begins.day)
    end = (
        str(last.day)
        if (begins.year, begins.month) == (last.year, last.month)
        else f"{last.month}/{last.day}"
    )
    return f"{begins.month}/{begins.day}–{end}"


blueprint.add_app_template_filter(span_words, "event_days")
