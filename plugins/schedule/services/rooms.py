"""Rooms, cars and equipment that an event holds, through whoever lends them (`groupware.capabilities`)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, union

from groupware.actor import Actor
from groupware.capabilities import Held, Source, Wish, reservable
from groupware.capabilities import Span as Time
from groupware.db import session
from groupware.i18n import gettext
from plugins.schedule.enums import OWNER, Visibility
from plugins.schedule.models import Event, Span, UnitSpan


def source(event: Event) -> Source:
    """What the lender knows the event by."""
    return Source(OWNER, event.uid)


def held(actor: Actor, event: Event) -> Sequence[Held]:
    """What the event holds, in order of time; without facilities that the actor may not see."""
    return reservable(actor).held_by(actor, [source(event)]).get(source(event), ())


def reserve(actor: Actor, event: Event, rooms: Sequence[uuid.UUID] | None, *, is_new: bool = False) -> None:
    """Let the event hold these facilities whenever it takes place; None: those that it has, which one that is new has not.

    An event without a place is at what it holds. Raises as `Reservable.reserve` does.
    """
    if is_new and not rooms:
        return
    lender, times = reservable(actor), _times(event)
    if rooms is None:
        lender.move(actor, source(event), times)
        return
    got = lender.reserve(
        actor,
        source(event),
        [Wish(room) for room in dict.fromkeys(rooms)],
        times,
        title=event.title,
        user_id=event.organiser_id,
        is_private=event.visibility != Visibility.EVERYONE,
    )
    if got and not event.place:
        event.place = gettext(", ").join(dict.fromkeys(one.name for one in got))[:100]


def release(actor: Actor, event: Event) -> None:
    """Give everything back."""
    reservable(actor).release(actor, source(event))


def _times(event: Event) -> list[Time]:
    """When the event takes place, as far as its spans are written."""
    columns = [
        select(model.starts_at, model.ends_at).where(model.event_id == event.id) for model in (Span, UnitSpan)
    ]
    rows = session.execute(union(*columns)).all()
    return sorted(Time(row.starts_at, row.ends_at) for row in rows)
