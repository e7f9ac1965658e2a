"""Decide on requests (仮予約): confirm one, or refuse it with a reason."""

import uuid
from datetime import timedelta

from sqlalchemy import select

from groupware import audit
from groupware.actor import Actor
from groupware.capabilities import Span
from groupware.db import session
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.facility.enums import Status
from plugins.facility.events import CONFIRMED, REJECTED
from plugins.facility.models import Booking, Facility
from plugins.facility.queries.facilities import Place, not_found
from plugins.facility.services.checking import Wanted, in_the_way, refusal, require_deciding, taken
from plugins.facility.services.locking import locked
from plugins.facility.services.rivals import reject_rivals
from plugins.facility.services.serving import freed_by, serve
from plugins.facility.services.telling import tell_all

REASON_LENGTH = 300


def confirm(actor: Actor, uid: uuid.UUID) -> Booking:
    """Make a request a booking. Requests that overlap it are refused, and their bookers told.

    Raises NotFound, Denied to those who do not decide on the facility, Conflict if it does not wait any more, Clashes if
    something holds the facility meanwhile.
    """
    one, place = _waiting(actor, uid)
    wanted = Wanted(place, Span(one.starts_at, one.ends_at), one.quantity)
    blocked = in_the_way([wanted], of=one.reservation_id)
    if blocked:
        raise refusal(taken(actor, blocked))
    _decide(actor, one, Status.CONFIRMED)
    one.busy_from, one.busy_until = wanted.busy_from, wanted.busy_until
    one.holds = True
    if place.terms.wants_check_in:
        one.check_in_by = max(one.starts_at, actor.now) + timedelta(minutes=place.terms.grace)
    session.flush()
    _tell(actor, one, CONFIRMED)
    reject_rivals(actor, [wanted], one.reservation_id)
    return one


def reject(actor: Actor, uid: uuid.UUID, reason: str) -> Booking:
    """Refuse a request; its booker is told why. As `confirm`; Invalid without a reason."""
    one, place = _waiting(actor, uid)
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        raise Invalid(
            gettext("Please give a reason of at most %(limit)d characters.", limit=REASON_LENGTH),
            fields={
                "reason": gettext(
                    "Please give a reason of at most %(limit)d characters.", limit=REASON_LENGTH
                )
            },
        )
    texts.require_clean(actor, place.unit_id, {"reason": reason})
    _decide(actor, one, Status.REJECTED)
    held, one.reason, one.holds = one.holds, reason, False
    session.flush()
    _tell(actor, one, REJECTED)
    if held:
        serve(actor, freed_by([one]))
    return one


def _waiting(actor: Actor, uid: uuid.UUID) -> tuple[Booking, Place]:
    facility = session.scalar(
        select(Facility.uid).join(Booking, Booking.facility_id == Facility.id).where(Booking.uid == uid)
    )
    if facility is None:
        raise not_found()
    place = locked(actor, [facility])[facility]
    require_deciding([place])
    one = session.scalars(
        select(Booking).where(Booking.uid == uid).execution_options(populate_existing=True)
    ).one()
    if one.status != Status.REQUESTED or one.ends_at <= actor.now:
        raise Conflict(gettext("This request does not wait for a decision any more."), code="not_waiting")
    return one, place


def _decide(actor: Actor, one: Booking, status: Status) -> None:
    one.status = status.value
    one.decided_by, one.decided_at = actor.person_id, actor.now
    one.version += 1


def _tell(actor: Actor, one: Booking, kind: str) -> None:
    tell_all(actor, kind, [(one.facility_id, one.reservation_id)])
    audit.record(actor, kind, object_type="facility.booking", object_id=one.id)
