"""Events to which a link was written elsewhere: title and time, the place for those who see all of them."""

from collections.abc import Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.plugin import Linked, PreviewKind, SearchHit
from plugins.schedule.queries.finding import linked
from plugins.schedule.wording import when


def _describe(actor: Actor, pages: Sequence[Linked]) -> Mapping[Linked, SearchHit]:
    rows = {row.uid: row for row in linked(actor, [page.uid for page in pages])}
    return {
        page: SearchHit(
            title=row.title,
            url=url_for("schedule.event", uid=row.uid),
            detail=f"{when(row, row.starts_at, row.ends_at)} {row.place if row.is_full else ''}".strip(),
        )
        for page in pages
        if (row := rows.get(page.uid)) is not None
    }


PREVIEWS = (PreviewKind(endpoint="schedule.event", icon="calendar-days", describe=_describe),)
