"""Ask the owners of rooms, at the end of a fiscal year, what becomes of those that nobody uses; ask once more, and when somebody says so.

It only asks. What is archived is archived by a person (`services/reviewing.py`).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from groupware import access, audit, clock, events, rules
from groupware.actor import Actor
from groupware.calendar.fiscal import fiscal_year, fiscal_year_range
from groupware.calendar.holidays import is_working_day
from groupware.db import BIGINT, UTCDateTime, for_each_database, run, session, upsert
from groupware.directory.tree import org_tree
from groupware.events.topics import person_topic
from plugins.chat.enums import ReviewReason
from plugins.chat.events import YEAR_END_PROPOSED, YEAR_END_REMINDED
from plugins.chat.models import Review, Room
from plugins.chat.permissions import MANAGE_YEAR_END
from plugins.chat.queries import reviews
from plugins.chat.queries.rooms import not_found
from plugins.chat.rules import NEVER, YEAR_END_FROM, YEAR_END_MONTHS

REVIEW = "chat.review_rooms"
"""The job."""
ASKED = "chat.year_end_reminded"
"""What the audit calls it when somebody has owners reminded."""
FROM = 8
"""The hour of the day from which on people are asked."""
MONTH = timedelta(days=30)
AT_ONCE = 500
"""Rooms of one turn of the job: on SQLite nobody else writes meanwhile."""
REMINDED_BEFORE = timedelta(days=14)
"""So long before the end of the year who has not decided is reminded, unless they were asked just now."""
JUST_NOW = timedelta(days=5)
AGAIN_AFTER = timedelta(days=1)
"""How long owners are left alone between two reminders."""


@for_each_database
def _propose() -> Any:
    statement = upsert(Review)
    new = statement.excluded
    anew = {"decision": None, "decided_at": None, "decided_by": None, "batch": None, "reminded_at": None}
    return statement.on_conflict_do_update(
        index_elements=["room_id"],
        set_={"year": new.year, "why": new.why, "proposed_at": new.proposed_at, **anew},
    )


_silent_ones = (
    select(Review.room_id)
    .join(Room, Room.id == Review.room_id)
    .where(
        Review.year == bindparam("year"),
        Review.decision.is_(None),
        Review.reminded_at.is_(None),
        Review.proposed_at < bindparam("before", type_=UTCDateTime()),
        Room.archived_at.is_(None),
        Room.deleted_at.is_(None),
    )
    .order_by(Review.room_id)
)
_remind = (
    update(Review)
    .where(
        Review.room_id.in_(bindparam("rooms", type_=BIGINT, expanding=True)),
        or_(Review.reminded_at.is_(None), Review.reminded_at < bindparam("before", type_=UTCDateTime())),
    )
    .values(reminded_at=bindparam("now", type_=UTCDateTime()))
    .returning(Review.room_id)
)


def review(actor: Actor) -> None:
    """Ask about the rooms that are silent or whose project ends, on working days from the day on which the rule of each begins; and
    remind, two weeks before the end of the year, of those about which nobody has decided."""
    if clock.local(actor.now).hour < FROM or not is_working_day(actor.today):
        return
    year = fiscal_year(actor.today)
    _, following = fiscal_year_range(year)
    last_day = following - timedelta(days=1)
    wanted = [
        (row.id, why)
        for row in (reviews.candidates(year) if actor.today.month in (2, 3) else ())
        if (why := _reason(actor, row, last_day)) is not None
    ][:AT_ONCE]
    if wanted:
        run(
            _propose(),
            [
                {"room_id": key, "year": year, "why": why.value, "proposed_at": actor.now}
                for key, why in wanted
            ],
        )
        _tell(actor, [key for key, _ in wanted], YEAR_END_PROPOSED, year)
    if last_day - REMINDED_BEFORE <= actor.today <= last_day:
        values = {"year": year, "before": actor.now - JUST_NOW}
        _reminded(actor, list(session.scalars(_silent_ones, values))[:AT_ONCE], year)


def remind(actor: Actor, unit_id: int) -> int:
    """Have the owners reminded in an organisation and all below it; returns of how many rooms. Whom one has reminded within a day is
    left alone. Raises NotFound for an organisation that is out of reach."""
    tree = org_tree(actor.today)
    if unit_id not in tree or not access.can(actor, MANAGE_YEAR_END, unit_id=unit_id):
        reach = access.held(actor, MANAGE_YEAR_END)
        if unit_id not in tree or not reach.units & tree.subtree(unit_id):
            raise not_found()
    found = _reminded(actor, reviews.undecided_of(actor, unit_id), fiscal_year(actor.today))
    if found:
        audit.record(actor, ASKED, unit_id=unit_id, details={"number": found})
    return found


def _reminded(actor: Actor, rooms: Sequence[int], year: int) -> int:
    if not rooms:
        return 0
    values = {"rooms": list(rooms), "before": actor.now - AGAIN_AFTER, "now": actor.now}
    told = [row.room_id for row in session.execute(_remind, values)]
    _tell(actor, told, YEAR_END_REMINDED, year)
    return len(told)


def _reason(actor: Actor, row: Any, last_day: date) -> ReviewReason | None:
    """Why it is asked about a room today; None where it is not."""
    begins = str(rules.value(YEAR_END_FROM, row.unit_id))
    if begins == NEVER or f"{actor.today:%m-%d}" < begins:
        return None
    if row.ends_on is not None and row.ends_on <= last_day:
        return ReviewReason.ENDS
    months = int(rules.value(YEAR_END_MONTHS, row.unit_id))
    return ReviewReason.SILENT if row.last_at < actor.now - months * MONTH else None


def _tell(actor: Actor, rooms: Sequence[int], event: str, year: int) -> None:
    """One line for each owner, however many rooms they have."""
    for person_id in sorted(reviews.owners(rooms, actor.today)):
        events.emit(actor, person_topic(person_id), event, person_id=person_id, year=year)


__all__ = ["REVIEW", "remind", "review"]
