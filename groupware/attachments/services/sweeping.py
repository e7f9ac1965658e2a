"""Erasing what nobody needs any more: uploads that were given up, files that never belonged to anything, contents without a name.

What belongs to something is never touched: it goes with its owner, after the disposal was decided and no hold stood. A content
goes when no attachment is left of it; its row is locked while its bytes go, so that an upload of the same content waits.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, exists, or_, select

from groupware.actor import Actor
from groupware.attachments import hooks
from groupware.attachments.models import Attachment, Sanitised, StoredFile, Upload
from groupware.attachments.services import picturing
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


def _sweep_contents(actor: Actor) -> None:
    is_named = or_(
        exists().where(Attachment.stored_id == StoredFile.id),
        # What the sanitiser made of another content goes with that.
        exists().where(Sanitised.result_id == StoredFile.id, Sanitised.stored_id != StoredFile.id),
    )
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
        vault().backend.remove(stored.address)
        picturing.erase(stored)
        # First, because it may name the content as its own result.
        session.execute(delete(Sanitised).where(Sanitised.stored_id == stored.id))
        session.delete(stored)
    session.flush()


def strays(addresses: Sequence[str]) -> list[str]:
    """Those of the addresses that no row knows: a crash left them behind."""
    known = set(session.scalars(select(StoredFile.address).where(StoredFile.address.in_(addresses))))
    return [address for address in addresses if address not in known]


def left_over(parts: Sequence[str]) -> list[str]:
    """Those of the names in the folder of uploads that belong to none."""
    known = {uid.hex for uid in session.scalars(select(Upload.uid))}
    return [part for part in parts if part not in known]


__all__ = ["CHUNK", "STRAY", "left_over", "strays", "sweep"]
