"""What happens to records: tombstone, hold, proposal, decision, purge.

Content leaves the database in one way only: its clock has run out, a person has decided, no hold stands. The audit keeps
ids, never titles; the register of disposals keeps the title of what was disposed of, as archival rules ask.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from groupware import audit
from groupware.access import require
from groupware.access.objects import unit_of
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext
from groupware.records.models import Disposal, Hold
from groupware.records.queries import (
    CHUNK,
    DISPOSE,
    Candidate,
    due_for_purge,
    held_among,
    is_held,
    kinds,
    record_type,
)
from groupware.records.retention import extended_until

DECISIONS = ("dispose", "extend", "transfer")
MAX_REASON = 200
MAX_EXTENSION = 30
"""Years."""


def tombstone(actor: Actor, obj: Any) -> None:
    """Mark a record as deleted; its content stays until its retention has ended and its disposal is decided.

    The caller has decided that the actor may. Conflict if it is deleted already.
    """
    if obj.deleted_at is not None:
        raise Conflict(gettext("This has been deleted already."), code="deleted")
    obj.deleted_at = actor.now
    obj.deleted_by = actor.person_id
    audit.record(actor, "record.deleted", obj, unit_id=unit_of(obj))


def hold(actor: Actor, obj: Any, reason: str) -> Hold:
    """Protect a record from disposal, for a request for disclosure for example (administration.md 29).

    Needs the right to decide on disposals over the record's organisation. Invalid without a reason, Conflict if a hold
    stands already.
    """
    require(actor, DISPOSE, unit_id=unit_of(obj))
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        text = gettext("Please give a reason of at most %(max)s characters.", max=MAX_REASON)
        raise Invalid(text, fields={"reason": text})
    if is_held(record_type(obj), obj.uid):
        raise Conflict(gettext("This record is on hold already."), code="held")
    return place(actor, obj, reason)


def place(actor: Actor, obj: Any, reason: str, *, is_kept: bool = False) -> Hold:
    """Protect a record from disposal as part of another act, whose service has decided that the actor may.

    One that `is_kept` ends by `end_holds` of that service alone. Several holds may stand on a record; it is protected until the last one ends.
    """
    unit_id = unit_of(obj)
    object_type = record_type(obj)
    # Whoever purges locks this row as well before looking for holds.
    session.execute(
        select(Disposal.id)
        .where(Disposal.object_type == object_type, Disposal.object_uid == obj.uid)
        .with_for_update()
    )
    placed = Hold(
        object_type=object_type,
        object_uid=obj.uid,
        unit_id=unit_id,
        reason=reason,
        is_kept=is_kept,
        placed_by=actor.person_id,
        placed_at=actor.now,
    )
    session.add(placed)
    session.flush()
    audit.record(actor, "record.held", obj, unit_id=unit_id, details={"hold_id": placed.id})
    return placed


def release(actor: Actor, hold_id: int) -> None:
    """End a hold. NotFound if it does not stand, Conflict if it is kept as evidence; needs the same right as placing it."""
    standing = session.scalars(
        select(Hold).where(Hold.id == hold_id, Hold.released_at.is_(None)).with_for_update()
    ).first()
    if standing is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    require(actor, DISPOSE, unit_id=standing.unit_id)
    if standing.is_kept:
        raise Conflict(gettext("This hold keeps evidence and ends with what it was placed for."), code="kept")
    _end(actor, standing)


def end_holds(actor: Actor, hold_ids: Sequence[int]) -> None:
    """End those of the holds that still stand, as part of the act that they were placed for."""
    standing = select(Hold).where(Hold.id.in_(hold_ids), Hold.released_at.is_(None)).order_by(Hold.id)
    for one in session.scalars(standing.with_for_update()).all():
        _end(actor, one)


def _end(actor: Actor, standing: Hold) -> None:
    standing.released_by = actor.person_id
    standing.released_at = actor.now
    audit.record(
        actor,
        "record.released",
        object_type=standing.object_type,
        unit_id=standing.unit_id,
        details={"hold_id": standing.id, "object_uid": str(standing.object_uid)},
    )


def propose(actor: Actor, found: Sequence[Candidate]) -> int:
    """Put records whose clock has run out before those who decide; returns how many were not there yet.

    Called in chunks of at most `CHUNK`.
    """
    known: set[tuple[str, uuid.UUID]] = set()
    for kind in {candidate.kind for candidate in found}:
        uids = [candidate.uid for candidate in found if candidate.kind == kind]
        statement = select(Disposal.object_uid).where(
            Disposal.object_type == kind, Disposal.object_uid.in_(uids)
        )
        known |= {(kind, uid) for uid in session.scalars(statement)}
    fresh = [candidate for candidate in found if (candidate.kind, candidate.uid) not in known]
    for candidate in fresh:
        session.add(
            Disposal(
                object_type=candidate.kind,
                object_id=candidate.object_id,
                object_uid=candidate.uid,
                unit_id=candidate.unit_id,
                title=candidate.title,
                expired_on=candidate.expired_on,
                proposed_at=actor.now,
            )
        )
    session.flush()
    for kind in sorted({candidate.kind for candidate in fresh}):
        number = sum(candidate.kind == kind for candidate in fresh)
        audit.record(actor, "record.proposed", object_type=kind, details={"number": number})
    return len(fresh)


def propose_again(actor: Actor) -> int:
    """Put records whose extension has ended before those who decide; returns how many."""
    done = session.execute(
        update(Disposal)
        .where(
            Disposal.decision == "extend", Disposal.extended_to <= actor.today, Disposal.purged_at.is_(None)
        )
        .values(
            decision="proposed",
            expired_on=Disposal.extended_to,
            proposed_at=actor.now,
            decided_by=None,
            decided_at=None,
            extended_to=None,
        )
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def decide(actor: Actor, disposal_ids: Sequence[int], decision: str, *, years: int = 0) -> int:
    """Decide 廃棄, 延長 (by full fiscal years) or 移管 about proposals; returns how many.

    All or none: NotFound if one is none of the actor's, Conflict if one is purged or on hold and to be disposed of. A
    decision may be changed until it is carried out.
    """
    if decision not in DECISIONS:
        raise Invalid(gettext("Please choose a decision."), code="decision")
    if decision == "extend" and not 1 <= years <= MAX_EXTENSION:
        text = gettext("Please extend by 1 to %(max)s years.", max=MAX_EXTENSION)
        raise Invalid(text, fields={"years": text})
    wanted = sorted(set(disposal_ids))
    if not wanted:
        raise Invalid(gettext("Please choose at least one record."), code="nothing")
    rows = [
        row
        for start in range(0, len(wanted), CHUNK)
        for row in session.scalars(
            select(Disposal)
            .where(Disposal.id.in_(wanted[start : start + CHUNK]))
            .order_by(Disposal.id)
            .with_for_update()
        )
    ]
    if len(rows) != len(wanted):
        raise NotFound(gettext("The page you are looking for was not found."))
    for row in rows:
        require(actor, DISPOSE, unit_id=row.unit_id)
        if row.purged_at is not None:
            raise Conflict(gettext("This record has been disposed of already."), code="purged")
        _set(actor, row, decision, years)
    return len(rows)


def _set(actor: Actor, row: Disposal, decision: str, years: int) -> None:
    if decision == "dispose" and is_held(row.object_type, row.object_uid):
        raise Conflict(
            gettext("“%(title)s” is on hold and cannot be disposed of.", title=row.title), code="held"
        )
    row.decision = decision
    row.extended_to = extended_until(row.expired_on, years, actor.today) if decision == "extend" else None
    row.decided_by = actor.person_id
    row.decided_at = actor.now
    audit.record(
        actor,
        f"record.decided_{decision}",
        object_type=row.object_type,
        object_id=row.object_id,
        unit_id=row.unit_id,
        details={"disposal_id": row.id, "years": years},
    )


def purge(actor: Actor, limit: int = CHUNK) -> int:
    """Erase what was decided to be disposed of, at most `limit` records; returns how many.

    A hold placed after the decision protects the record. Kinds whose plugin is gone wait until it is back.
    """
    known = kinds()
    rows = session.scalars(due_for_purge(limit, known).with_for_update()).all()
    # Seen again after the lock: a hold may have been placed while it was waited for.
    types = sorted({row.object_type for row in rows})
    uids = [row.object_uid for row in rows]
    protected = {(object_type, uid) for object_type in types for uid in held_among(object_type, uids)}
    rows = [row for row in rows if (row.object_type, row.object_uid) not in protected]
    for object_type in types:
        if ids := [row.object_id for row in rows if row.object_type == object_type]:
            known[object_type].purge(ids)
    for row in rows:
        row.purged_at = actor.now
        audit.record(
            actor,
            "record.purged",
            object_type=row.object_type,
            object_id=row.object_id,
            unit_id=row.unit_id,
            details={"disposal_id": row.id},
        )
    session.flush()
    return len(rows)


__all__ = [
    "DECISIONS",
    "decide",
    "end_holds",
    "hold",
    "place",
    "propose",
    "propose_again",
    "purge",
    "release",
    "tombstone",
]
