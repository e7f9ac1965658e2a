"""Deliveries from their arrival to their publication. Every step is audited; the audit holds counts, never contents.

A delivery is examined when it arrives and again when it is published, because the directory may have moved in between.
Until then its text and its difference are in `core_batches` and nowhere else.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import undefer

from groupware import access, audit, offload
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.delivery.examination import Examination, examine
from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.reading import decode, unpack
from groupware.directory.delivery.snapshot import Snapshot
from groupware.directory.enums import BatchState
from groupware.directory.models import Batch, Person
from groupware.directory.queries.batches import LOAD, batch_for
from groupware.directory.queries.snapshot import load_snapshot
from groupware.directory.services.applying import Progress, apply_plan, lock_directory
from groupware.directory.services.settling import turn_numbers
from groupware.errors import Conflict, DomainError, Invalid
from groupware.i18n import gettext

OBJECT = "directory.batch"
_log = logging.getLogger("groupware.directory")


@dataclass(slots=True)
class Examined:
    """Files that were read and compared, with what came of it."""

    texts: dict[str, str]
    effective_on: date
    examination: Examination
    version: int
    declined: list[str] = field(default_factory=list)


def examine_files(
    actor: Actor, files: Mapping[str, bytes], effective_on: date, *, encoding: str | None = None
) -> Examined:
    """Read the files (CSV, or a zip of them) and compare them with the directory; writes nothing.

    A read unit is enough. The work itself runs off the event loop. Raises Denied, NeedsElevation.
    """
    access.require(actor, LOAD)
    snapshot = load_snapshot(effective_on)
    texts, examination = offload.run(_examine_files, files, encoding, snapshot)
    return Examined(texts, effective_on, examination, snapshot.version)


def _examine_files(
    files: Mapping[str, bytes], encoding: str | None, snapshot: Snapshot
) -> tuple[dict[str, str], Examination]:
    texts, findings = decode(unpack(files), encoding)
    return texts, examine(texts, snapshot, findings=findings)


def keep(
    actor: Actor,
    examined: Examined,
    title: str,
    publication_time: datetime | None = None,
    *,
    co_loaders: Sequence[int] = (),
) -> Batch:
    """Keep an examined delivery: staged if it is sound, failed, with its findings and without its text, if not.

    A `publication_time` of None leaves it waiting until `schedule`. Raises Invalid for a title that is empty or too long.
    """
    access.require(actor, LOAD)
    title = title.strip()
    if not title or len(title) > 200:
        message = gettext("Please enter a title of at most 200 characters.")
        raise Invalid(message, code="title", fields={"title": message})
    batch = Batch(
        title=title,
        state=BatchState.STAGED,
        publication_time=publication_time,
        effective_on=examined.effective_on,
        loaded_by=actor.person_id,
        loaded_at=actor.now,
        co_loaders=list(co_loaders),
        files=examined.texts,
        declined=examined.declined,
    )
    _note(batch, examined.examination, examined.version)
    session.add(batch)
    session.flush()
    if examined.examination.plan is None:
        _record(actor, batch, "directory.batch_refused", faults=len(examined.examination.faults))
    else:
        _record(actor, batch, "directory.batch_staged")
    return batch


def stage_batch(
    actor: Actor,
    files: Mapping[str, bytes],
    title: str,
    publication_time: datetime | None,
    effective_on: date,
    *,
    encoding: str | None = None,
    co_loaders: Sequence[int] = (),
) -> Batch:
    """Examine and keep in one go, in the current write unit; see `examine_files` and `keep`."""
    examined = examine_files(actor, files, effective_on, encoding=encoding)
    return keep(actor, examined, title, publication_time, co_loaders=co_loaders)


def import_delivery(
    actor: Actor,
    files: Mapping[str, bytes],
    title: str,
    effective_on: date,
    *,
    encoding: str | None = None,
    declined: Collection[str] = (),
    has_proposals: bool = True,
    progress: Progress | None = None,
) -> Batch:
    """A delivery that is published as it arrives. The batch says by its state whether it was applied or refused.

    Without `has_proposals` only former numbers that the delivery states itself are followed.
    """
    access.require(actor, LOAD)
    lock_directory()
    examined = examine_files(actor, files, effective_on, encoding=encoding)
    refused = set(declined) | (set() if has_proposals else set(examined.examination.proposed))
    if refused & examined.examination.proposed.keys():
        snapshot = load_snapshot(effective_on)
        examined.examination = examine(
            examined.texts, snapshot, findings=_of_files(examined.examination), declined=refused
        )
        examined.declined = sorted(refused)
    batch = keep(actor, examined, title, actor.now)
    if batch.state == BatchState.STAGED:
        _publish(actor, batch, examined.examination, progress)
    return batch


def schedule(actor: Actor, uid: UUID, publication_time: datetime | None) -> Batch:
    """Decide when a staged delivery is published; None is as soon as the worker looks, within a minute."""
    batch = _staged(actor, uid)
    batch.publication_time = publication_time or actor.now
    batch.version += 1
    details = {"publication_time": batch.publication_time.isoformat()}
    _record(actor, batch, "directory.batch_scheduled", **details)
    return batch


def withdraw(actor: Actor, uid: UUID) -> Batch:
    """Take a delivery back before its publication. What it held is forgotten."""
    batch = _staged(actor, uid, BatchState.STAGED, BatchState.FAILED)
    batch.state = BatchState.WITHDRAWN
    batch.publication_time = None
    batch.version += 1
    _forget(batch)
    _record(actor, batch, "directory.batch_withdrawn")
    return batch


def decline(actor: Actor, uid: UUID, numbers: Collection[str]) -> Batch:
    """Say which proposed former numbers are not the same person, and compare again. The others are taken as proposed."""
    batch = _staged(actor, uid)
    known = {new for new, _ in batch.summary.get("proposed", [])}
    batch.declined = sorted(known & set(numbers))
    _examine_again(batch)
    batch.version += 1
    _record(actor, batch, "directory.batch_declined", count=len(batch.declined))
    return batch


def compare_again(actor: Actor, uid: UUID) -> Batch:
    """Compare a staged delivery with the directory as it is now."""
    batch = _staged(actor, uid)
    _examine_again(batch)
    batch.version += 1
    _record(actor, batch, "directory.batch_compared")
    return batch


def name_loaders(actor: Actor, uid: UUID, person_ids: Sequence[int]) -> Batch:
    """Say who may see the delivery beside the one who loaded it. They need the permission as well to open it."""
    batch = _staged(actor, uid, BatchState.STAGED, BatchState.FAILED)
    known = set(
        session.scalars(select(Person.id).where(Person.id.in_(person_ids), Person.left_on > actor.today))
    )
    if missing := set(person_ids) - known:
        raise Invalid(gettext("There is no such person."), code="unknown_person", count=len(missing))
    batch.co_loaders = sorted(known)
    batch.version += 1
    _record(actor, batch, "directory.batch_shared", people=batch.co_loaders)
    return batch


def publish_due(actor: Actor) -> int:
    """Publish every staged delivery whose time has come and turn the numbers that change today; a job, each minute.

    Runs in the current write unit. Each delivery is applied as a whole or not at all: one that fails is marked with the
    reason and the others go on. Returns how many were published.
    """
    turn_numbers(actor.today)
    statement = (
        select(Batch)
        .where(Batch.state == BatchState.STAGED, Batch.publication_time <= actor.now)
        .order_by(Batch.publication_time, Batch.id)
        .options(undefer(Batch.files))
        .with_for_update(skip_locked=True)
    )
    return sum(_publish(actor, batch) for batch in session.scalars(statement).all())


def _publish(
    actor: Actor, batch: Batch, examination: Examination | None = None, progress: Progress | None = None
) -> bool:
    if examination is None:
        lock_directory()
        snapshot = load_snapshot(batch.effective_on)
        examination = examine(batch.files, snapshot, declined=batch.declined)
    if examination.plan is None:
        _note(batch, examination, 0)
        batch.version += 1
        _record(actor, batch, "directory.batch_refused", faults=len(examination.faults))
        return False
    try:
        with session.begin_nested():
            apply_plan(examination.plan, progress)
    except Exception as error:  # noqa: BLE001  whatever it is, the delivery must not be tried again each minute
        # The text of a database error holds values of the delivery: it is for the loaders and not for the log.
        is_database = isinstance(error, DBAPIError)
        _log.error(
            "delivery %s could not be applied: %s",
            batch.uid,
            type(error).__name__,
            exc_info=None if is_database else error,
        )
        _fail(actor, batch, error)
        return False
    _note(batch, examination, 0)
    batch.state = BatchState.PUBLISHED
    batch.published_at = actor.now
    batch.version += 1
    batch.files = {}
    _record(actor, batch, "directory.batch_published", **examination.plan.counts)
    return True


def _fail(actor: Actor, batch: Batch, error: Exception) -> None:
    is_known = isinstance(error, DomainError | DBAPIError)
    reason = str(error.orig if isinstance(error, DBAPIError) else error) if is_known else type(error).__name__
    batch.state = BatchState.FAILED
    batch.findings = [Finding("not_applied", "", details={"reason": reason[:300]}).as_json()]
    batch.changes = []
    batch.summary = {"faults": 1, "remarks": 0}
    batch.version += 1
    _record(actor, batch, "directory.batch_failed", error=type(error).__name__)


def _note(batch: Batch, examination: Examination, version: int) -> None:
    """Keep what an examination has found; a faulty delivery fails and its text is not kept."""
    faults = len(examination.faults)
    plan = examination.plan
    batch.findings = [finding.as_json() for finding in examination.findings]
    batch.changes = [change.as_json() for change in plan.changes] if plan else []
    batch.summary = {
        "faults": faults,
        "remarks": len(examination.findings) - faults,
        "counts": plan.counts if plan else {},
        "changes": len(plan.changes) if plan else 0,
        "proposed": [list(pair) for pair in sorted(examination.proposed.items())],
        "directory_version": version,
    }
    if plan is None:
        batch.state = BatchState.FAILED
        batch.files = {}


def _examine_again(batch: Batch) -> None:
    snapshot = load_snapshot(batch.effective_on)
    examination = offload.run(examine, batch.files, snapshot, declined=batch.declined)
    _note(batch, examination, snapshot.version)


def _of_files(examination: Examination) -> list[Finding]:
    """Remarks on the set of files, which examining the texts again would not find again."""
    return [finding for finding in examination.findings if finding.code == "unknown_file"]


def _forget(batch: Batch) -> None:
    batch.files, batch.changes, batch.findings = {}, [], []
    batch.summary = {}


def _staged(actor: Actor, uid: UUID, *states: BatchState) -> Batch:
    """The delivery, locked. NotFound for one that is not the actor's, Conflict for one that is past such acts."""
    batch_for(actor, uid)
    statement = select(Batch).where(Batch.uid == uid).options(undefer(Batch.files)).with_for_update()
    batch = session.scalars(statement.execution_options(populate_existing=True)).one()
    if batch.state not in (states or (BatchState.STAGED,)):
        raise Conflict(gettext("This delivery has been published or withdrawn already."), code="batch_state")
    return batch


def _record(actor: Actor, batch: Batch, action: str, **details: Any) -> None:
    audit.record(actor, action, object_type=OBJECT, object_id=batch.id, details=details)


__all__ = [
    "Examined",
    "compare_again",
    "decline",
    "examine_files",
    "import_delivery",
    "keep",
    "name_loaders",
    "publish_due",
    "schedule",
    "stage_batch",
    "withdraw",
]
