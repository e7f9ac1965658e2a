"""Section pages in the search box."""

from collections.abc import Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.directory.tree import org_tree
from groupware.plugin import SearchHit
from groupware.portal.queries.pages import matching
from groupware.search.highlight import snippet
from groupware.text.folding import fold
from groupware.text.html import to_plain


def find_pages(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """Pages that hold all words, with the words around them; everybody may read them."""
    tree, words = org_tree(actor.today), fold(text).split()
    return [
        SearchHit(
            title=row.title,
            url=url_for("portal.page", uid=row.uid),
            detail=_detail(tree.path_name(row.unit_id), row.title, row.html, words),
            at=row.changed_at,
        )
        for row in matching(text, limit)
    ]


def _detail(path: str, title: str, html: str, words: list[str]) -> str:
    """Where the page belongs, and what it says about the words unless its title says it already."""
    if all(word in fold(title) for word in words):
        return path
    return f"{path}: {snippet(to_plain(html), words)}"
