"""Log export under two officers: one asks and says why, another one approves, both can read for some days, and neither alone.

Nobody who administers the chat reads along (administration.md 27). What was taken out, by whom, why and until when stays on
record; members are told on the page of their members that this is possible.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select

from groupware import access, audit, clock, jobs, rules
from groupware.actor import Actor
from groupware.attachments.services import adding, owning
from groupware.db import session
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation
from groupware.guards import texts
from groupware.guards.enums import Label
from groupware.i18n import gettext
from groupware.records import sealing
from groupware.records.retention import has_run_out
from plugins.chat.enums import LOG, LogState
from plugins.chat.models import LogExport, Room
from plugins.chat.permissions import LOGS
from plugins.chat.queries import noted, spoken, tasked
from plugins.chat.queries.belonging import EVER
from plugins.chat.queries.rooms import not_found
from plugins.chat.rules import LOG_DAYS
from plugins.chat.services.enclosing import require_room
from plugins.chat.services.sealing import Earlier, Kept, Subject, file_of
from plugins.chat.services.wording import unmarked

SEAL = "chat.seal_log"
"""The job."""
REASON_LENGTH = 500
MOST = 50_000
"""Messages of one export."""
YEARS = 5
"""How long it is known that a log was taken out."""


def ask(
    actor: Actor, room_uid: uuid.UUID, *, since: datetime | None, until: datetime | None, reason: str
) -> LogExport:
    """Ask for what was said in a room from `since` to before `until`. It says nothing of what is in the room.

    Raises NotFound for a room out of the actor's reach, NeedsElevation, Invalid with the fields at fault.
    """
    room = session.scalars(select(Room).where(Room.uid == room_uid)).one_or_none()
    if room is None or not access.can(actor, LOGS, unit_id=room.unit_id) or actor.person_id is None:
        raise not_found()
    _require_proof(actor)
    reason, faults = unmarked(reason), {}
    if not reason or len(reason) > REASON_LENGTH:
        faults["reason"] = gettext("Please say why, in at most %(max)s characters.", max=REASON_LENGTH)
    if since is None:
        faults["since"] = gettext("Please enter from when on.")
    if until is None or (since is not None and until <= since):
        faults["until"] = gettext("Please enter until when, later than the beginning.")
    if faults or since is None or until is None:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, room.unit_id, {"reason": reason})
    if spoken.stretch(room.id, since, until, 0).number > MOST:
        fault = gettext("At most %(most)d messages. Please choose a shorter time.", most=MOST)
        raise Invalid(fault, fields={"until": fault})
    require_room(room.id, since, until)
    made = LogExport(
        room_id=room.id,
        room_name=room.name,
        unit_id=room.unit_id,
        since=since,
        until=until,
        reason=reason,
        asked_by=actor.person_id,
        asked_by_name=actor.display_name,
        created_at=actor.now,
        classification=max(room.classification, Label.TWO.value),
        retention_years=YEARS,
    )
    session.add(made)
    session.flush()
    _record(actor, "asked", made, room_id=room.id)
    return made


def approve(actor: Actor, uid: uuid.UUID) -> None:
    """Let both officers read. Raises NotFound, NeedsElevation, Denied for who asked, Conflict if it is decided already."""
    found = _decidable(actor, uid)
    found.state = LogState.APPROVED.value
    days = int(rules.value(LOG_DAYS, found.unit_id))
    found.readable_until = actor.now + timedelta(days=days)
    jobs.enqueue(actor, SEAL, {"log_id": found.id}, key=f"{SEAL}-{found.id}")
    _record(actor, "approved", found, days=days)


def refuse(actor: Actor, uid: uuid.UUID) -> None:
    """Let nobody read. Raises as `approve`."""
    found = _decidable(actor, uid)
    found.state = LogState.REFUSED.value
    _record(actor, "refused", found)


def _decidable(actor: Actor, uid: uuid.UUID) -> LogExport:
    statement = select(LogExport).where(LogExport.uid == uid, LogExport.deleted_at.is_(None))
    found = session.scalars(statement.with_for_update()).one_or_none()
    if found is None or not access.can(actor, LOGS, unit_id=found.unit_id):
        raise not_found()
    _require_proof(actor)
    if found.asked_by == actor.person_id:
        raise Denied(
            gettext("Somebody else than who asked must decide."),
            permission=LOGS,
            object_type=LOG,
            object_id=found.id,
            unit_id=found.unit_id,
        )
    if found.state != LogState.ASKED:
        raise Conflict(gettext("This has been decided already."), code="state")
    found.decided_by, found.decided_by_name, found.decided_at = (
        actor.person_id,
        actor.display_name,
        actor.now,
    )
    return found


def seal(actor: Actor, log_id: int) -> None:
    """Make the file of an approved export, with earlier wordings of what was edited or deleted, the notes for these days, and the tasks; done again it changes nothing."""
    found = session.scalars(select(LogExport).where(LogExport.id == log_id).with_for_update()).one_or_none()
    if found is None or found.state != LogState.APPROVED:
        return
    room = session.get_one(Room, found.room_id)
    said = spoken.messages(room.id, found.since, found.until)
    subject = Subject(
        uid=found.uid,
        title=gettext("Log of %(room)s", room=found.room_name),
        unit_id=found.unit_id,
        since=found.since,
        until=found.until,
        classification=found.classification,
        retention_years=found.retention_years,
        made_by_name=gettext("%(one)s, %(other)s", one=found.asked_by_name, other=found.decided_by_name),
    )
    days = clock.local(found.since).date(), clock.local(found.until - timedelta(microseconds=1)).date()
    span = room.id, found.since, found.until
    earlier = Earlier(
        spoken.earlier_wordings(*span),
        noted.earlier_wordings(room.id, *days, EVER),
        tasked.earlier_wordings(*span, EVER),
    )
    kept = Kept(
        said,
        noted.notes(room.id, *days, EVER),
        tasked.tasks(*span, EVER),
        tasked.assignees(*span, EVER),
        earlier,
    )
    made, _ = file_of(room, subject, kept, actor.now)
    found.state, found.sealed_at = LogState.SEALED.value, actor.now
    found.number, found.seal = len(said), made.seal
    attached = adding.add(actor, f"{subject.title}.zip", made.content)
    owning.attach(actor, LOG, found.id, [attached.uid], unit_id=found.unit_id)
    sealing.note(actor, found, made)


def end(actor: Actor) -> None:
    """Erase the files whose time is over."""
    over = select(LogExport).where(
        LogExport.state.in_((LogState.APPROVED.value, LogState.SEALED.value)),
        LogExport.readable_until <= actor.now,
    )
    for one in session.scalars(over.order_by(LogExport.id).with_for_update()).all():
        owning.release(LOG, [one.id])
        one.state = LogState.ENDED.value
        _record(actor, "ended", one)


def expired(day: date) -> Select[Any]:
    """Exports of which it need not be known any more, as (id, uid, title, since)."""
    columns: Sequence[Any] = (
        LogExport.id,
        LogExport.uid,
        LogExport.room_name.label("title"),
        LogExport.created_at.label("since"),
    )
    return (
        select(*columns)
        .where(has_run_out(LogExport.created_at, LogExport.retention_years, day))
        .order_by(LogExport.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase that they were, with what may be left of their files."""
    owning.release(LOG, ids)
    session.execute(delete(LogExport).where(LogExport.id.in_(ids)))


def withdraw(actor: Actor, log_id: int) -> None:
    """Take an export out of everybody's sight after a security incident."""
    found = session.get_one(LogExport, log_id)
    if found.deleted_at is None:
        found.deleted_at, found.deleted_by = actor.now, actor.person_id


def _require_proof(actor: Actor) -> None:
    if not actor.is_elevated:
        raise NeedsElevation(gettext("Please enter your password again to continue with administration."))


def _record(actor: Actor, act: str, found: LogExport, **details: int) -> None:
    audit.record(actor, f"chat.log_{act}", found, unit_id=found.unit_id, details=details)


__all__ = [
    "MOST",
    "REASON_LENGTH",
    "SEAL",
    "approve",
    "ask",
    "end",
    "expired",
    "purge",
    "refuse",
    "seal",
    "withdraw",
]
