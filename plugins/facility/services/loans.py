"""Hand equipment out and take it back, piece by piece.

A booking holds what it was booked for. Pieces that come back early are free at once: the booking gets smaller, or ends. Pieces
that are out when it is over stay held (`hold_overdue` moves the end of its time on), so that nobody is promised what is not there.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Select, func, select, update

from groupware import audit, rules
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext, ngettext
from plugins.facility.enums import GroupKind, Status
from plugins.facility.events import HANDED_OUT, OVERDUE, RETURNED
from plugins.facility.models import Booking, Facility, Loan, Reservation, Return
from plugins.facility.queries.facilities import Place, not_found
from plugins.facility.queries.loans import overdue
from plugins.facility.rules import RETURN_REMINDER_HOURS
from plugins.facility.services.checking import require_deciding
from plugins.facility.services.locking import locked
from plugins.facility.services.telling import remind, stir, tell_all

NAME_LENGTH = 100
CONDITION_LENGTH = 300
EARLY = timedelta(days=1)
"""Before the beginning of the booking."""
HELD = timedelta(hours=24)
"""From now on what is overdue stays held; renewed long before it is over."""


def hand_out(actor: Actor, booking: uuid.UUID, quantity: int, taken_by: str = "") -> Loan:
    """Hand out pieces of a booking; to its user if nobody is named.

    Raises NotFound, Denied to those who do not decide on the equipment, Conflict where it is not confirmed, over or not yet
    near, Invalid for more pieces than are still to be handed out.
    """
    one, place = _locked(actor, select(Booking).where(Booking.uid == booking))
    if one.status != Status.CONFIRMED or one.ends_at <= actor.now or one.starts_at > actor.now + EARLY:
        raise Conflict(gettext("This booking cannot be handed out now."), code="not_now")
    left = one.quantity - _out(one)
    if not 1 <= quantity <= left:
        words = ngettext("%(num)d piece can be handed out.", "%(num)d pieces can be handed out.", left)
        raise Invalid(words, fields={"quantity": words})
    name = " ".join(taken_by.split()) or str(
        session.scalar(select(Reservation.user_name).where(Reservation.id == one.reservation_id))
    )
    if len(name) > NAME_LENGTH:
        words = gettext(
            "This may have %(limit)d characters (now %(length)d).", limit=NAME_LENGTH, length=len(name)
        )
        raise Invalid(words, fields={"taken_by": words})
    texts.require_clean(actor, place.unit_id, {"taken_by": name})
    made = Loan(
        booking_id=one.id,
        facility_id=place.id,
        quantity=quantity,
        taken_by=name,
        handed_by=actor.person_id,
        handed_by_name=actor.display_name,
        handed_at=actor.now,
    )
    session.add(made)
    one.checked_in_at = one.checked_in_at or actor.now
    one.version += 1
    session.flush()
    _tell(actor, one, HANDED_OUT, quantity)
    return made


def take_back(actor: Actor, loan: uuid.UUID, quantity: int, condition: str = "") -> Loan:
    """Take pieces of a loan back. As `hand_out`; Invalid for more pieces than are out, or too long a note."""
    one, place = _locked(
        actor, select(Booking).join(Loan, Loan.booking_id == Booking.id).where(Loan.uid == loan)
    )
    made = session.scalars(
        select(Loan).where(Loan.uid == loan).execution_options(populate_existing=True)
    ).one()
    left = made.quantity - made.returned
    if not 1 <= quantity <= left:
        words = ngettext("%(num)d piece is still out.", "%(num)d pieces are still out.", left)
        raise Invalid(words, fields={"quantity": words})
    condition = " ".join(condition.split())
    if len(condition) > CONDITION_LENGTH:
        words = gettext(
            "This may have %(limit)d characters (now %(length)d).",
            limit=CONDITION_LENGTH,
            length=len(condition),
        )
        raise Invalid(words, fields={"condition": words})
    texts.require_clean(actor, place.unit_id, {"condition": condition})
    session.add(
        Return(
            loan_id=made.id,
            quantity=quantity,
            taken_back_by=actor.person_id,
            taken_back_by_name=actor.display_name,
            at=actor.now,
            condition=condition,
        )
    )
    made.returned += quantity
    made.is_out = made.returned < made.quantity
    session.flush()
    _let_go(actor, one, quantity)
    session.flush()
    _tell(actor, one, RETURNED, quantity)
    return made


def require_back(bookings: Iterable[int]) -> None:
    """Raise Conflict while pieces of these bookings are out: they are taken back before the booking is given up."""
    found = session.scalar(
        select(func.sum(Loan.quantity - Loan.returned)).where(
            Loan.booking_id.in_(list(bookings)), Loan.is_out
        )
    )
    if found:
        raise Conflict(
            ngettext(
                "%(num)d piece is still out. Please bring it back first.",
                "%(num)d pieces are still out. Please bring them back first.",
                int(found),
            ),
            code="out",
        )


def hold_overdue(actor: Actor) -> int:
    """Keep what has not come back held, and remind those who have it, each once; how many bookings that were."""
    rows = overdue(actor.now, OVERDUE)
    ending = [row for row in rows if row.busy_until < actor.now + HELD / 2]
    if ending:
        locked(actor, {row.facility_uid for row in ending})
        session.execute(
            update(Booking)
            .where(Booking.id.in_([row.booking_id for row in ending]))
            .values(busy_until=actor.now + HELD),
            execution_options={"synchronize_session": False},
        )
        stir(actor, {row.facility_id for row in ending})
    for row in rows:
        hours = int(rules.value(RETURN_REMINDER_HOURS, row.unit_id))
        if row.is_reminded or not hours or row.ends_at + timedelta(hours=hours) > actor.now:
            continue
        remind(actor, OVERDUE, row, row.booking_id)
    return len(rows)


def _locked(actor: Actor, statement: Select[Booking]) -> tuple[Booking, Place]:
    """A booking of equipment on which the actor decides, with the equipment locked."""
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise not_found()
    uid = session.scalars(select(Facility.uid).where(Facility.id == found.facility_id)).one()
    place = locked(actor, [uid])[uid]
    if place.kind != GroupKind.EQUIPMENT:
        raise not_found()
    require_deciding([place])
    return session.scalars(statement.execution_options(populate_existing=True)).one(), place


def _out(one: Booking) -> int:
    statement = select(func.sum(Loan.quantity - Loan.returned)).where(Loan.booking_id == one.id, Loan.is_out)
    return int(session.scalar(statement) or 0)


def _let_go(actor: Actor, one: Booking, quantity: int) -> None:
    """Free the pieces that came back: the booking is for fewer now, or over."""
    one.version += 1
    if one.quantity > quantity:
        one.quantity -= quantity
        return
    minute = actor.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if one.starts_at < minute:
        one.ends_at = min(one.ends_at, minute)
    one.busy_until = one.ends_at


def _tell(actor: Actor, one: Booking, event: str, quantity: int) -> None:
    tell_all(actor, event, [(one.facility_id, one.reservation_id)])
    audit.record(actor, event, object_type="facility.booking", object_id=one.id, details={"pieces": quantity})
