"""Ask from time to time whether a series still takes place, and release the dates of one for which nobody answers.

A series is a reservation with several times to come, whoever made it: by the form, or an event of another plugin. What was released
stands among its skipped times, so that it can be taken back while it is free.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from groupware import audit
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict
from groupware.i18n import gettext
from plugins.facility.enums import Status, Use
from plugins.facility.events import SERIES_ASKED, SERIES_RELEASED
from plugins.facility.models import Booking, Reconfirmation, Reservation, Skipped
from plugins.facility.queries.series import due, unanswered, wanting
from plugins.facility.services.locking import live_of, locked, locked_reservation, uids_of
from plugins.facility.services.serving import Freed, freed_by, serve
from plugins.facility.services.telling import tell

MOST = 100
"""Series that one job asks about or releases; the next one goes on."""


def ask(actor: Actor) -> int:
    """Ask about the series that are due; how many those were."""
    terms = wanting(actor.today)
    found = due(actor.now, terms, MOST) if terms else []
    for one in found:
        made = session.get_one(Reservation, one.reservation_id)
        row = session.get(Reconfirmation, made.id) or Reconfirmation(reservation_id=made.id)
        row.asked_at, row.answer_by = actor.now, one.answer_by
        session.add(row)
        tell(actor, SERIES_ASKED, made, [one.facility_id])
        audit.record(actor, SERIES_ASKED, made, unit_id=made.unit_id)
    session.flush()
    return len(found)


def confirm(actor: Actor, uid: uuid.UUID) -> Reservation:
    """Say that a series still takes place. For those who may change it; Conflict if nobody asks."""
    made = locked_reservation(actor, uid).made
    row = _locked(made.id)
    if row is None or row.answer_by is None:
        raise Conflict(gettext("Nobody asks about this series now."), code="not_asked")
    row.confirmed_at, row.answer_by = actor.now, None
    audit.record(actor, "facility.series_confirmed", made, unit_id=made.unit_id)
    session.flush()
    return made


def release_unanswered(actor: Actor) -> int:
    """Release what is to come of the series that nobody confirmed in time; how many bookings that were."""
    keys = unanswered(actor.now, MOST)
    made_by = {key: session.get_one(Reservation, key) for key in keys}
    # All facilities at once, in their order, as everybody locks them.
    locked(actor, uids_of(one for made in made_by.values() for one in live_of(actor, made)))
    terms = wanting(actor.today) if keys else {}
    freed: list[Freed] = []
    for key, made in made_by.items():
        row = _locked(key)
        if row is None or row.answer_by is None or row.answer_by > actor.now:
            continue
        # Asked again after as many weeks if it is taken back.
        row.confirmed_at, row.answer_by = actor.now, None
        gone = [
            one
            for one in live_of(actor, made)
            if one.facility_id in terms
            and one.starts_at > actor.now
            and one.status == Status.CONFIRMED
            and one.use == Use.USE
        ]
        _release(actor, made, gone)
        freed += freed_by(gone)
    serve(actor, freed)
    return len(freed)


def _release(actor: Actor, made: Reservation, gone: Sequence[Booking]) -> None:
    for one in gone:
        one.status, one.holds = Status.RELEASED.value, False
        one.version += 1
        session.merge(
            Skipped(
                reservation_id=made.id,
                facility_id=one.facility_id,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                quantity=one.quantity,
            )
        )
    session.flush()
    if gone:
        tell(actor, SERIES_RELEASED, made, (one.facility_id for one in gone))
        audit.record(actor, SERIES_RELEASED, made, unit_id=made.unit_id, details={"bookings": len(gone)})


def _locked(reservation_id: int) -> Reconfirmation | None:
    statement = (
        select(Reconfirmation)
        .where(Reconfirmation.reservation_id == reservation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()
