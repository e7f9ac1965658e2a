"""A year's paper ledger: lines of a table become bookings, all of them or those that fit, in one unit of work.

Whoever enters a ledger decides on its facilities (`Right.MODERATE`), so bookings are confirmed, may lie in the past and are not
bound by terms; only what lies outside the opening hours is asked about, because in a ledger that is mostly a slip. A line
that is booked exactly so already adds nothing, so the same table may be sent twice. Nobody is told: those who stand in a ledger
know of their booking. Open pages of the facilities learn of it by one event each.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from groupware import audit, events, rules
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.facility.events import LEDGER_TAKEN, facility_topic
from plugins.facility.ledger import LAYOUT
from plugins.facility.models import Reservation
from plugins.facility.queries.bookings import Hold
from plugins.facility.rules import RETENTION_YEARS
from plugins.facility.services.checking import Wanted
from plugins.facility.services.ledger.judging import Entry, Judge, Outcome, Report
from plugins.facility.services.rivals import reject_rivals
from plugins.facility.services.rows import booking_of
from plugins.facility.services.sheets import lines_of
from plugins.facility.services.telling import stir
from plugins.facility.tables import Line

MOST_LINES = 5000


def examine(actor: Actor, table: Sequence[Sequence[str]], *, with_closed: bool = False) -> Report:
    """What would become of each line. Writes nothing.

    Raises Invalid for a table that is empty, too long, or lacks a column. `with_closed`: also outside the opening hours.
    """
    return Report(Judge(actor, with_closed=with_closed).judge(_checked(actor, table)))


def take(
    actor: Actor, table: Sequence[Sequence[str]], *, only_all: bool, with_closed: bool = False
) -> Report:
    """Book the lines that fit; with `only_all` nothing unless every line fits. As `examine`, with the facilities locked.

    Raises Conflict if something that does not lock has booked meanwhile.
    """
    lines = _checked(actor, table)
    judge = Judge(actor, with_closed=with_closed)
    judge.lock(lines)
    report = Report(judge.judge(lines))
    fitting = report.of(Outcome.FITS)
    if not fitting or (only_all and report.of(Outcome.REFUSED)):
        return report
    _write(actor, fitting, judge.requests)
    return replace(report, added=len(fitting))


def _checked(actor: Actor, table: Sequence[Sequence[str]]) -> list[Line]:
    lines = lines_of(LAYOUT, table, MOST_LINES, gettext("Please paste the ledger, or choose its file."))
    text = "\n".join(cell for line in lines for cell in line.cells.values())
    texts.require_clean(actor, actor.unit_id, {"table": text})
    return lines


def _write(actor: Actor, fitting: Sequence[Entry], requests: Sequence[Hold]) -> None:
    people = roll().entries
    years = int(rules.value(RETENTION_YEARS, actor.unit_id))
    made = [
        Reservation(
            created_at=actor.now,
            retention_years=years,
            title=one.line.cells["title"],
            booker_id=actor.person_id,
            user_id=one.user_id,
            user_name=one.user_name,
            unit_id=people[one.user_id].unit_id if one.user_id in people else None,
            contact=one.line.cells.get("contact", ""),
        )
        for one in fitting
    ]
    session.add_all(made)
    session.flush()
    wanted = [one.wanted for one in fitting if one.wanted is not None]
    try:
        with session.begin_nested():
            session.add_all(booking_of(actor, of, one) for of, one in zip(made, wanted, strict=True))
    except IntegrityError as error:
        raise Conflict(
            gettext("Somebody else has just booked one of the facilities. Please try again."), code="taken"
        ) from error
    reject_rivals(actor, [one for one in wanted if _is_wanted_elsewhere(one, requests)], 0)
    facilities = sorted({one.place.id for one in wanted})
    for facility_id in facilities:
        events.emit(actor, facility_topic(facility_id), LEDGER_TAKEN, facility_id=facility_id)
    stir(actor, facilities)
    audit.record(
        actor,
        LEDGER_TAKEN,
        object_type="facility.facility",
        object_id=facilities[0] if len(facilities) == 1 else None,
        unit_id=actor.unit_id,
        details={"bookings": len(made), "facilities": facilities},
    )


def _is_wanted_elsewhere(one: Wanted, requests: Sequence[Hold]) -> bool:
    return any(hold.facility_id == one.place.id and one.overlaps(hold) for hold in requests)
