"""Uploads: a file comes in pieces of 4 MB, each acknowledged when it lies on the disk, and is an attachment when it is whole.

The row says how much has come; the bytes lie in the vault. A page writes a piece between two units of work, so that
no transaction waits for a disk (`attachments/taking.py`).
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from groupware import rules
from groupware.actor import Actor
from groupware.attachments import queries
from groupware.attachments.inspection import Policy, Refusal
from groupware.attachments.models import Attachment, StoredFile, Upload
from groupware.attachments.names import cleaned
from groupware.attachments.rules import LARGEST, LOCKED, PERSON_QUOTA, TYPES, UNIT_QUOTA
from groupware.attachments.services import examining
from groupware.attachments.storage import vault
from groupware.db import insert_new, session
from groupware.errors import Conflict, Invalid, NoRoom, NotFound
from groupware.i18n import gettext

PIECE = 4 * 1024 * 1024
"""Bytes of every piece but the last."""
MOST = 100
"""Uploads that a person may have begun at a time."""
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a content that is whole."""

    digest: str
    media_type: str


def begin(actor: Actor, name: str, size: int, fingerprint: str = "") -> Upload:
    """Announce a file; returns the upload, which for one with the same fingerprint is the one begun before.

    Raises Invalid for what is empty, too large or more than the quota leaves, NoRoom if the disk could not take it.
    """
    assert actor.person_id is not None, "files are sent by people"
    require_size(actor, name, size)
    fingerprint = fingerprint[:64] or uuid.uuid4().hex
    # One person's announcements take turns by this statement, so that the same file is not begun twice.
    session.execute(
        insert_new(Upload).values(
            uid=uuid.uuid4(),
            person_id=actor.person_id,
            unit_id=actor.unit_id,
            name=cleaned(name),
            size=size,
            received=0,
            fingerprint=fingerprint,
            zone=actor.zone,
            created_at=actor.now,
            touched_at=actor.now,
        )
    )
    mine = session.scalars(select(Upload).where(Upload.person_id == actor.person_id)).all()
    if len(mine) > MOST:
        raise Invalid(
            gettext(
                "You have begun to send %(number)d files. Please finish or cancel some first.", number=MOST
            ),
            code="too_many_uploads",
        )
    found = next(one for one in mine if one.fingerprint == fingerprint)
    if found.size != size:
        raise Conflict(gettext("This file has changed since you began to send it."), code="changed")
    found.touched_at = actor.now
    return found


def require_size(actor: Actor, name: str, size: int) -> None:
    """Raise Invalid for a size that the bureau does not allow or the quota does not leave, NoRoom for one that the disk cannot
    take."""
    largest = int(rules.value_for(actor, LARGEST))
    if size <= 0:
        raise Invalid(gettext("“%(name)s” is empty.", name=cleaned(name)), code="empty")
    if size > largest * MB:
        raise Invalid(
            gettext(
                "“%(name)s” is too large. A file may have at most %(largest)d MB.",
                name=cleaned(name),
                largest=largest,
            ),
            code="too_large",
        )
    _require_quota(actor, size)
    if size > vault().free():
        raise no_room()


def _require_quota(actor: Actor, size: int) -> None:
    for rule, used, words in (
        (PERSON_QUOTA, queries.used_by_person, gettext("Your files together may have at most %(limit)d MB.")),
        (
            UNIT_QUOTA,
            queries.used_by_unit,
            gettext("The files of your organisation together may have at most %(limit)d MB."),
        ),
    ):
        limit = int(rules.value_for(actor, rule))
        whose = actor.person_id if rule == PERSON_QUOTA else actor.unit_id
        if limit and used(whose) + size > limit * MB:
            advice = gettext("Please delete what is not needed any more, or ask your administrator.")
            raise Invalid(f"{words % {'limit': limit}} {advice}", code="quota")


def policy(actor: Actor) -> Policy:
    """What the actor's bureau lets in."""
    return Policy(
        groups=frozenset(rules.value_for(actor, TYPES)),
        locked=str(rules.value_for(actor, LOCKED)),
    )


