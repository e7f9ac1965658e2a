"""What else could be had where a wish cannot be met: other facilities at the same time, other times at the same one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from groupware.actor import Actor
from groupware.capabilities import Clash, Span
from plugins.facility.queries.bookings import holding
from plugins.facility.queries.facilities import Filter, Place, seen
from plugins.facility.queries.finding import AHEAD, free_ids, has_room, is_open, next_free

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


@dataclass(frozen=True, slots=True)
class Exchange:
    """A wish of a series that cannot be met, and a facility that could be taken at that time instead."""

    clash: Clash
    other: Place | None

    @property
    def value(self) -> str:
        """What the form sends to have it."""
        return (
            f"{self.clash.facility}|{self.clash.starts_at.isoformat()}|{self.other.uid}" if self.other else ""
        )


def conflicts(actor: Actor, clashes: Sequence[Clash], chosen: Sequence[uuid.UUID]) -> list[Exchange]:
    """Each clash with a free facility of the same group that is large enough, the smallest one. Four queries a facility."""
    found: list[Exchange] = []
    promised: set[tuple[int, datetime]] = set()
    for uid in dict.fromkeys(clash.facility for clash in clashes):
        mine = [clash for clash in clashes if clash.facility == uid]
        (place,) = seen(actor, Filter(uids=(uid,), with_retired=True))
        group = [
            one
            for one in seen(actor, Filter(group=place.group_id, capacity=place.capacity))
            if one.can_book and one.is_exclusive and one.uid not in chosen
        ]
        group.sort(key=lambda one: one.capacity)
        holds = holding(
            (one.id for one in group),
            min(clash.starts_at for clash in mine) - timedelta(days=1),
            max(clash.ends_at for clash in mine) + timedelta(days=1),
        )
        for clash in mine:
            span = Span(clash.starts_at, clash.ends_at)
            other = next(
                (
                    one
                    for one in group
                    if (one.id, span.starts_at) not in promised
                    and is_open(one, span)
                    and has_room(one, holds.get(one.id, ()), span)
                ),
                None,
            )
            if other is not None:
                promised.add((other.id, span.starts_at))
            found.append(Exchange(clash, other))
    return sorted(found, key=lambda one: one.clash.starts_at)
