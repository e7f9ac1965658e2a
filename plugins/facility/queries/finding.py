"""Which facilities are free: at all of some times, and when next."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from groupware import clock
from groupware.capabilities import Span
from plugins.facility.enums import Use
from plugins.facility.queries.bookings import Hold, holding
from plugins.facility.queries.facilities import Place

AHEAD = timedelta(days=14)
"""How far the next free time is looked for."""
MOST_LATER = 60


def free_ids(places: Sequence[Place], times: Sequence[Span], quantity: int = 1) -> set[int]:
    """Those of the facilities that nothing holds at any of the times, their own pauses included. One query."""
    if not places or not times:
        return {place.id for place in places}
    pauses = timedelta(minutes=max(max(p.terms.before, p.terms.after) for p in places))
    holds = holding(
        (place.id for place in places),
        min(one.starts_at for one in times) - pauses,
        max(one.ends_at for one in times) + pauses,
    )
    return {
        place.id
        for place in places
        if all(has_room(place, holds.get(place.id, ()), span, quantity) for span in times)
    }


def found_for(
    places: Sequence[Place], span: Span, now: datetime
) -> tuple[list[Place], list[tuple[Place, Span]]]:
    """Those of the facilities that are free at a time and open then, and of the others when they are free next. Two queries.

    The next time is looked for within two weeks, for the first `MOST_LATER` of them, the soonest first; what is lent by number
    has none.
    """
    ids = free_ids(places, [span])
    free = [place for place in places if place.id in ids and is_open(place, span)]
    if span.starts_at <= now:
        return free, []
    known = {place.id for place in free}
    others = [one for one in places if one.id not in known and one.is_exclusive][:MOST_LATER]
    until = span.starts_at + AHEAD
    pauses = timedelta(minutes=max((max(p.terms.before, p.terms.after) for p in others), default=0))
    holds = holding((one.id for one in others), span.starts_at - pauses, until + pauses) if others else {}
    later = [(one, next_free(one, holds.get(one.id, []), span, until)) for one in others]
    found = [(one, following) for one, following in later if following is not None]
    return free, sorted(found, key=lambda one: one[1].starts_at)


def is_open(place: Place, span: Span) -> bool:
    """Whether a facility is open all the time."""
    return _opened(place, span.starts_at, span.ends_at - span.starts_at) == span.starts_at


def has_room(place: Place, holds: Iterable[Hold], span: Span, quantity: int = 1) -> bool:
    """Whether `quantity` of a facility can be had at a time, given what holds it around then."""
    begins = span.starts_at - timedelta(minutes=place.terms.before)
    ends = span.ends_at + timedelta(minutes=place.terms.after)
    others = [hold for hold in holds if hold.busy_from < ends and hold.busy_until > begins]
    if place.is_exclusive or any(hold.use == Use.BLOCKING for hold in others):
        return not others and quantity <= place.quantity
    moments = [begins, *(hold.busy_from for hold in others if hold.busy_from > begins)]
    out = max(
        sum(hold.quantity for hold in others if hold.busy_from <= moment < hold.busy_until)
        for moment in moments
    )
    return out + quantity <= place.quantity


def next_free(place: Place, holds: Sequence[Hold], span: Span, until: datetime) -> Span | None:
    """The first time of the same length, from `span` on, at which an exclusive facility is free and open. None by `until`.

    `holds` are all of the facility up to `until`, in order of time.
    """
    length = span.ends_at - span.starts_at
    moment = span.starts_at
    # Every step passes a hold or a closing time, so that they are no more than there are of both.
    for _ in range(len(holds) + 2 * (until - span.starts_at).days + 2):
        moment = _opened(place, moment, length)
        candidate = Span(moment, moment + length)
        if candidate.ends_at > until:
            return None
        hit = next((hold for hold in holds if not has_room(place, [hold], candidate)), None)
        if hit is None:
            return candidate
        moment = rounded(hit.busy_until + timedelta(minutes=place.terms.before), place.terms.unit)
    return None


def _opened(place: Place, moment: datetime, length: timedelta) -> datetime:
    """The moment, or the next opening where the facility would close before the end."""
    terms = place.terms
    if terms.is_always_open:
        return moment
    midnight = clock.midnight(clock.local(moment).date())
    opens = midnight + timedelta(minutes=terms.opens)
    if moment < opens:
        return opens
    if moment + length <= midnight + timedelta(minutes=terms.closes):
        return moment
    return clock.midnight(clock.local(moment).date() + timedelta(days=1)) + timedelta(minutes=terms.opens)


def rounded(moment: datetime, unit: int) -> datetime:
    """The moment, or the next one that lies on a step of so many minutes."""
    exact = moment.replace(second=0, microsecond=0)
    if exact < moment:
        exact += timedelta(minutes=1)
    return exact + timedelta(minutes=-exact.minute % unit)
