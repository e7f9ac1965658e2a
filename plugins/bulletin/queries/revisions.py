"""The wordings of a posting."""

from collections.abc import Sequence

from sqlalchemy import select

from groupware.db import session
from plugins.bulletin.enums import RevisionState
from plugins.bulletin.models import Posting, Revision
from plugins.bulletin.queries.postings import not_found


def revisions(posting_id: int) -> Sequence[Revision]:
    """Every wording, newest first."""
    return session.scalars(
        select(Revision).where(Revision.posting_id == posting_id).order_by(Revision.number.desc())
    ).all()


def revision(posting_id: int, number: int) -> Revision:
    """One wording. Raises NotFound."""
    found = session.scalars(
        select(Revision).where(Revision.posting_id == posting_id, Revision.number == number)
    ).one_or_none()
    if found is None:
        raise not_found()
    return found


def proposed(posting: Posting) -> Revision | None:
    """The wording that waits for approval, if any."""
    if posting.awaiting_since is None:
        return None
    return newest(posting.id, RevisionState.PROPOSED)


def returned(posting: Posting) -> Revision | None:
    """The wording that was returned last, unless another one followed."""
    latest = newest(posting.id)
    return latest if latest is not None and latest.state == RevisionState.RETURNED else None


def in_force_before(posting_id: int, number: int) -> Revision | None:
    """The wording that was in force when revision `number` was made."""
    return session.scalars(
        select(Revision)
        .where(
            Revision.posting_id == posting_id,
            Revision.number < number,
            Revision.state == RevisionState.IN_FORCE.value,
        )
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()


def newest(posting_id: int, state: RevisionState | None = None) -> Revision | None:
    """The latest wording, whatever became of it or in one state."""
    statement = select(Revision).where(Revision.posting_id == posting_id)
    if state is not None:
        statement = statement.where(Revision.state == state.value)
    return session.scalars(statement.order_by(Revision.number.desc()).limit(1)).first()
