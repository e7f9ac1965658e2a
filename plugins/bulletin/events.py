"""Durable events of the board. Payloads hold ids and field names, never content.

`bulletin.posting.<id>` is the topic of a posting: its life, and what readers do with it. There is none for a category or
the whole board, because nobody may see all that happens there.
"""

from groupware.plugin import EventKind

SUBMITTED = "bulletin.posting_submitted"
PUBLISHED = "bulletin.posting_published"
CHANGED = "bulletin.posting_changed"
RETURNED = "bulletin.posting_returned"
WITHDRAWN = "bulletin.posting_withdrawn"
CONFIRMED = "bulletin.posting_confirmed"
NUDGED = "bulletin.posting_nudged"
NUDGE_CANCELLED = "bulletin.nudge_cancelled"
COMMENT_ADDED = "bulletin.comment_added"
COMMENT_REMOVED = "bulletin.comment_removed"
REACTED = "bulletin.reaction_changed"

EVENTS = (
    EventKind(id=SUBMITTED, fields=("posting_id", "revision_id")),
    EventKind(id=PUBLISHED, fields=("posting_id", "edition")),
    EventKind(id=CHANGED, fields=("posting_id", "edition", "changed", "is_silent")),
    EventKind(id=RETURNED, fields=("posting_id", "revision_id")),
    EventKind(id=WITHDRAWN, fields=("posting_id",)),
    EventKind(id=CONFIRMED, fields=("posting_id", "edition")),
    EventKind(id=NUDGED, fields=("posting_id", "edition", "nudge_ids")),
    EventKind(id=NUDGE_CANCELLED, fields=("posting_id", "nudge_id")),
    EventKind(id=COMMENT_ADDED, fields=("posting_id", "comment_id")),
    EventKind(id=COMMENT_REMOVED, fields=("posting_id", "comment_id")),
    EventKind(id=REACTED, fields=("posting_id", "reaction", "is_set")),
)


POSTING = "bulletin.posting"
WRITING = "writing"
"""Signal of a reader who is writing a comment."""


def posting_topic(posting_id: int) -> str:
    """Where it is told what happens to a posting."""
    return f"{POSTING}.{posting_id}"
