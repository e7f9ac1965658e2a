"""Comments under an event. The caller has decided that the reader sees all of the event."""

import uuid

from sqlalchemy import select

from groupware.db import session
from plugins.schedule.models import Comment
from plugins.schedule.queries.events import not_found

COMMENTS = 50
"""Comments shown at once, the newest."""


def comments(event_id: int, before: int | None = None) -> tuple[list[Comment], bool]:
    """The newest comments (older than the comment `before`), oldest first, and whether there are older ones."""
    statement = select(Comment).where(Comment.event_id == event_id)
    if before is not None:
        statement = statement.where(Comment.id < before)
    found = list(session.scalars(statement.order_by(Comment.id.desc()).limit(COMMENTS + 1)))
    return found[:COMMENTS][::-1], len(found) > COMMENTS


def comment(event_id: int, uid: uuid.UUID) -> Comment:
    """A comment that stands under the event. Raises NotFound."""
    statement = select(Comment).where(
        Comment.uid == uid, Comment.event_id == event_id, Comment.deleted_at.is_(None)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise not_found()
    return found


def said(event_id: int) -> list[Comment]:
    """All that stand, oldest first."""
    statement = select(Comment).where(Comment.event_id == event_id, Comment.deleted_at.is_(None))
    return list(session.scalars(statement.order_by(Comment.id)))
