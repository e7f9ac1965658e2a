"""Postings by their words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from groupware import access
from groupware.actor import Actor
from groupware.db import session
from plugins.bulletin.models import Posting
from plugins.bulletin.permissions import READ

_readable = (
    select(Posting.uid, Posting.title, Posting.sender_name, Posting.listed_at, Posting.html)
    .where(Posting.deleted_at.is_(None), access.visible(READ, Posting))
    .order_by(Posting.place.desc(), Posting.id.desc())
)


def found(actor: Actor, words: Sequence[str], limit: int) -> Sequence[Any]:
    """Postings that hold all of the folded words, newest first; nothing without a word."""
    if not words:
        return []
    statement = _readable.where(*(Posting.search_text.contains(word, autoescape=True) for word in words))
    return session.execute(statement.limit(limit), access.parameters(actor, READ, "bulletin.posting")).all()
