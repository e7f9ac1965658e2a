"""Postings to which a link was written elsewhere."""

from collections.abc import Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.plugin import Linked, PreviewKind, SearchHit
from groupware.web.formats import date_text
from plugins.bulletin.queries.finding import linked


def _describe(actor: Actor, pages: Sequence[Linked]) -> Mapping[Linked, SearchHit]:
    rows = {row.uid: row for row in linked(actor, [page.uid for page in pages])}
    return {
        page: SearchHit(
            title=row.title,
            url=url_for("bulletin.posting", uid=row.uid),
            detail=f"{row.sender_name} {date_text(row.listed_at)}".strip(),
        )
        for page in pages
        if (row := rows.get(page.uid)) is not None
    }


PREVIEWS = (PreviewKind(endpoint="bulletin.posting", icon="megaphone", describe=_describe),)
