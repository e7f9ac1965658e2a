"""Durable events of the schedule. Payloads hold ids and field names, never content."""

from groupware.plugin import EventKind

CREATED = "schedule.event_created"
CHANGED = "schedule.event_changed"
CANCELLED = "schedule.event_cancelled"
ANSWERED = "schedule.event_answered"
COMMENT_ADDED = "schedule.comment_added"
COMMENT_REMOVED = "schedule.comment_removed"
CALENDARS_CHANGED = "schedule.calendars_changed"
REMINDED = "schedule.event_approached"

POLL_OPENED = "schedule.poll_opened"
POLL_CHANGED = "schedule.poll_changed"
POLL_ANSWERED = "schedule.poll_answered"
POLL_REMINDED = "schedule.poll_reminded"
POLL_EXPIRED = "schedule.poll_expired"
POLL_CLOSED = "schedule.poll_closed"
POLL_SETTLED = "schedule.poll_settled"

SPECIAL_REQUESTED = "schedule.special_requested"
SPECIAL_CHANGED = "schedule.special_changed"
SPECIAL_DECIDED = "schedule.special_decided"
SPECIAL_WITHDRAWN = "schedule.special_withdrawn"
SPECIAL_PAPERS_DUE = "schedule.special_papers_due"

EVENTS = (
    EventKind(id=CREATED, fields=("event_id",)),
    EventKind(id=CHANGED, fields=("event_id", "changed")),
    EventKind(id=CANCELLED, fields=("event_id",)),
    EventKind(id=ANSWERED, fields=("event_id", "answer")),
    EventKind(id=COMMENT_ADDED, fields=("event_id", "comment_id")),
    EventKind(id=COMMENT_REMOVED, fields=("event_id", "comment_id")),
    EventKind(id=CALENDARS_CHANGED, fields=()),
    EventKind(id=REMINDED, fields=("event_id", "people")),
    EventKind(id=SPECIAL_REQUESTED, fields=("request_id",)),
    EventKind(id=SPECIAL_CHANGED, fields=("request_id",)),
    EventKind(id=SPECIAL_DECIDED, fields=("request_id", "state")),
    EventKind(id=SPECIAL_WITHDRAWN, fields=("request_id",)),
    EventKind(id=SPECIAL_PAPERS_DUE, fields=("request_id",)),
    EventKind(id=POLL_OPENED, fields=("poll_id",)),
    EventKind(id=POLL_CHANGED, fields=("poll_id",)),
    EventKind(id=POLL_ANSWERED, fields=("poll_id", "respondent_id")),
    EventKind(id=POLL_REMINDED, fields=("poll_id",)),
    EventKind(id=POLL_EXPIRED, fields=("poll_id",)),
    EventKind(id=POLL_CLOSED, fields=("poll_id",)),
    EventKind(id=POLL_SETTLED, fields=("poll_id", "event_id")),
)

EVENT = "schedule.event"
REMINDERS = "schedule.reminders"
"""Topic of what is told to single people: no page may follow it, so that nobody learns who is reminded."""


def event_topic(event_id: int) -> str:
    """Where it is told what happens to an event."""
    return f"{EVENT}.{event_id}"


def poll_topic(poll_id: int) -> str:
    """Where it is told what happens to a date poll."""
    return f"schedule.poll.{poll_id}"


UNIT = "schedule.unit"


def unit_topic(unit_id: int) -> str:
    """Where it is told that something has changed in the calendars of an organisation or of its people, and never what."""
    return f"{UNIT}.{unit_id}"


def special_topic(request_id: int) -> str:
    """Where it is told what happens to a request for somebody's time."""
    return f"schedule.special_request.{request_id}"
