"""What the chat gives to the portal."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import url_for

from groupware.actor import Actor
from groupware.calendar.fiscal import fiscal_year_range
from groupware.i18n import lazy_gettext, ngettext
from groupware.plugin import PendingItem
from plugins.chat.queries.pending import waiting


def rooms(actor: Actor) -> Mapping[str, Any]:
    """A place for one's rooms, which a script fetches: the portal is asked for most of all pages, and pays nothing for it."""
    return {"person_id": actor.person_id}


def pending(actor: Actor, limit: int) -> tuple[Sequence[PendingItem], int]:
    """Tasks that wait for the actor, the first due first, and in season one line for all rooms that wait for a decision."""
    tasks, rooms = waiting(actor)
    items = [
        PendingItem(
            title=one.what,
            url=url_for("chat.task", uid=one.room_uid, task_uid=one.uid),
            kind=lazy_gettext("Task to do"),
            icon="clipboard-list",
            due=one.due_on,
            detail=one.room_title,
        )
        for one in tasks[:limit]
    ]
    if rooms:
        items.append(_review(actor, rooms))
    return items, len(tasks) + bool(rooms)


def _review(actor: Actor, rooms: int) -> PendingItem:
    _, following = fiscal_year_range(actor.today.year - 1)
    return PendingItem(
        title=ngettext("%(num)d room to decide about", "%(num)d rooms to decide about", rooms),
        url=url_for("chat.year_end"),
        kind=lazy_gettext("Year-end review"),
        icon="archive",
        due=following - timedelta(days=1),
    )
