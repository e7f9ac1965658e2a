"""予定一覧: what comes, of oneself or of the people of an organisation or group, as one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for

from groupware.actor import Actor
from groupware.directory.queries.choices import visible_groups
from groupware.i18n import gettext, pgettext
from groupware.text.folding import fold
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.schedule.queries import events, spans
from plugins.schedule.queries.kinds import offered
from plugins.schedule.queries.places import pinned
from plugins.schedule.queries.spans import Item
from plugins.schedule.views.blueprint import blueprint
from plugins.schedule.views.place import asked_day, asked_place
from plugins.schedule.wording import event_columns, item_words

PERIODS = (7, 31, 92)
PAGE = 100
MOST_PEOPLE = 300
"""People whose events stand in one list."""


@dataclass(frozen=True, slots=True)
class Line:
    """An occurrence, and who of those asked about takes part."""

    item: Item
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed down to, from the address."""

    first: date
    days: int
    kind: str
    text: str
    is_own: bool
    """Whether it is one's own list."""

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.first + timedelta(days=self.days - 1)

    def fits(self, item: Item) -> bool:
        """Whether an occurrence belongs to it; what is hidden has neither kind nor words."""
        if self.kind and item.kind != self.kind:
            return False
        words = fold(f"{item.title} {item.place}", spaces="remove")
        return all(word in words for word in fold(self.text).split())


@blueprint.get("/list")
@signed_in
def listing() -> str:
    """The list, a hundred to a page."""
    who, wanted = actor(), _wanted()
    lines, title, number = _lines(who, wanted)
    page = min(max(request.args.get("page", 1, type=int), 1), 1000)
    arguments = _arguments(wanted)
    pins = pinned(who, visible_groups(who))
    return render_template(
        "schedule/list.html",
        wanted=wanted,
        title=title,
        lines=lines[(page - 1) * PAGE : page * PAGE],
        number=len(lines),
        is_cut=number > MOST_PEOPLE,
        most=MOST_PEOPLE,
        kinds=[("", gettext("Every kind")), *((one.name, one.name) for one in offered(who.unit_id))],
        periods=[(7, gettext("A week")), (31, gettext("A month")), (92, gettext("Three months"))],
        arguments=arguments,
        places=[
            (gettext("My events"), url_for("schedule.listing"), wanted.is_own),
            (
                gettext("My organisation"),
                url_for("schedule.listing", unit=who.unit_id),
                request.args.get("unit") == str(who.unit_id),
            ),
            *(
                (one.name, url_for("schedule.listing", **one.arguments), _is_shown(one.arguments))
                for one in pins
            ),
        ],
        previous_url=url_for("schedule.listing", **arguments, page=page - 1) if page > 1 else None,
        next_url=url_for("schedule.listing", **arguments, page=page + 1)
        if len(lines) > page * PAGE
        else None,
    )


@blueprint.get("/export/list.<format>")
@signed_in
def export_list(format: str) -> Response:  # noqa: A002  the word users know
    """All of it as a table."""
    lines, _, _ = _lines(actor(), _wanted())
    columns = [*event_columns(), pgettext("event", "Participants")]
    rows = [
        [
            one.item.starts_at,
            one.item.ends_at,
            one.item.is_all_day,
            item_words(one.item),
            one.item.place,
            one.item.kind,
            gettext(", ").join(one.names),
        ]
        for one in lines
    ]
    return table_response(gettext("List of events"), columns, rows, format)


def _wanted() -> Wanted:
    days = request.args.get("days", PERIODS[1], type=int)
    return Wanted(
        first=asked_day(),
        days=days if days in PERIODS else PERIODS[1],
        kind=request.args.get("kind", "")[:100],
        text=request.args.get("q", "").strip()[:100],
        is_own="unit" not in request.args and "group" not in request.args,
    )


def _arguments(wanted: Wanted) -> dict[str, Any]:
    named = {name: request.args[name] for name in ("unit", "group") if name in request.args}
    filters = {"kind": wanted.kind, "q": wanted.text}
    chosen = {name: value for name, value in filters.items() if value}
    return named | {"day": wanted.first.isoformat(), "days": wanted.days} | chosen


def _is_shown(arguments: dict[str, Any]) -> bool:
    return all(request.args.get(name) == value for name, value in arguments.items())


def _lines(who: Actor, wanted: Wanted) -> tuple[list[Line], str, int]:
    """(the lines in order of time, whose they are in words, of how many people)."""
    if wanted.is_own:
        people, title, number = [who.person_id] if who.person_id is not None else [], "", 1
    else:
        place = asked_place(who)
        people, title, number = list(place.everybody[:MOST_PEOPLE]), place.title, place.number
    found: dict[tuple[int, Any], tuple[Item, list[int]]] = {}
    for person, items in spans.of_people(who, people, wanted.first, wanted.days).items():
        for item in items:
            if wanted.fits(item):
                found.setdefault((item.event_id, item.starts_at), (item, []))[1].append(person)
    known = events.names(people) if len(people) > 1 else {}
    order = {person: n for n, person in enumerate(people)}
    lines = [
        Line(item, [known[one].display_name for one in sorted(some, key=order.__getitem__) if one in known])
        for item, some in found.values()
    ]
    return sorted(lines, key=lambda one: (one.item.starts_at, one.item.event_id)), title, number
