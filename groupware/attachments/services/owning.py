"""Belonging: what a plugin calls when a thing of its own gets, shows and loses files.

    uids = owning.attach(actor, "tea.leaf", leaf.id, form.files.uids, unit_id=leaf.unit_id)

does it all. A thing whose changes wait for approval calls `claim` when a change is proposed and `show` when it comes into force.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import delete, select, update

from groupware import rules
from groupware.actor import Actor
from groupware.attachments import hooks, queries
from groupware.attachments.models import Attachment
from groupware.attachments.queries import File
from groupware.attachments.rules import NUMBER
from groupware.attachments.services import numbers
from groupware.attachments.services.handing import known
from groupware.db import session
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.registry import registry

CHUNK = 500


def attach(
    actor: Actor, owner_type: str, owner_id: int, uids: Sequence[uuid.UUID], *, unit_id: int | None
) -> list[uuid.UUID]:
    """Let a thing show exactly these files, in this order; returns their uids. Raises as `claim`."""
    mine = claim(actor, owner_type, owner_id, uids, unit_id=unit_id)
    show(owner_type, owner_id, mine)
    return mine


def claim(
    actor: Actor, owner_type: str, owner_id: int, uids: Sequence[uuid.UUID], *, unit_id: int | None
) -> list[uuid.UUID]:
    """Let files belong to a thing without showing them; returns their uids there, in the same order.

    What the actor sent in becomes the thing's; a file of something else that the actor may see becomes a second
    attachment of the same content. Invalid for more files than the bureau allows, for files that are gone, and as
    `numbers.require_clean`. The caller has decided that the actor may change the thing.
    """
    wanted = list(dict.fromkeys(uids))
    require_number(wanted, unit_id)
    theirs = {file.uid for file in _owned(owner_type, owner_id, wanted)}
    coming = _coming(actor, [uid for uid in wanted if uid not in theirs])
    claimed = []
    for uid in wanted:
        if uid in theirs or (_is_to_move(coming[uid]) and _moves(coming[uid], owner_type, owner_id)):
            claimed.append(uid)
        else:
            claimed.append(_copied(actor, coming[uid], owner_type, owner_id).uid)
    session.flush()
    if coming:
        numbers.confirm(actor, [uid for uid in claimed if uid not in theirs])
    return claimed


def require_claimable(actor: Actor, uids: Sequence[uuid.UUID], *, unit_id: int | None) -> None:
    """Raise as `claim` would for a thing that is new: for who decides about many things before any of them is written."""
    wanted = list(dict.fromkeys(uids))
    require_number(wanted, unit_id)
    _coming(actor, wanted)


def _coming(actor: Actor, uids: Sequence[uuid.UUID]) -> dict[uuid.UUID, File]:
    """The files as they will be in a thing to which they do not belong yet."""
    found = {one.file.uid: _as_coming(actor, one.file) for one in known(actor, queries.files(uids))}
    if not all(uid in found for uid in uids):
        words = gettext("A file is not there any more. Please add it again.")
        raise Invalid(words, code="file_gone", fields={"files": words})
    numbers.require_clean(actor, list(found.values()))
    return found


def _is_to_move(file: File) -> bool:
    return not file.owner_type or registry().attachment_owners[file.owner_type].is_provisional


def _as_coming(actor: Actor, file: File) -> File:
    """The file as it will be: a copy counts for the actor's organisation, and a release by another one does not hold there."""
    if _is_to_move(file) or file.unit_id == actor.unit_id:
        return file
    return replace(file, unit_id=actor.unit_id, released_at=None)


def keep(actor: Actor, owner_type: str, owner_id: int, uids: Sequence[uuid.UUID]) -> None:
    """Let a draft keep those of the files that the actor sent in and that belong to nothing yet."""
    for file in queries.files(uids):
        if not file.owner_type and file.person_id == actor.person_id:
            _moves(file, owner_type, owner_id)


def require_number(uids: Collection[uuid.UUID], unit_id: int | None) -> None:
    """Raise Invalid for more files than the bureau allows."""
    most = int(rules.value(NUMBER, unit_id))
    if len(uids) > most:
        words = gettext("At most %(most)d files are possible (now %(number)d).", most=most, number=len(uids))
        raise Invalid(words, code="too_many_files", fields={"files": words})


def _owned(owner_type: str, owner_id: int, uids: Sequence[uuid.UUID]) -> list[File]:
    return [f for f in queries.files(uids) if (f.owner_type, f.owner_id) == (owner_type, owner_id)]


def _moves(file: File, owner_type: str, owner_id: int) -> bool:
    """Let a file belong to a thing; whether it still belonged to what it was read with, and to nothing that somebody sent since."""
    moved = session.scalar(
        update(Attachment)
        .where(
            Attachment.uid == file.uid,
            Attachment.owner_type == file.owner_type,
            Attachment.owner_id.is_not_distinct_from(file.owner_id),
        )
        .values(owner_type=owner_type, owner_id=owner_id, is_shown=False)
        .returning(Attachment.id)
    )
    return moved is not None


def _copied(actor: Actor, file: File, owner_type: str, owner_id: int) -> Attachment:
    made = Attachment(
        stored_id=file.stored_id,
        name=file.name,
        owner_type=owner_type,
        owner_id=owner_id,
        person_id=actor.person_id,
        unit_id=actor.unit_id,
        zone=file.zone,
        released_at=file.released_at,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def show(owner_type: str, owner_id: int, uids: Sequence[uuid.UUID]) -> None:
    """Of the files that belong to a thing, show exactly these, in this order; the others stay for who manages it."""
    places = {uid: position for position, uid in enumerate(uids)}
    mine = session.scalars(
        select(Attachment).where(Attachment.owner_type == owner_type, Attachment.owner_id == owner_id)
    ).all()
    before = [one.uid for one in sorted(mine, key=lambda one: one.position) if one.is_shown]
    for one in mine:
        one.is_shown = one.uid in places
        one.position = places.get(one.uid, one.position)
    session.flush()
    if before != [uid for uid in uids if uid in {one.uid for one in mine}]:
        hooks.tell_shown(owner_type, owner_id)


def release(owner_type: str, owner_ids: Sequence[int]) -> None:
    """Let go of all files of things that are erased: after a disposal was decided, or of a draft that is thrown away.

    Contents that no other attachment shows are erased by the sweep.
    """
    for start in range(0, len(owner_ids), CHUNK):
        some = owner_ids[start : start + CHUNK]
        session.execute(
            delete(Attachment).where(Attachment.owner_type == owner_type, Attachment.owner_id.in_(some))
        )
        for owner_id in some:
            hooks.tell_shown(owner_type, owner_id)


def discard(actor: Actor, uid: uuid.UUID) -> None:
    """Take back a file that was sent in and belongs to nothing yet; one that belongs to something is left alone."""
    session.execute(
        delete(Attachment).where(
            Attachment.uid == uid, Attachment.owner_type == "", Attachment.person_id == actor.person_id
        )
    )


__all__ = [
    "attach",
    "claim",
    "discard",
    "keep",
    "release",
    "require_claimable",
    "require_number",
    "show",
]
