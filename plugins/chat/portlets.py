"""What the chat gives to the portal."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_gettext
from groupware.plugin import PendingItem
from plugins.chat.queries.tasks import waiting


def rooms(actor: Actor) -> Mapping[str, Any]:
    """A place for one's rooms, which a script fetches: the portal is asked for most of all pages, and pays nothing for it."""
    return {"person_id": actor.person_id}


def pending(actor: Actor, limit: int) -> tuple[Sequence[PendingItem], int]:
    """Tasks that wait for the actor, the first due first."""
    tasks = waiting(actor)
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
    return items, len(tasks)
