"""Durable events of the schedule. Payloads hold ids and field names, never content."""

from groupware.plugin import EventKind

CREATED = "schedule.event_created"
CHANGED = "schedule.event_changed"
CANCELLED = "schedule.event_cancelled"
ANSWERED = "schedule.event_answered"

EVENTS = (
    EventKind(id=CREATED, fields=("event_id",)),
    EventKind(id=CHANGED, fields=("event_id", "changed")),
    EventKind(id=CANCELLED, fields=("event_id",)),
    EventKind(id=ANSWERED, fields=("event_id", "answer")),
)

EVENT = "schedule.event"


def event_topic(event_id: int) -> str:
    """Where it is told what happens to an event."""
    return f"{EVENT}.{event_id}"
