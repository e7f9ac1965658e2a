"""Taking files in at the boundary: pieces of an upload, its completion, and whole files of a form without scripts.

Everything here opens its own units of work, because what lies between them waits for a disk.
"""

import base64
import binascii
import hashlib
import uuid
from typing import Any

from werkzeug.datastructures import FileStorage

from groupware import offload
from groupware.actor import Actor
from groupware.attachments import queries
from groupware.attachments.inspection import Policy, Refusal, inspect
from groupware.attachments.queries import File
from groupware.attachments.services import uploads
from groupware.attachments.services.handing import known
from groupware.attachments.services.uploads import Examined
from groupware.attachments.storage import Damaged, Full, Vault, vault
from groupware.db import unit
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext


def take_piece(actor: Actor, uid: uuid.UUID, offset: int, piece: bytes, checksum: str) -> int:
    """Take the next piece of an upload in; returns how much has come.

    `checksum` is the field Content-Digest (RFC 9530) with `sha-256`. Raises NotFound, Conflict for another offset,
    Invalid for a wrong length or checksum, NoRoom; nothing has changed then.
    """
    store = vault()
    with unit("read"):
        uploads.require_next(uploads.sent(actor, uid), offset, len(piece))
    if not offload.run(_is_intact, piece, checksum):
        raise Invalid(gettext("A part of the file arrived damaged. It will be sent again."), code="checksum")
    _run(store.add, uid.hex, offset, piece)
    with unit("write"):
        return uploads.advance(actor, uid, offset, len(piece))


def _is_intact(piece: bytes, checksum: str) -> bool:
    for field in checksum.split(","):
        name, _, value = field.strip().partition("=")
        if name.lower() == "sha-256":
            try:
                wanted = base64.b64decode(value.strip(":"), validate=True)
            except (binascii.Error, ValueError):
                return False
            return hashlib.sha256(piece).digest() == wanted
    return False


def finish(actor: Actor, uid: uuid.UUID) -> File:
    """Make an attachment of an upload that is whole. Doing it again changes nothing.

    Raises NotFound, Conflict if something is missing still, Invalid for what the bureau does not allow, NoRoom.
    """
    store = vault()
    with unit("read"):
        if (done := _mine(actor, uid)) is not None:
            return done
        sent = uploads.sent(actor, uid)
        if sent.received != sent.size:
            raise Conflict(gettext("The file is not whole yet."), code="offset", offset=sent.received)
        uploads.require_size(actor, sent.name, sent.size)
        name, size, policy = sent.name, sent.size, uploads.policy(actor)
    try:
        found = _run(_examine, store, uid.hex, name, size, policy)
    except Refusal as refusal:
        _forget(actor, store, uid)
        raise uploads.refused(name, refusal) from refusal
    _run(store.keep, uid.hex, found.digest)
    with unit("write"):
        uploads.record(actor, uid, name, size, found)
    store.discard(uid.hex)
    with unit("read"):
        return queries.files([uid])[0]


def _examine(store: Vault, part: str, name: str, size: int, policy: Policy) -> Examined:
    digest = store.assemble(part, size)
    with store.open_part(part, digest) as content:
        return Examined(digest=digest, media_type=inspect(content, size, name, policy).media_type)


def _mine(actor: Actor, uid: uuid.UUID) -> File | None:
    # Known: of what has become of it meanwhile they may see no more than anybody else.
    found = [one.file for one in known(actor, queries.files([uid]))]
    return next((file for file in found if file.person_id == actor.person_id), None)


def cancel(actor: Actor, uid: uuid.UUID) -> None:
    """Forget an upload and what has come of it."""
    _forget(actor, vault(), uid)


def _forget(actor: Actor, store: Vault, uid: uuid.UUID) -> None:
    with unit("write"):
        was_there = uploads.cancel(actor, uid)
    if was_there:
        store.discard(uid.hex)


def take_file(actor: Actor, sent: FileStorage) -> File:
    """Take a whole file of a form in. Raises as `begin`, `finish`."""
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    with unit("write"):
        uid = uploads.begin(actor, sent.filename or "", size).uid
    try:
        for offset in range(0, size, uploads.PIECE):
            piece = sent.stream.read(uploads.PIECE)
            _run(vault().add, uid.hex, offset, piece)
            with unit("write"):
                uploads.advance(actor, uid, offset, len(piece))
    except BaseException:
        cancel(actor, uid)
        raise
    return finish(actor, uid)


def _run(function: Any, *args: Any) -> Any:
    """Off the loop, with what the vault says in the words of the house."""
    try:
        return offload.run(function, *args)
    except Full as error:
        raise uploads.no_room() from error
    except (Damaged, FileNotFoundError) as error:
        raise Conflict(
            gettext("The file could not be stored as a whole. Please send it again."), code="damaged"
        ) from error


__all__ = ["cancel", "finish", "take_file", "take_piece"]
