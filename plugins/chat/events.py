"""Durable events of the chat. Payloads hold ids and field names, never content.

`chat.room.<id>` is the topic of a room. That somebody has read is no event: it is a signal to the pages that are open, because the
places of a room are all that anybody needs afterwards.
"""

from groupware.plugin import EventKind

MESSAGE_SENT = "chat.message_sent"
"""How far its sender had read, if not all that was said before: whoever speaks has read on, and no signal tells it besides. With whom it
is a conversation of two, or whom a section answers, or else whose message it answers; which principals it names, 0 for all in the room;
the room again, as `watched_id`, if anybody is told of everything in it; and whether it is urgent. One that is said without notice names
nobody. And the webhook by which a program said it."""
MESSAGE_CHANGED = "chat.message_changed"
"""Edited, deleted, or its files can be opened or looked at now."""
REACTED = "chat.reacted"
"""Somebody set a reaction or took it back; so many have it now."""
PINNED = "chat.pinned"
"""Somebody pinned a message or took the pin away; so many are pinned now."""
ROOM_CHANGED = "chat.room_changed"
NOTE_CHANGED = "chat.note_changed"
"""A note was written, changed or deleted."""
TASK_CHANGED = "chat.task_changed"
"""A task was set, changed, done, opened again or deleted; the number of the message that it was made of."""
TASK_ASSIGNED = "chat.task_assigned"
"""For whom a task is from now on: principals."""
TASK_DUE = "chat.task_due"
TASK_DONE = "chat.task_done"
"""Somebody did what another had asked for."""
SENDING_RETURNED = "chat.sending_returned"
"""What somebody had written to be sent later could not be sent."""
WEBHOOK_REFUSED = "chat.webhook_refused"
"""What a program wanted to say by a webhook is refused from now on; said once, until something passes again."""
YEAR_END_PROPOSED = "chat.year_end_proposed"
"""Somebody's rooms are to be looked through at the end of a fiscal year; in the topic of the person."""
YEAR_END_REMINDED = "chat.year_end_reminded"
"""Some of them are undecided still."""
HANDED_OVER = "chat.room_handed_over"
"""Somebody was made the owner of a room."""

EVENTS = (
    EventKind(
        id=MESSAGE_SENT,
        fields=(
            "room_id",
            "message_id",
            "seq",
            "read_from",
            "partner_id",
            "answered_id",
            "mentioned",
            "watched_id",
            "is_urgent",
            "webhook_id",
        ),
    ),
    EventKind(id=MESSAGE_CHANGED, fields=("room_id", "message_id", "seq")),
    EventKind(id=REACTED, fields=("room_id", "seq", "reaction", "number", "person_id", "is_set")),
    EventKind(id=PINNED, fields=("room_id", "seq", "number", "is_pinned")),
    EventKind(id=ROOM_CHANGED, fields=("room_id", "changed")),
    EventKind(id=NOTE_CHANGED, fields=("room_id", "note_id")),
    EventKind(id=TASK_CHANGED, fields=("room_id", "task_id", "seq")),
    EventKind(id=TASK_ASSIGNED, fields=("room_id", "task_id", "assigned")),
    EventKind(id=TASK_DUE, fields=("room_id", "task_id")),
    EventKind(id=TASK_DONE, fields=("room_id", "task_id", "asked_id")),
    EventKind(id=YEAR_END_PROPOSED, fields=("person_id", "year")),
    EventKind(id=YEAR_END_REMINDED, fields=("person_id", "year")),
    EventKind(id=HANDED_OVER, fields=("room_id", "person_id")),
    EventKind(id=SENDING_RETURNED, fields=("scheduled_id", "person_id")),
    EventKind(id=WEBHOOK_REFUSED, fields=("room_id", "webhook_id")),
)

TOPIC = "chat.room"
READ_SIGNAL = "read"
"""Signal that somebody has read on; it says from where and to where."""
WRITING_SIGNAL = "writing"
"""Signal by which a page says that somebody writes in the room at this moment."""


def room_topic(room_id: int) -> str:
    """Where it is told what happens in a room."""
    return f"{TOPIC}.{room_id}"
