"""Photos of a facility, chosen by those who manage it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from groupware import access, audit
from groupware.actor import Actor
from groupware.attachments.queries import files, shown_files
from groupware.attachments.services import owning
from groupware.db import session
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.facility.models import Facility
from plugins.facility.permissions import MANAGE
from plugins.facility.queries.facilities import not_found

OWNER = "facility.facility"
MOST = 6


def set_photos(actor: Actor, facility: uuid.UUID, uids: Sequence[uuid.UUID]) -> None:
    """Let a facility show exactly these photos, in this order.

    Raises NotFound, Denied to those who do not manage it, Invalid for what is no picture, for more than `MOST`, and as `owning.claim`.
    """
    made = session.scalars(select(Facility).where(Facility.uid == facility).with_for_update()).one_or_none()
    if made is None:
        raise not_found()
    access.require(actor, MANAGE, made, unit_id=made.unit_id)
    wanted = list(dict.fromkeys(uids))
    if wanted == [one.uid for one in shown_files(OWNER, [made.id]).get(made.id, ())]:
        return
    if len(wanted) > MOST:
        words = gettext("A facility has at most %(most)d photos.", most=MOST)
        raise Invalid(words, fields={"photos": words})
    for one in files(wanted):
        if not one.media_type.startswith("image/"):
            words = gettext("%(name)s is no picture.", name=one.name)
            raise Invalid(words, fields={"photos": words})
    try:
        owning.attach(actor, OWNER, made.id, wanted, unit_id=made.unit_id)
    except Invalid as error:
        # The field of this form has a name of its own.
        fields = {"photos" if name == "files" else name: words for name, words in error.fields.items()}
        raise Invalid(error.message, code=error.code, fields=fields, **error.details) from error
    audit.record(
        actor, "facility.photos_changed", made, unit_id=made.unit_id, details={"photos": len(wanted)}
    )
