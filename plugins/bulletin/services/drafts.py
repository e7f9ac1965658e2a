"""Drafts: what was typed, kept as it was typed. No event, no audit, no validation but size."""

import contextlib
import json
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select

from groupware.actor import Actor
from groupware.attachments.services import owning
from groupware.db import session
from groupware.errors import Invalid
from groupware.guards.texts import may_keep
from groupware.i18n import gettext
from plugins.bulletin.enums import DRAFT_OWNER
from plugins.bulletin.models import Draft, Posting
from plugins.bulletin.queries.postings import IS_THERE, draft, may_manage

LARGEST = 2_000_000
"""Characters of a draft: more than any text that could be posted."""
MOST = 200
"""Drafts of a person; whoever has so many posts or deletes one before another is begun."""


def save(
    actor: Actor, uid: uuid.UUID, fields: Mapping[str, Sequence[str]], *, posting: Posting | None = None
) -> Draft:
    """Keep what stands in the form under the uid that the form carries. Raises Invalid if it, or their number, is too large.

    Also where the bureau refuses individual numbers and the text holds one.
    """
    kept = {name: list(values) for name, values in fields.items() if name not in ("csrf_token", "form_key")}
    if len(json.dumps(kept)) > LARGEST:
        raise Invalid(gettext("The text is too long to be kept as a draft."), code="too_large")
    if not all(may_keep(actor, actor.unit_id, text) for values in kept.values() for text in values):
        raise Invalid(
            gettext("The text holds an individual number (My Number) and cannot be kept."),
            code="individual_number",
        )
    row = session.execute(select(Draft, IS_THERE.label("is_there")).where(Draft.uid == uid)).one_or_none()
    found = row.Draft if row is not None else None
    if row is not None and not (row.is_there and row.Draft.person_id == actor.person_id):
        raise Invalid(gettext("This draft cannot be saved."), code="draft")
    if posting is not None and not may_manage(actor, posting):
        posting = None
    if found is None:
        assert actor.person_id is not None, "drafts belong to people"
        _require_room(actor)
        found = Draft(uid=uid, person_id=actor.person_id)
        session.add(found)
    found.posting_id = posting.id if posting is not None else None
    found.title = " ".join("".join(fields.get("title", ())).split())[:200]
    found.fields = kept
    found.saved_at = actor.now
    session.flush()
    owning.keep(actor, DRAFT_OWNER, found.id, _uids(fields.get("files", ())))
    return found


def _uids(values: Sequence[str]) -> list[uuid.UUID]:
    found = []
    for value in values:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(value))
    return found


def _require_room(actor: Actor) -> None:
    number = session.scalar(select(func.count()).select_from(Draft).where(Draft.person_id == actor.person_id))
    if (number or 0) >= MOST:
        raise Invalid(
            gettext(
                "You have %(number)d drafts already. Please delete some of them under your own postings, then save again.",
                number=MOST,
            ),
            code="too_many",
        )


def delete_draft(actor: Actor, uid: uuid.UUID) -> None:
    """Throw a draft away. Raises NotFound."""
    kept = draft(actor, uid)
    owning.release(DRAFT_OWNER, [kept.id])
    session.delete(kept)


def discard(actor: Actor, uid: uuid.UUID) -> None:
    """Throw a draft away if it is there: its contents went on the board."""
    gone = session.scalar(
        delete(Draft).where(Draft.uid == uid, Draft.person_id == actor.person_id).returning(Draft.id)
    )
    if gone is not None:
        owning.release(DRAFT_OWNER, [gone])
