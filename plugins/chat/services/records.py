"""Have messages of a room kept as a record: asked for by a person, sealed by a job, and never changed afterwards."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select

from groupware import access, audit, clock, jobs
from groupware.actor import Actor
from groupware.attachments.services import adding, owning
from groupware.db import session
from groupware.errors import Invalid
from groupware.guards import labels, texts, zoning
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.records import sealing
from groupware.records.retention import has_run_out
from groupware.text.folding import fold
from plugins.chat.enums import EXTRACT, Role, RoomKind
from plugins.chat.models import Extract, Note, Room, Task
from plugins.chat.permissions import RECORD
from plugins.chat.queries import noted, spoken, tasked
from plugins.chat.queries.belonging import seen_since
from plugins.chat.queries.rooms import RoomView
from plugins.chat.services.enclosing import require_room
from plugins.chat.services.locking import denied, locked
from plugins.chat.services.sealing import Kept, Subject, file_of
from plugins.chat.services.wording import unmarked

ASKED = "chat.record_asked"
SEAL = "chat.seal_record"
"""The job."""
MOST = 10_000
"""Messages of one record."""
TITLE_LENGTH = 100
LONGEST = 30
"""Years."""


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """What is to be kept: all that was said, set as a task or done from `since` to before `until`, and the notes for these days
    `with_notes`. 0 `years` is for ever."""

    title: str
    since: datetime | None
    until: datetime | None
    classification: str
    years: int | None
    with_notes: bool = False


def may_keep(actor: Actor, view: RoomView) -> bool:
    """Whether the actor may have messages of a room that they have opened kept as a record."""
    if view.role is None:
        return False
    if view.kind in (RoomKind.DIRECT, RoomKind.OWN) or view.role >= Role.MODERATOR:
        return True
    return access.can(actor, RECORD, unit_id=view.unit_id)


def ask(actor: Actor, room_uid: uuid.UUID, plan: RecordPlan) -> Extract:
    """Have a job make the record. It holds what the actor may read of the room and nothing from before they came.

    Raises NotFound, Denied for who neither moderates the room nor holds the permission, Invalid with the fields at fault.
    """
    view = locked(actor, room_uid)
    if not may_keep(actor, view) or actor.person_id is None:
        words = gettext("Only moderators and owners of the room, and document officers in it, may do this.")
        raise denied(view, words, RECORD)
    unit_id = view.unit_id if view.unit_id is not None else actor.unit_id
    title, since, until = _checked(actor, view, unit_id, plan)
    found = spoken.stretch(view.id, since, until, view.floor)
    tasks_since = seen_since(actor, view) if view.has_notes else None
    notes_since = tasks_since if plan.with_notes else None
    has_any = (notes_since is not None and noted.number(view.id, *_days(since, until), notes_since) > 0) or (
        tasks_since is not None and tasked.number(view.id, since, until, tasks_since) > 0
    )
    if found.number > MOST or not (found.number or has_any):
        fault = gettext("Nothing was said in this time.")
        if found.number:
            fault = gettext(
                "At most %(most)d messages (now %(number)d). Please choose a shorter time.",
                most=MOST,
                number=found.number,
            )
        raise Invalid(fault, fields={"until": fault})
    require_room(view.id, since, until, view.floor)
    made = Extract(
        room_id=view.id,
        room_name=view.name,
        unit_id=unit_id,
        title=title,
        since=since,
        until=until,
        first_seq=found.first or 0,
        last_seq=found.last or 0,
        notes_since=notes_since,
        tasks_since=tasks_since,
        made_by=actor.person_id,
        made_by_name=actor.display_name,
        created_at=actor.now,
        classification=plan.classification,
        retention_years=labels.retention(plan.years or 0, plan.classification, unit_id),
    )
    session.add(made)
    session.flush()
    jobs.enqueue(actor, SEAL, {"extract_id": made.id}, key=f"{SEAL}-{made.id}")
    audit.record(
        actor,
        ASKED,
        made,
        unit_id=unit_id,
        details={"room_id": view.id, "first": found.first, "last": found.last},
    )
    return made


def _checked(
    actor: Actor, view: RoomView, unit_id: int | None, plan: RecordPlan
) -> tuple[str, datetime, datetime]:
    title, faults = " ".join(unmarked(plan.title).split()), {}
    if not title or len(title) > TITLE_LENGTH:
        faults["title"] = gettext("Please enter a title of at most %(max)d characters.", max=TITLE_LENGTH)
    if plan.since is None:
        faults["since"] = gettext("Please enter from when on.")
    if plan.until is None or (plan.since is not None and plan.until <= plan.since):
        faults["until"] = gettext("Please enter until when, later than the beginning.")
    if plan.classification not in zoning.labels_of(actor) or plan.classification < view.classification:
        faults["classification"] = gettext("Please choose a label that is not below that of the room.")
    if plan.years is None or not 0 <= plan.years <= LONGEST:
        faults["years"] = gettext("Please choose from the list.")
    if faults or plan.since is None or plan.until is None:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, unit_id, {"title": title})
    return title, plan.since, plan.until


def seal(actor: Actor, extract_id: int) -> None:
    """Make the file of a record that was asked for; done again it changes nothing."""
    extract = session.scalars(select(Extract).where(Extract.id == extract_id).with_for_update()).one_or_none()
    if extract is None or extract.sealed_at is not None:
        return
    room = session.get_one(Room, extract.room_id)
    said = [
        one
        for one in spoken.messages(room.id, extract.since, extract.until)
        if extract.first_seq <= one.seq <= extract.last_seq
    ]
    subject = Subject(
        uid=extract.uid,
        title=extract.title,
        unit_id=extract.unit_id,
        since=extract.since,
        until=extract.until,
        classification=extract.classification,
        retention_years=extract.retention_years,
        made_by_name=extract.made_by_name,
    )
    made, text = file_of(room, subject, Kept(said, *_beside(extract)), actor.now)
    extract.sealed_at, extract.number = actor.now, len(said)
    extract.seal, extract.head = made.seal, made.head
    extract.text, extract.search_text = text, fold(f"{extract.title}\n{extract.room_name}\n{text}")
    name = f"{extract.title}_{clock.local(extract.since):%Y%m%d}.zip"
    attached = adding.add(actor, name, made.content)
    owning.attach(actor, EXTRACT, extract.id, [attached.uid], unit_id=extract.unit_id)
    sealing.note(actor, extract, made)


def _beside(extract: Extract) -> tuple[Sequence[Note], Sequence[Task], Mapping[int, Sequence[str]]]:
    """Notes, tasks, and whom these are for, as far as the record holds them."""
    notes: Sequence[Note] = ()
    tasks: Sequence[Task] = ()
    doing: Mapping[int, Sequence[str]] = {}
    if extract.notes_since is not None:
        notes = noted.notes(extract.room_id, *_days(extract.since, extract.until), extract.notes_since)
    if extract.tasks_since is not None:
        span = extract.room_id, extract.since, extract.until, extract.tasks_since
        tasks, doing = tasked.tasks(*span), tasked.assignees(*span)
    return notes, tasks, doing


def _days(since: datetime, until: datetime) -> tuple[date, date]:
    """The first and the last day that a time touches."""
    return clock.local(since).date(), clock.local(until - timedelta(microseconds=1)).date()


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Any]:
    """Records of these organisations (None: of all) that hold every folded word, newest first."""
    statement = select(
        Extract.id, Extract.uid, Extract.title, Extract.created_at.label("at"), Extract.unit_id
    ).where(*(Extract.search_text.contains(word, autoescape=True) for word in words))
    if since is not None:
        statement = statement.where(Extract.until > clock.midnight(since))
    if until is not None:
        statement = statement.where(Extract.since < clock.end_of(until))
    if units is not None:
        statement = statement.where(Extract.unit_id.in_(sorted(units)))
    return session.execute(statement.order_by(Extract.id.desc()).limit(limit)).all()


def exhibit(extract_id: int) -> Exhibit:
    """What a record says."""
    extract = session.get_one(Extract, extract_id)
    return Exhibit(
        title=extract.title,
        facts=(
            (gettext("Room"), extract.room_name),
            (pgettext("chat record", "Kept by"), extract.made_by_name),
            (gettext("Seal"), extract.seal),
        ),
        text=extract.text,
    )


def expired(day: date) -> Select[Any]:
    """Records whose retention has ended on `day`, as (id, uid, title, since)."""
    columns: Sequence[Any] = (Extract.id, Extract.uid, Extract.title, Extract.created_at.label("since"))
    return (
        select(*columns)
        .where(has_run_out(Extract.created_at, Extract.retention_years, day))
        .order_by(Extract.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase records with their files."""
    owning.release(EXTRACT, ids)
    session.execute(delete(Extract).where(Extract.id.in_(ids)))


def withdraw(actor: Actor, extract_id: int) -> None:
    """Take a record out of everybody's sight after a security incident."""
    extract = session.get_one(Extract, extract_id)
    if extract.deleted_at is None:
        extract.deleted_at, extract.deleted_by = actor.now, actor.person_id


YEARS = (1, 3, 5, 10, LONGEST, 0)
"""What is offered; 0 is for ever."""


__all__ = [
    "LONGEST",
    "MOST",
    "SEAL",
    "TITLE_LENGTH",
    "YEARS",
    "RecordPlan",
    "ask",
    "exhibit",
    "expired",
    "find",
    "may_keep",
    "purge",
    "seal",
    "withdraw",
]
