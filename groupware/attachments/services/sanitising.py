"""Files that cross zones: only what the sanitiser made of them does, never the file that came in (administration.md 24).

Without a sanitiser, without its verdict and after its refusal nothing crosses. Where it came in, a file is handed out as it is.
"""

import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from groupware import audit, jobs
from groupware.actor import Actor
from groupware.attachments import queries, sanitiser
from groupware.attachments.enums import ContentState, SanitiserState
from groupware.attachments.models import Sanitised, StoredFile
from groupware.attachments.queries import File
from groupware.attachments.services.uploads import PIECE, Examined, stored_file
from groupware.attachments.storage import as_path, door, vault
from groupware.db import insert_new, session
from groupware.errors import Conflict, Denied
from groupware.guards.zoning import zone_of
from groupware.i18n import gettext

SANITISE = "attachments.sanitise"
SANITISE_NOW = "attachments.sanitise_now"
CHUNK = 200


def crosses(actor: Actor, file: File) -> bool:
    """Whether the file would leave the zone in which it came in."""
    return not actor.is_system and file.zone != zone_of(actor).value


def passable(actor: Actor, file: File) -> File:
    """The file for the actor's zone: itself where it came in, elsewhere what the sanitiser made of it.

    Raises Conflict while that is awaited, Denied where it was refused or there is no sanitiser.
    """
    if not crosses(actor, file):
        return file
    row = session.execute(
        select(Sanitised.state, StoredFile.address, StoredFile.digest, StoredFile.size)
        .outerjoin(
            StoredFile,
            (StoredFile.id == Sanitised.result_id) & (StoredFile.state == ContentState.READY.value),
        )
        .where(Sanitised.stored_id == file.stored_id)
    ).first()
    if row is not None and row.state == SanitiserState.SANITISED and row.address is not None:
        return replace(file, zone=zone_of(actor).value, address=row.address, digest=row.digest, size=row.size)
    raise _kept_back(row.state if row is not None else "")


def _kept_back(state: str) -> Conflict | Denied:
    if state == SanitiserState.REFUSED:
        return Denied(
            gettext("This file could not be sanitised and stays in the zone in which it came in."),
            code="not_sanitised",
        )
    if not door():
        return Denied(
            gettext("This file came in from another zone and cannot be opened from yours."),
            code="not_sanitised",
        )
    label = SanitiserState(state or SanitiserState.UNPROCESSED).label
    return Conflict(
        gettext(
            "This file is being sanitised (%(state)s). It can be opened as soon as that is done.", state=label
        ),
        code="sanitising",
    )


def ask(actor: Actor, stored: StoredFile) -> None:
    """Have a content sanitised, if there is a sanitiser: whoever opens it from another zone need not wait then."""
    if door() and session.scalar(
        insert_new(Sanitised)
        .values(stored_id=stored.id, state=SanitiserState.UNPROCESSED.value, finding="", asked_at=actor.now)
        .returning(Sanitised.stored_id)
    ):
        jobs.enqueue(actor, SANITISE, {"stored_id": stored.id}, key=f"sanitise-{stored.id}")


def ask_for_all(actor: Actor) -> None:
    """Have those contents sanitised that came before there was a sanitiser. A job."""
    if not door():
        return
    known = select(Sanitised.stored_id)
    waiting = select(StoredFile).where(
        StoredFile.state == ContentState.READY.value, StoredFile.id.not_in(known)
    )
    for stored in session.scalars(waiting.order_by(StoredFile.id).limit(CHUNK)).all():
        ask(actor, stored)


def begin(actor: Actor, stored_id: int) -> None:
    """Say that a content is in process, and process it. A job; what a sanitiser made is not given to it again."""
    row = session.get(Sanitised, stored_id)
    if row is None or row.state != SanitiserState.UNPROCESSED:
        return
    if session.scalar(select(Sanitised.stored_id).where(Sanitised.result_id == stored_id).limit(1)):
        _end(actor, row, stored_id)
        return
    row.state = SanitiserState.PROCESSING.value
    jobs.enqueue(actor, SANITISE_NOW, {"stored_id": stored_id}, key=f"sanitise-now-{stored_id}")


def process(actor: Actor, stored_id: int) -> None:
    """Give a content to the sanitiser and keep what it made of it. A job. Raises Unreachable: it is tried again."""
    row, stored = session.get(Sanitised, stored_id), session.get(StoredFile, stored_id)
    if row is None or stored is None or row.state != SanitiserState.PROCESSING:
        return
    with tempfile.TemporaryDirectory(prefix="sanitised-") as folder:
        target = Path(folder) / "result"
        with as_path(stored) as source:
            finding = sanitiser.run(door(), source, target, stored.media_type)
        if not finding:
            _end(actor, row, _keep(actor, stored, target))
            return
    row.state, row.finding, row.ended_at = SanitiserState.REFUSED.value, finding, actor.now
    for file in queries.files_with(stored_id):
        audit.record(
            actor,
            "attachment.not_sanitised",
            object_type=file.owner_type or "core.attachment",
            object_id=file.owner_id if file.owner_type else file.id,
            details={"attachment": file.id, "content": stored_id},
        )


def _end(actor: Actor, row: Sanitised, result_id: int) -> None:
    row.result_id, row.state, row.ended_at = result_id, SanitiserState.SANITISED.value, actor.now


def _keep(actor: Actor, stored: StoredFile, target: Path) -> int:
    """The content that the sanitiser made, examined like every other."""
    part, size = uuid.uuid4().hex, 0
    store = vault()
    try:
        with target.open("rb") as file:
            while piece := file.read(PIECE):
                store.add(part, size, piece)
                size += len(piece)
        if not size:
            raise sanitiser.Unreachable("the sanitiser made an empty file")
        digest = store.assemble(part, size)
        found = Examined(digest, stored.media_type)
        return stored_file(actor, size, found, lambda: store.keep(part, digest)).id
    finally:
        store.discard(part)


__all__ = [
    "SANITISE",
    "SANITISE_NOW",
    "ask",
    "ask_for_all",
    "begin",
    "crosses",
    "passable",
    "process",
]
