"""Durable events of business systems. `systems.<id of the icon>` is the topic of what a system does."""

from groupware.plugin import EventKind

POSTED = "systems.notice_posted"
WITHDRAWN = "systems.notice_withdrawn"
COUNTED = "systems.counters_set"
KIND = POSTED
"""The kind of the line in the timeline that a notice becomes."""

EVENTS = (
    EventKind(id=POSTED, fields=("notice_id",)),
    EventKind(id=WITHDRAWN, fields=("notice_id",)),
    EventKind(id=COUNTED, fields=("link_id",)),
)


def topic(link_id: int) -> str:
    """Where it is told what a system does."""
    return f"systems.{link_id}"
