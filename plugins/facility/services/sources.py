"""Facilities that things of other plugins hold. Whether the actor may change the thing has been decided by its plugin.

A source has one reservation at most; who comes first makes it, and the facilities, locked first, keep two writers of the same
source apart where they want the same. A plugin locks its own thing before it calls.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from groupware import audit
from groupware.actor import Actor
from groupware.capabilities import Source, Span, Wish
from groupware.db import session
from plugins.facility.events import MOVED, WITHDRAWN
from plugins.facility.models import Booking, Facility, Reservation
from plugins.facility.services.bookings import let_go, reserve, settle
from plugins.facility.services.locking import live_of, locked, uids_of
from plugins.facility.services.plans import Plan, checked, user_of
from plugins.facility.services.serving import freed_by, serve
from plugins.facility.services.telling import tell


def hold(actor: Actor, source: Source, wishes: Sequence[Wish], times: Sequence[Span], **words: Any) -> None:
    """Let the source hold exactly these facilities at these times. As `bookings.reserve`; nothing wished is a release."""
    made = _reservation(source)
    if not wishes or not times:
        if made is not None:
            _release(actor, made)
        return
    plan = Plan(wishes=wishes, times=times, **words)
    if made is None:
        reserve(actor, plan, source=source)
        return
    locked(actor, {*uids_of(live_of(actor, made)), *(wish.facility for wish in wishes)})
    live = live_of(actor, made)
    plan = checked(actor, plan)
    # What is over is no wish any more: a series goes on without its past.
    plan = replace(plan, times=[one for one in plan.times if one.ends_at > actor.now])
    user = user_of(actor, plan)
    made.title, made.is_private, made.contact = plan.title, plan.is_private, plan.contact
    made.user_id, made.user_name = user.id, user.name
    settle(actor, made, plan, live)
    audit.record(actor, MOVED, made, unit_id=made.unit_id)


def move(actor: Actor, source: Source, times: Sequence[Span]) -> None:
    """Let the source hold the facilities that it has at other times."""
    made = _reservation(source)
    live = live_of(actor, made) if made is not None else []
    if made is None or not live:
        return
    wishes = session.execute(
        select(Facility.uid, Booking.quantity)
        .join(Booking, Booking.facility_id == Facility.id)
        .where(Booking.id.in_([one.id for one in live]))
    )
    hold(
        actor,
        source,
        [Wish(uid, quantity) for uid, quantity in {(row.uid, row.quantity) for row in wishes}],
        times,
        title=made.title,
        user_id=made.user_id,
        contact=made.contact,
        is_private=made.is_private,
    )


def release(actor: Actor, source: Source) -> int:
    """Give back everything to come; how many bookings that were."""
    made = _reservation(source)
    return _release(actor, made) if made is not None else 0


def _release(actor: Actor, made: Reservation) -> int:
    places = {place.id: place for place in locked(actor, uids_of(live_of(actor, made))).values()}
    live = live_of(actor, made)
    if live:
        let_go(actor, live, places)
        session.flush()
        tell(actor, WITHDRAWN, made, (one.facility_id for one in live))
        serve(actor, freed_by(live))
        audit.record(actor, WITHDRAWN, made, unit_id=made.unit_id, details={"bookings": len(live)})
    return len(live)


def _reservation(source: Source) -> Reservation | None:
    statement = select(Reservation).where(
        Reservation.source_kind == source.kind,
        Reservation.source_uid == source.uid,
        Reservation.deleted_at.is_(None),
    )
    return session.scalars(statement).one_or_none()
