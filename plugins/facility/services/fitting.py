"""Where something fits into a wider time: any hour of an afternoon."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from groupware.actor import Actor
from groupware.capabilities import Span
from plugins.facility.queries.bookings import holding
from plugins.facility.queries.facilities import Place
from plugins.facility.queries.finding import has_room, rounded
from plugins.facility.services.checking import Wanted, refused_by_times

WIDEST = timedelta(days=1)
"""The widest time in which something shorter is looked for: so many steps are gone through each time something becomes free."""


def spans(place: Place, window: Span, length: timedelta, now: datetime) -> Iterator[Span]:
    """The times to come of a length that lie within a window, in the steps of the facility. The window itself if it is as long."""
    if length == window.ends_at - window.starts_at:
        if window.starts_at > now:
            yield window
        return
    moment = rounded(max(window.starts_at, now), place.terms.unit)
    while moment + length <= window.ends_at:
        if moment > now:
            yield Span(moment, moment + length)
        moment += timedelta(minutes=place.terms.unit)


def fits(
    actor: Actor, places: Sequence[Place], window: Span, length: timedelta, quantity: int
) -> Iterator[Wanted]:
    """For each facility, in their order, the first time that its terms allow and nothing holds. One query for all."""
    if not places:
        return
    pauses = timedelta(minutes=max(max(one.terms.before, one.terms.after) for one in places))
    holds = holding((one.id for one in places), window.starts_at - pauses, window.ends_at + pauses)
    for place in places:
        others = holds.get(place.id, ())
        for span in spans(place, window, length, actor.now):
            wanted = Wanted(place, span, quantity)
            if has_room(place, others, span, quantity) and not refused_by_times(actor, [wanted]):
                yield wanted
                break
