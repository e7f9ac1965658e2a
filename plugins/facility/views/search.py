"""Look for a free facility: by time, size, features and place."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import render_template, request

from groupware import clock
from groupware.capabilities import Span
from groupware.web.boundary import actor
from groupware.web.gate import signed_in
from plugins.facility.enums import GroupKind
from plugins.facility.files import photos_of
from plugins.facility.forms import storable
from plugins.facility.queries.facilities import Filter, features, features_of, seen, whereabouts
from plugins.facility.queries.finding import found_for
from plugins.facility.views.blueprint import blueprint
from plugins.facility.views.day import asked_day
from plugins.facility.views.proposing import proposed

MOST = 600
"""Facilities that are looked at."""
MOST_FREE, MOST_LATER = 100, 50
"""Facilities that are listed."""
LONGEST = timedelta(days=31)


@blueprint.get("/search")
@signed_in
def search() -> str:
    """Free facilities of what was asked for, and of the others when they are free next."""
    asked = {
        name: storable(request.args.get(name)).strip() for name in ("q", "kind", "building", "from", "to")
    }
    capacity = min(request.args.get("capacity", type=int) or 0, 100_000)
    wanted_features = [
        int(one) for one in request.args.getlist("feature") if one.isdecimal() and len(one) < 10
    ]
    day = asked_day()
    span = _span(day, asked)
    who = actor()
    places = seen(
        who,
        Filter(
            text=asked["q"],
            kind=asked["kind"] if asked["kind"] in set(GroupKind) else "",
            building=asked["building"],
            capacity=max(capacity, 0),
            features=wanted_features,
        ),
        MOST,
    )
    bookable = [one for one in places if one.can_book]
    free, later = found_for(bookable, span, who.now)
    number = len(free)
    free = (sorted(free, key=lambda one: one.capacity or 10**6) if capacity else free)[:MOST_FREE]
    later = later[:MOST_LATER]
    ids = [one.id for one in [*free, *(place for place, _ in later)]]
    shown: dict[str, Any] = {
        "asked": asked,
        "capacity": capacity or "",
        "wanted_features": wanted_features,
        "day": clock.local(span.starts_at).date(),
        "span": span,
        "free": free,
        "number": number,
        "later": later,
        "photos": photos_of(ids),
        "features": features(),
        "features_of": features_of(ids),
        "buildings": whereabouts(who)[0],
        "kinds": [(kind.value, kind.label) for kind in GroupKind],
    }
    return render_template("facility/search.html", **shown)


def _span(day: Any, asked: dict[str, str]) -> Span:
    """The time that was asked for; an hour that the house proposes where part of it is missing or makes no sense."""
    begins, ends = _clock(asked["from"]), _clock(asked["to"])
    if begins is None:
        first = proposed(actor(), day if request.args.get("day") else None)
        day, begins = first.date(), first.time()
    starts_at = clock.at(day, begins)
    ends_at = clock.at(day, ends) if ends is not None else starts_at
    if ends_at <= starts_at:
        ends_at = starts_at + timedelta(hours=1)
    return Span(starts_at, min(ends_at, starts_at + LONGEST))


def _clock(text: str) -> time | None:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  a time of the wall clock
    except ValueError:
        return None
