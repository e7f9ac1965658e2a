"""The board in the search: postings by subject and text, found by those who may read them, on display or ended."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_pgettext
from groupware.plugin import SearchHit, SearchKind, SearchText
from groupware.text.html import to_plain
from plugins.bulletin.models import Posting
from plugins.bulletin.queries.finding import found, standing
from plugins.bulletin.services.listing import SEARCHED


def _texts(postings: Sequence[int]) -> Iterable[SearchText]:
    return (
        SearchText(
            key=row.id,
            title=row.title,
            text=f"{to_plain(row.html)}\n{row.sender_name} {row.sender_detail}",
            at=row.listed_at,
            unit_id=row.unit_id,
            person_id=row.author_id,
        )
        for row in standing(postings)
    )


def _describe(actor: Actor, postings: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        row.id: SearchHit(
            title=row.title,
            url=url_for("bulletin.posting", uid=row.uid),
            detail=row.sender_name,
            at=row.listed_at,
            text=to_plain(row.html),
        )
        for row in found(actor, postings)
    }


POSTINGS = SearchKind(
    id=SEARCHED,
    title=lazy_pgettext("menu", "Information"),
    icon="megaphone",
    model=Posting,
    texts=_texts,
    describe=_describe,
)
