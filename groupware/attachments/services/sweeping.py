"""Erasing what nobody needs any more: uploads that were given up, files that never belonged to anything, contents without a name.

What belongs to something is never touched: it goes with its owner, after the disposal was decided and no hold stood. A content
goes when no attachment is left of it; its row is locked while its bytes go, so that an upload of the same content waits.
"""

import uuid
from datetime import timedelta

from sqlalchemy import delete, exists, select

from groupware.actor import Actor
from groupware.attachments import hooks
from groupware.attachments.models import Attachment, StoredFile, Upload
from groupware.attachments.storage import vault
from groupware.db import session

GIVEN_UP = timedelta(days=3)
"""An upload that nobody went on with for so long is not finished any more."""
UNOWNED = timedelta(days=7)
"""A file that was sent and has not been attached to anything for so long."""
STRAY = timedelta(days=1)
"""What lies in the storage without a row for so long is left over from a crash, not on its way."""
CHUNK = 200


def sweep(actor: Actor) -> None:
    """Erase a chunk of each kind; what is left is swept next time."""
    given_up = session.scalars(
        delete(Upload)
        .where(
            Upload.id.in_(
                select(Upload.id)
                .where(Upload.touched_at < actor.now - GIVEN_UP)
                .limit(CHUNK)
                .scalar_subquery()
            )
        )
        .returning(Upload.uid)
    ).all()
    for uid in given_up:
        vault().discard(uid.hex)
    unowned = (
        select(Attachment.id)
        .where(Attachment.owner_type == "", Attachment.created_at < actor.now - UNOWNED)
        .limit(CHUNK)
    )
    session.execute(delete(Attachment).where(Attachment.id.in_(unowned.scalar_subquery())))
    _sweep_contents(actor)
    _sweep_strays(actor)


def _sweep_contents(actor: Actor) -> None:
    is_named = exists().where(Attachment.stored_id == StoredFile.id)
    nameless = session.scalars(
        select(StoredFile)
        .where(~is_named, StoredFile.created_at < actor.now - timedelta(hours=1))
        .order_by(StoredFile.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    ).all()
    for stored in nameless:
        # Asked again behind the lock: the content may have been sent anew meanwhile.
        if (
            session.scalar(select(Attachment.id).where(Attachment.stored_id == stored.id).limit(1))
            is not None
        ):
            continue
        hooks.tell_gone(stored.id)
        vault().erase(stored.address, stored.digest)
        session.delete(stored)
    session.flush()


def _sweep_strays(actor: Actor) -> None:
    """Bytes that a crash left behind before their row was written."""
    before = (actor.now - STRAY).timestamp()
    old = {address for address, written in vault().backend.addresses() if written < before}
    known: set[str] = set()
    if old:
        known = set(session.scalars(select(StoredFile.address)))
    for address in sorted(old - known):
        vault().backend.remove(address)
    for part, written in vault().uploads():
        if written < before and not _is_on_its_way(part):
            vault().discard(part)


def _is_on_its_way(part: str) -> bool:
    try:
        uid = uuid.UUID(hex=part)
    except ValueError:
        return False
    return session.scalar(select(Upload.id).where(Upload.uid == uid)) is not None


__all__ = ["sweep"]
