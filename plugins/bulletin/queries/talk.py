"""Comments and reactions of a posting."""

import uuid
from dataclasses import dataclass

from sqlalchemy import case, func, select

from groupware.actor import Actor
from groupware.db import session
from plugins.bulletin.enums import ReactionKind
from plugins.bulletin.models import Comment, Reaction
from plugins.bulletin.queries.postings import not_found

COMMENTS = 50
"""Comments shown at once, the newest."""


@dataclass(frozen=True, slots=True)
class ReactionCount:
    """How many reacted in one way, and whether the reader is among them."""

    kind: ReactionKind
    number: int
    is_mine: bool


def comments(posting_id: int, before: int | None = None) -> tuple[list[Comment], bool]:
    """The newest comments (older than the comment `before`), oldest first, and whether there are older ones."""
    statement = select(Comment).where(Comment.posting_id == posting_id)
    if before is not None:
        statement = statement.where(Comment.id < before)
    found = list(session.scalars(statement.order_by(Comment.id.desc()).limit(COMMENTS + 1)))
    return found[:COMMENTS][::-1], len(found) > COMMENTS


def comment_count(posting_id: int) -> int:
    """How many comments stand."""
    statement = select(func.count()).where(Comment.posting_id == posting_id, Comment.deleted_at.is_(None))
    return session.scalar(statement) or 0


def comment(posting_id: int, uid: uuid.UUID) -> Comment:
    """A comment that stands under the posting. Raises NotFound."""
    found = session.scalars(
        select(Comment).where(
            Comment.uid == uid, Comment.posting_id == posting_id, Comment.deleted_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise not_found()
    return found


def reactions(actor: Actor, posting_id: int) -> list[ReactionCount]:
    """Numbers of every kind of reaction."""
    is_mine = func.max(case((Reaction.person_id == actor.person_id, 1), else_=0))
    statement = (
        select(Reaction.kind, func.count(), is_mine)
        .where(Reaction.posting_id == posting_id)
        .group_by(Reaction.kind)
    )
    found = {kind: (number, bool(mine)) for kind, number, mine in session.execute(statement)}
    return [ReactionCount(kind, *found.get(kind.value, (0, False))) for kind in ReactionKind]
