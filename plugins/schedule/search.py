"""Events in the search: by title, place and text, with their files, for those who see all of them.

Who sees time and title finds an event by its title alone, who sees no more than the time does not: otherwise a word would tell
what is hidden.
"""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import SearchHit, SearchKind, SearchText
from plugins.schedule.enums import OWNER
from plugins.schedule.models import Event
from plugins.schedule.queries.finding import found, search_text, standing
from plugins.schedule.queries.sight import IS_FULL, IS_TITLED
from plugins.schedule.wording import when


def _texts(events: Sequence[int]) -> Iterable[SearchText]:
    return map(search_text, standing(events))


def _describe(actor: Actor, events: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        row.id: SearchHit(
            title=row.title,
            url=url_for("schedule.event", uid=row.uid),
            detail=" ".join(
                part
                for part in (when(row, row.starts_at, row.ends_at), row.place if row.is_full else "")
                if part
            ),
            at=row.starts_at,
            text=row.text if row.is_full else "",
        )
        for row in found(actor, events)
    }


FOUND = SearchKind(
    id=OWNER,
    title=lazy_gettext("Events"),
    icon="calendar-days",
    model=Event,
    texts=_texts,
    describe=_describe,
    seen=IS_FULL,
    titled=IS_TITLED,
)
