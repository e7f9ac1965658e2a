"""When a posting has done its work, and its erasure after the disposal was decided."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, delete, select

from groupware import search
from groupware.attachments.services import owning
from groupware.db import session
from groupware.records.retention import has_run_out
from plugins.bulletin.enums import DRAFT_OWNER, OWNER, PostingState
from plugins.bulletin.models import OPEN_END, Draft, Posting
from plugins.bulletin.services.listing import SEARCHED

CHUNK = 500

# A posting is complete when its display ends, when it was deleted, or when it was left without ever appearing.
_completed = case(
    (Posting.deleted_at.is_not(None), Posting.deleted_at),
    (Posting.state != PostingState.PUBLISHED.value, Posting.updated_at),
    else_=Posting.shown_to,
)


def expired(day: date) -> Select[Any]:
    """Postings whose retention has ended on `day`, as (id, uid, title, since)."""
    return (
        select(Posting.id, Posting.uid, Posting.title, _completed.label("since"))
        .where(and_(_completed < OPEN_END, has_run_out(_completed, Posting.retention_years, day)))
        .order_by(Posting.id)
    )


def purge(ids: Sequence[int]) -> None:
    """Erase postings with all that hangs on them: wordings, readings, comments, drafts, files."""
    search.drop(SEARCHED, ids)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        drafts = session.scalars(select(Draft.id).where(Draft.posting_id.in_(some))).all()
        owning.release(DRAFT_OWNER, drafts)
        owning.release(OWNER, some)
        session.execute(delete(Posting).where(Posting.id.in_(some)))
