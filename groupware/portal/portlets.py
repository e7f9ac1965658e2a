"""The portal's own portlets: what waits, business systems, whom to ask, pages of the section."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from groupware import rules
from groupware.access import can
from groupware.actor import Actor
from groupware.clock import local
from groupware.help.queries import administrators_of
from groupware.plugin import PendingItem, PendingSource
from groupware.portal.queries.launcher import links_for, numbers_for
from groupware.portal.queries.pages import chain

PENDING_SHOWN = 8


def pending(actor: Actor) -> Mapping[str, Any]:
    """確認が必要: the most urgent of everything that waits for the actor, and how much it is in all."""
    items, count = pending_items(actor, PENDING_SHOWN)
    return {"entries": marked(items, actor), "count": count}


def pending_items(actor: Actor, limit: int) -> tuple[list[PendingItem], int]:
    """What waits, from all sources: reminded things first, then by deadline, things without one last."""
    found: list[PendingItem] = []
    count = 0
    for source in _sources(actor):
        items, number = source.load(actor, limit)
        found.extend(items)
        count += number
    return sorted(found, key=_urgency)[:limit], count


def marked(items: Sequence[PendingItem], actor: Actor) -> list[tuple[PendingItem, str]]:
    """Each item with the kind of mark that its deadline bears."""
    return [(item, _mark(item.due, actor)) for item in items]


def _mark(due: datetime | date | None, actor: Actor) -> str:
    if due is None:
        return "neutral"
    day = local(due).date() if isinstance(due, datetime) else due
    is_over = due < actor.now if isinstance(due, datetime) else day < actor.today
    return "negative" if is_over else "caution" if day == actor.today else "neutral"


def _sources(actor: Actor) -> Sequence[PendingSource]:
    return [source for plugin in rules.enabled(actor.unit_id) for source in plugin.pending]


def _urgency(item: PendingItem) -> tuple[bool, str, str]:
    due = local(item.due) if isinstance(item.due, datetime) else item.due
    # A day lasts until its end: behind every hour of it.
    return item.nudged_at is None, f"{due.isoformat()}~" if due is not None else "~", item.title


def launcher(actor: Actor) -> Mapping[str, Any]:
    """業務システム: icons of the systems whose audience the actor belongs to, with the numbers that these have set."""
    links = links_for(actor)
    return {"links": links, "numbers": numbers_for(actor, links)} if links else {}


def contacts(actor: Actor) -> Mapping[str, Any]:
    """困ったとき: the function administrators of the actor's organisation, and the city's help desk."""
    return {
        "administrators": administrators_of(actor.unit_id, actor.today),
        "help_desk": rules.value("portal.help_desk", actor.unit_id),
    }


def section_pages(actor: Actor) -> Mapping[str, Any]:
    """The pages that the actor's organisation and those above it have written."""
    may_write = actor.unit_id is not None and can(actor, "portal:page:write", unit_id=actor.unit_id)
    return {"chain": chain(actor), "writes_for": actor.unit_id if may_write else None}
