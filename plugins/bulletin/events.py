"""Durable events of the board. Payloads hold ids and field names, never content.

`bulletin.category.<id>` is the topic of what happens to the postings of a category, `bulletin.posting.<id>` that of what
readers do with one posting.
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


def category_topic(category_id: int) -> str:
    """Where the life of the postings of a category is told."""
    return f"bulletin.category.{category_id}"


def posting_topic(posting_id: int) -> str:
    """Where it is told what readers do with a posting."""
    return f"bulletin.posting.{posting_id}"
