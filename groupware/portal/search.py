"""Section pages in the search box."""

from collections.abc import Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.directory.tree import org_tree
from groupware.plugin import SearchHit
from groupware.portal.queries.pages import matching


def find_pages(actor: Actor, text: str, limit: int) -> Sequence[SearchHit]:
    """Pages that hold all words; everybody may read them."""
    tree = org_tree(actor.today)
    return [
        SearchHit(
            title=row.title,
            url=url_for("portal.page", uid=row.uid),
            detail=tree.path_name(row.unit_id),
            at=row.changed_at,
        )
        for row in matching(text, limit)
    ]