def refused(name: str, refusal: Refusal) -> Invalid:
    """Why a file was not let in, in words for who sent it."""
    words = {
        "lying_type": gettext(
            "“%(name)s” is not what its name says: its content belongs to another type of file. Please check the file."
        ),
        "type": gettext("“%(name)s” cannot be attached. This type of file is not allowed: %(type)s"),
        "program_inside": gettext("“%(name)s” cannot be attached: there is a program in it (%(inside)s)."),
        "password": gettext(
            "“%(name)s” cannot be attached: it has a password, so nobody can examine it. Please remove the password."
        ),
        "bomb": gettext("“%(name)s” cannot be attached: unpacked, it would be far too large."),
        "broken": gettext("“%(name)s” cannot be attached: it is damaged and cannot be examined."),
    }[refusal.code]
    label = refusal.group.label if refusal.group is not None else ""
    values = {"name": cleaned(name), "type": label, "inside": refusal.inside}
    return Invalid(words % values, code=refusal.code)


def no_room() -> NoRoom:
    """What is said when the disk is full."""
    return NoRoom(
        gettext("The file could not be stored: the server has no room left. Please tell your administrator.")
    )


def sent(actor: Actor, uid: uuid.UUID) -> Upload:
    """An upload of the actor's. Raises NotFound."""
    found = queries.upload(actor.person_id, uid)
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def require_next(upload: Upload, offset: int, length: int) -> None:
    """Raise unless `length` bytes at `offset` are the next piece: Conflict for another offset, Invalid for another length."""
    if offset != upload.received:
        raise Conflict(
            gettext("Another part of the file is expected."), code="offset", offset=upload.received
        )
    if length != min(PIECE, upload.size - upload.received) or length == 0:
        raise Invalid(gettext("A part of the file has the wrong length."), code="length")


def advance(actor: Actor, uid: uuid.UUID, offset: int, length: int) -> int:
    """Acknowledge a piece that lies on the disk; returns how much has come. Raises Conflict if it was not the next one."""
    received = session.scalar(
        update(Upload)
        .where(Upload.uid == uid, Upload.person_id == actor.person_id, Upload.received == offset)
        .values(received=Upload.received + length, touched_at=actor.now)
        .returning(Upload.received)
    )
    if received is None:
        raise Conflict(gettext("Another part of the file is expected."), code="offset")
    return int(received)


def cancel(actor: Actor, uid: uuid.UUID) -> bool:
    """Forget an upload; whether there was one. The vault lets go of its bytes afterwards."""
    statement = delete(Upload).where(Upload.uid == uid, Upload.person_id == actor.person_id)
    return session.scalar(statement.returning(Upload.id)) is not None


def record(actor: Actor, uid: uuid.UUID, name: str, size: int, found: Examined) -> Attachment:
    """Make an attachment of what lies whole in the vault, under the uid of its upload. It belongs to nothing yet.

    Of two requests that finish the same upload the second gets what the first made. NotFound if it was cancelled meanwhile.
    """
    claimed = session.scalar(delete(Upload).where(Upload.uid == uid).returning(Upload.id))
    if claimed is None:
        done = session.scalars(select(Attachment).where(Attachment.uid == uid)).one_or_none()
        if done is None:
            raise NotFound(gettext("The page you are looking for was not found."))
        return done
    made = Attachment(
        uid=uid,
        stored_id=stored_file(actor, size, found, lambda: vault().keep(uid.hex, found.digest)).id,
        name=cleaned(name),
        person_id=actor.person_id,
        unit_id=actor.unit_id,
        zone=actor.zone,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def stored_file(actor: Actor, size: int, found: Examined, put: Callable[[], str]) -> StoredFile:
    """The row of a content, locked, with its bytes in the vault: whoever sweeps locks it as well before it erases.

    `put` puts the bytes there and returns the address; called only where they are not there already.
    """
    made = session.scalar(
        insert_new(StoredFile)
        .values(
            digest=found.digest,
            address=vault().address(found.digest),
            size=size,
            media_type=found.media_type,
            state=examining.first_state().value,
            finding="",
            created_at=actor.now,
        )
        .returning(StoredFile.id)
    )
    stored = session.scalars(
        select(StoredFile).where(StoredFile.digest == found.digest).with_for_update()
    ).one()
    if not vault().backend.has(stored.address):
        stored.address = put()
    if made is not None:
        examining.arrived(actor, stored)
    return stored


__all__ = [
    "MB",
    "MOST",
    "PIECE",
    "Examined",
    "advance",
    "begin",
    "cancel",
    "no_room",
    "policy",
    "record",
    "refused",
    "require_next",
    "require_size",
    "sent",
    "stored_file",
]
