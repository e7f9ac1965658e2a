"""Section pages in the search. Everybody may read them, people of an affiliated body those of their own units."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.directory.tree import org_tree
from groupware.directory.wall import seen_tree
from groupware.i18n import lazy_gettext
from groupware.plugin import SearchHit, SearchKind, SearchText
from groupware.portal.models import SectionPage
from groupware.portal.queries.pages import standing
from groupware.portal.services.pages import SEARCHED
from groupware.text.html import to_plain


def _texts(pages: Sequence[int]) -> Iterable[SearchText]:
    return (
        SearchText(
            key=row.id,
            title=row.title,
            text=to_plain(row.html),
            at=row.changed_at,
            unit_id=row.unit_id,
            person_id=row.changed_by,
            container_id=row.unit_id,
        )
        for row in standing(pages)
    )


def _units(actor: Actor) -> Sequence[int]:
    """The units whose pages the actor sees."""
    return list(seen_tree(actor.today).units)


def _describe(actor: Actor, pages: Sequence[int]) -> Mapping[int, SearchHit]:
    tree = org_tree(actor.today)
    return {
        row.id: SearchHit(
            title=row.title,
            url=url_for("portal.page", uid=row.uid),
            detail=tree.path_name(row.unit_id),
            at=row.changed_at,
            text=to_plain(row.html),
        )
        for row in standing(pages)
    }


PAGES = SearchKind(
    id=SEARCHED,
    title=lazy_gettext("Pages of the sections"),
    icon="book-open",
    model=SectionPage,
    texts=_texts,
    describe=_describe,
    containers=_units,
)
