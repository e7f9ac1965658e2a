"""Postings as a request for disclosure finds and copies them: whoever they address, deleted ones as long as they are kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import clock
from groupware.db import session
from groupware.i18n import gettext, pgettext
from groupware.plugin import Exhibit
from groupware.text.html import to_plain
from plugins.bulletin.models import OPEN_END, Comment, Posting


def find(
    words: Sequence[str], since: date | None, until: date | None, units: frozenset[int] | None, limit: int
) -> Sequence[Any]:
    """Postings of these organisations (None: of all) that hold every folded word, newest first."""
    statement = select(
        Posting.id, Posting.uid, Posting.title, Posting.listed_at.label("at"), Posting.unit_id
    ).where(*(Posting.search_text.contains(word, autoescape=True) for word in words))
    if since is not None:
        statement = statement.where(Posting.listed_at >= clock.midnight(since))
    if until is not None:
        statement = statement.where(Posting.listed_at < clock.end_of(until))
    if units is not None:
        statement = statement.where(Posting.unit_id.in_(sorted(units)))
    newest = statement.order_by(Posting.listed_at.desc(), Posting.id.desc()).limit(limit)
    return session.execute(newest).all()


def exhibit(posting_id: int) -> Exhibit:
    """What a posting says, with the comments under it."""
    posting = session.get_one(Posting, posting_id)
    comments = session.scalars(
        select(Comment)
        .where(Comment.posting_id == posting_id, Comment.deleted_at.is_(None))
        .order_by(Comment.id)
    ).all()
    said = [f"{one.person_name}({one.unit_name}) {_time(one.created_at)}\n{one.text}" for one in comments]
    return Exhibit(
        title=posting.title,
        facts=(
            (gettext("Sender"), f"{posting.sender_name} {posting.sender_detail}".strip()),
            (gettext("Displayed from"), _time(posting.shown_from)),
            (
                gettext("Displayed until"),
                _time(posting.shown_to) if posting.shown_to < OPEN_END else gettext("No end"),
            ),
            (pgettext("posting", "Deleted"), _time(posting.deleted_at) if posting.deleted_at else ""),
        ),
        text="\n\n".join([to_plain(posting.html), *([gettext("Comments"), *said] if said else [])]),
    )


def _time(instant: Any) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}"
