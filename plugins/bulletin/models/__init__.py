"""Tables of the board, with the ties that `visible()` reads from them."""

from plugins.bulletin.models import ties
from plugins.bulletin.models.tables import (
    OPEN_END,
    PINNED,
    Addressed,
    Category,
    CategoryRight,
    Comment,
    Draft,
    Nudge,
    Posting,
    Reaction,
    Reading,
    Revision,
)

__all__ = [
    "OPEN_END",
    "PINNED",
    "Addressed",
    "Category",
    "CategoryRight",
    "Comment",
    "Draft",
    "Nudge",
    "Posting",
    "Reaction",
    "Reading",
    "Revision",
    "ties",
]
