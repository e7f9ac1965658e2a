"""Whether somebody may have a file: the one place where this is decided, for pages, jobs and calls alike."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from groupware import audit, rules
from groupware.actor import Actor
from groupware.attachments import queries
from groupware.attachments.enums import ContentState
from groupware.attachments.queries import File
from groupware.attachments.rules import NEVER, RECORDED_FROM
from groupware.attachments.services import sanitising
from groupware.errors import Conflict, Denied, NotFound
from groupware.guards import labels, zoning
from groupware.i18n import gettext
from groupware.plugin import AttachmentOwner, Owned
from groupware.registry import registry


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that the actor may have, and what it belongs to; `owned` is None for their own that belongs to nothing yet."""

    file: File
    owned: Owned | None


def known(actor: Actor, found: Sequence[File]) -> list[Handed]:
    """Those of the files that exist for the actor: whose owner they may read, and what they sent in themselves.

    One question per kind of owner. What else keeps a file back is for `require_free` to say.
    """
    owners: dict[str, dict[int, Owned]] = {}
    for owner_type in {file.owner_type for file in found if file.owner_type}:
        ids = sorted({file.owner_id for file in found if file.owner_type == owner_type and file.owner_id})
        declared = owner_kind(actor, owner_type)
        owners[owner_type] = dict(declared.visible(actor, ids)) if declared is not None else {}
    kept = []
    for file in found:
        if not file.owner_type:
            if file.person_id == actor.person_id:
                kept.append(Handed(file, None))
            continue
        owned = owners[file.owner_type].get(file.owner_id or 0)
        if owned is not None and (file.is_shown or owned.is_manager):
            kept.append(Handed(file, owned))
    return kept


def owner_kind(actor: Actor, owner_type: str) -> AttachmentOwner | None:
    """What is declared about a kind of owner, if its function is there and switched on for the actor."""
    declared = registry().attachment_owners.get(owner_type)
    plugin = registry().get(owner_type.partition(".")[0])
    if declared is None or plugin is None or not rules.is_enabled(plugin, actor.unit_id):
        return None
    return declared


def seen(actor: Actor, uid: uuid.UUID) -> Handed:
    """The file, for the actor to look at in pictures of our own. Raises NotFound, the same for what is absent and what is not
    theirs; Conflict while it is examined, Denied if something was found in it that keeps it back."""
    found = known(actor, queries.files([uid]))
    if not found:
        raise NotFound(gettext("The page you are looking for was not found."))
    require_free(found[0].file)
    return found[0]


def handed(actor: Actor, uid: uuid.UUID) -> Handed:
    """The file, for the actor to take. Raises as `seen` and as `require_taking`."""
    found = seen(actor, uid)
    found = replace(found, file=sanitising.passable(actor, found.file))
    require_taking(actor, found)
    return found


def require_taking(actor: Actor, found: Handed) -> None:
    """Raise Denied if the actor's zone does not take the file, if it would cross zones as it came in, or if its owner's label
    keeps it in; as `require_free`."""
    require_free(found.file)
    if sanitising.crosses(actor, found.file):
        raise Denied(
            gettext("This file came in from another zone. Please open it by itself."), code="not_sanitised"
        )
    zoning.require_file(actor, found.file.name)
    owned = found.owned
    if owned is not None and not labels.consequences(owned.classification, owned.unit_id).may_leave:
        raise Denied(gettext("This file does not leave: its label keeps it in."), code="label")


def require_free(file: File) -> None:
    """Raise Conflict while a file is examined, Denied if something harmful was found in it, or an individual number where the
    bureau refuses those."""
    if file.state is ContentState.WAITING:
        raise Conflict(gettext("This file is being examined. It can be opened in a moment."), code="waiting")
    if file.state is ContentState.REFUSED:
        raise Denied(
            gettext("This file cannot be opened: something harmful was found in it."), code="refused"
        )
    if not file.may_be_opened:
        raise Denied(
            gettext(
                "This file is kept back: it seems to hold an individual number (My Number). An information security"
                " officer can release it."
            ),
            code="individual_number",
        )


def is_recorded(found: Handed) -> bool:
    """Whether it is to be known who takes this file: always, or by the label of its owner and the bureau's rule."""
    if found.owned is None or found.owned.is_recorded:
        return found.owned is not None
    least = str(rules.value(RECORDED_FROM, found.owned.unit_id))
    return least != NEVER and found.owned.classification >= least


def note_download(actor: Actor, found: Handed) -> None:
    """Record that the actor took the file away."""
    owned = found.owned
    audit.record(
        actor,
        "attachment.downloaded",
        object_type=found.file.owner_type or "core.attachment",
        object_id=found.file.owner_id if found.file.owner_type else found.file.id,
        unit_id=owned.unit_id if owned is not None else None,
        details={"attachment": found.file.id, "content": found.file.stored_id},
    )


__all__ = [
    "Handed",
    "handed",
    "is_recorded",
    "known",
    "note_download",
    "owner_kind",
    "require_free",
    "require_taking",
    "seen",
]
