"""What else could be had where a wish cannot be met: other facilities at the same time, other times at the same one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from groupware.actor import Actor
from groupware.capabilities import Span
from plugins.facility.queries.bookings import holding
from plugins.facility.queries.facilities import Filter, Place, seen
from plugins.facility.queries.finding import AHEAD, free_ids, is_open, next_free

MOST = 4


@dataclass(frozen=True, slots=True)
class Alternative:
    """For one facility: others of its group that are free at all of the times, and when it is free next itself."""

    place: Place
    others: Sequence[Place]
    next: Span | None


def alternatives(
    actor: Actor, refused: Sequence[Place], chosen: Sequence[uuid.UUID], times: Sequence[Span]
) -> list[Alternative]:
    """For each facility that was refused; the smallest that are large enough first. Three queries a group."""
    found = []
    for place in refused:
        group = [
            one
            for one in seen(actor, Filter(group=place.group_id, capacity=place.capacity))
            if one.can_book and one.uid not in chosen
        ]
        free = free_ids(group, times)
        others = sorted(
            (one for one in group if one.id in free and all(is_open(one, span) for span in times)),
            key=lambda one: one.capacity,
        )
        found.append(Alternative(place, others[:MOST], _next(place, times, actor.now)))
    return found


def _next(place: Place, times: Sequence[Span], now: datetime) -> Span | None:
    if len(times) != 1 or not place.is_exclusive:
        return None
    (span,) = times
    until = span.starts_at + AHEAD
    pause = timedelta(minutes=max(place.terms.before, place.terms.after))
    holds = holding([place.id], span.starts_at - pause, until + pause).get(place.id, [])
    return next_free(place, holds, span, until) if span.starts_at > now else None
