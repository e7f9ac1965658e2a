"""The board in the search box: subjects and texts of postings that the actor may read, whether on display or ended."""

from collections.abc import Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.plugin import SearchHit
from groupware.search.highlight import snippet
from groupware.text.folding import fold
from groupware.text.html import to_plain
from plugins.bulletin.queries.finding import found


def find(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """Postings that hold every word of `text`, newest first."""
    words = fold(text).split()
    return [
        SearchHit(
            title=row.title,
            url=url_for("bulletin.posting", uid=row.uid),
            detail=f"{row.sender_name} {snippet(to_plain(row.html), words)}",
            at=row.listed_at,
        )
        for row in found(actor, words, limit)
    ]
