"""Files that the programme makes itself: an export that stays, a document of a case, the sample municipality."""

import hashlib
import io

from groupware.actor import Actor
from groupware.attachments.inspection.recognition import recognised
from groupware.attachments.models import Attachment
from groupware.attachments.names import cleaned, ending
from groupware.attachments.services.uploads import Examined, stored_file
from groupware.attachments.storage import vault
from groupware.db import session


def add(actor: Actor, name: str, content: bytes) -> Attachment:
    """Store a small content, which is written while the unit of work is open. It belongs to nothing yet; `owning.attach` it."""
    digest = hashlib.sha256(content).hexdigest()
    kind = recognised(io.BytesIO(content), ending(name))
    stored = stored_file(
        actor, len(content), Examined(digest, kind.media_type), lambda: vault().store(content, digest)
    )
    made = Attachment(
        stored_id=stored.id,
        name=cleaned(name),
        person_id=actor.person_id,
        unit_id=actor.unit_id,
        zone=actor.zone,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


__all__ = ["add"]
