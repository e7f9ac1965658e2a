"""個人番号 in the words of files: asked about as in texts where it is known in time, told of and kept back where it is found later.

What is kept is that something was found in a content, never the number. What follows is decided when a file is opened, by the
rule of the organisation that it counts for: nothing, a mark, or nobody gets it until somebody entitled releases it. A
release is about one attachment and is recorded with its reason.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, update

from groupware import access, audit, events
from groupware.actor import Actor
from groupware.attachments import hooks, queries
from groupware.attachments.events import FOUND, RELEASED, topic
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.permissions import RELEASE
from groupware.attachments.queries import File, Suspected
from groupware.attachments.services import handing
from groupware.db import lock, session
from groupware.errors import Conflict, Invalid, NotFound
from groupware.guards import texts
from groupware.guards.enums import Confirmation, NumberRule
from groupware.i18n import gettext

MAX_REASON = 200
"""Characters of why a file was released."""


def found(actor: Actor, stored: StoredFile) -> None:
    """Something that looks like an individual number stands in a content: tell those whom the rules of its files name.

    The caller has locked the content. Found again, nobody is told again.
    """
    if stored.number_found_at is not None:
        return
    stored.number_found_at = actor.now
    session.flush()
    for file in queries.files_with(stored.id):
        if file.number_rule is NumberRule.OFF:
            continue
        events.emit(actor, topic(file.id), FOUND, attachment_id=file.id)
        _record(actor, "attachment.number_found", file)


def require_clean(actor: Actor, files: Sequence[File]) -> None:
    """Refuse files of which it is known that they seem to hold a number, as `guards.texts.require_clean` does texts.

    Raises Invalid (code `individual_number`, field `files`). Where the rule only warns, it lets pass what the actor has
    expressly confirmed; `confirm` then notes it.
    """
    for file in files:
        asking = texts.stance(actor, file.unit_id)
        if asking is NumberRule.OFF or file.number_rule is NumberRule.OFF:
            continue
        words = (
            gettext(
                "“%(name)s” seems to hold an individual number (My Number). Please take the file away, or confirm that it is"
                " none.",
                name=file.name,
            )
            if asking is NumberRule.WARN
            else gettext(
                "“%(name)s” seems to hold an individual number (My Number). It cannot be attached.",
                name=file.name,
            )
        )
        raise texts.refusal(asking, {"files": words})


def confirm(actor: Actor, uids: Sequence[uuid.UUID]) -> None:
    """Note of files that passed `require_clean` what the actor answered for. Asks nothing where nothing was confirmed."""
    if Confirmation.INDIVIDUAL_NUMBER not in actor.confirmed:
        return
    for file in queries.files(uids):
        if file.number_rule is NumberRule.WARN:
            _release(actor, file)


def release(actor: Actor, uid: uuid.UUID, reason: str) -> None:
    """Say of a file, with a reason, that what was found is no individual number, or may stand there.

    Whoever may release files of its organisation; where the rule only warns, also who added it. Raises NotFound for
    others, Conflict if nothing is to be released, Invalid (field `reason`).
    """
    lock(select(Attachment.id).where(Attachment.uid == uid).with_for_update())
    some = suspected(actor, [file.id for file in queries.files([uid])])
    if not some:
        raise NotFound(gettext("The page you are looking for was not found."))
    file = some[0].file
    if file.number_rule is NumberRule.OFF:
        raise Conflict(gettext("There is nothing to release any more."), code="released")
    if not may_answer(actor, file):
        access.require(actor, RELEASE, unit_id=file.unit_id)
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        words = gettext("Please give a reason of at most %(max)s characters.", max=MAX_REASON)
        raise Invalid(words, fields={"reason": words})
    texts.require_clean(actor, file.unit_id, {"reason": reason})
    _release(actor, file, reason)
    events.emit(actor, topic(file.id), RELEASED, attachment_id=file.id)
    if file.is_shown and file.owner_id is not None:
        hooks.tell_shown(file.owner_type, file.owner_id)


def suspected(actor: Actor, among: Sequence[int] | None = None) -> list[Suspected]:
    """Files that seemed to hold a number, as far as it is the actor's business: those that they may release, and those that
    they added, as long as these exist for them. `among` narrows them down to some attachments."""
    reach = access.held(actor, RELEASE)
    found = queries.suspected(actor.person_id, reach, among)
    own = [one.file for one in found if not (reach.everywhere or one.file.unit_id in reach.units)]
    hidden = {file.id for file in own} - {one.file.id for one in handing.known(actor, own)}
    return [one for one in found if one.file.id not in hidden]


def may_answer(actor: Actor, file: File) -> bool:
    """Whether the actor may release the file because they added it and the rule only warns."""
    return file.number_rule is NumberRule.WARN and file.person_id == actor.person_id


def _release(actor: Actor, file: File, reason: str = "") -> None:
    session.execute(update(Attachment).where(Attachment.id == file.id).values(released_at=actor.now))
    _record(actor, "attachment.number_released", file, **({"reason": reason} if reason else {}))


def _record(actor: Actor, action: str, file: File, **more: str) -> None:
    audit.record(
        actor,
        action,
        object_type=file.owner_type or "core.attachment",
        object_id=file.owner_id if file.owner_type else file.id,
        unit_id=file.unit_id,
        details={"attachment": file.id, "content": file.stored_id, **more},
    )


__all__ = ["MAX_REASON", "confirm", "found", "may_answer", "release", "require_clean", "suspected"]
