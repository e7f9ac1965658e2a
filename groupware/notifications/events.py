"""Events of the timeline."""

from groupware.plugin import EventKind

DELIVERED = "notifications.lines_delivered"
TOPIC = "notifications.delivered"
"""No page follows it: the processes that hold sockets do, and tell the people who sit there."""

EVENTS = (EventKind(id=DELIVERED, fields=("notice_kind", "subject_id")),)
