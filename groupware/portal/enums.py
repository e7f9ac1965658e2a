"""Words of the portal: its columns, the moves of a block, the icons that a business system may have."""

from enum import StrEnum
from typing import Final

from groupware.i18n import lazy_pgettext
from groupware.plugin import Text

CACHE: Final = "portal"
"""Name of the cache version that every write to what all people share bumps."""

COLUMNS: Final = ("main", "side")
TOP: str = "top"
"""Column of portlets that stand above the others and are not moved."""

CONTENT: Final = "content:"
"""Begins the key of a free content in an arrangement; its uid follows."""


class Move(StrEnum):
    """What the buttons of a block do."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    REMOVE = "remove"


LAUNCHER_ICONS: Final[dict[str, Text]] = {
    "badge-check": lazy_pgettext("icon", "Decision"),
    "briefcase": lazy_pgettext("icon", "Briefcase"),
    "landmark": lazy_pgettext("icon", "City hall"),
    "file-text": lazy_pgettext("icon", "Document"),
    "archive": lazy_pgettext("icon", "Archive"),
    "table": lazy_pgettext("icon", "Table"),
    "hash": lazy_pgettext("icon", "Numbers"),
    "clock": lazy_pgettext("icon", "Clock"),
    "calendar": lazy_pgettext("icon", "Calendar"),
    "users": lazy_pgettext("icon", "People"),
    "id-card": lazy_pgettext("icon", "Staff card"),
    "heart": lazy_pgettext("icon", "Health"),
    "house": lazy_pgettext("icon", "House"),
    "building-2": lazy_pgettext("icon", "Building"),
    "map-pin": lazy_pgettext("icon", "Map"),
    "mail": lazy_pgettext("icon", "Mail"),
    "megaphone": lazy_pgettext("icon", "Notices"),
    "message-square": lazy_pgettext("icon", "Talk"),
    "video": lazy_pgettext("icon", "Video"),
    "book-open": lazy_pgettext("icon", "Book"),
    "life-buoy": lazy_pgettext("icon", "Life buoy"),
    "wrench": lazy_pgettext("icon", "Tools"),
    "network": lazy_pgettext("icon", "Network"),
    "external-link": lazy_pgettext("icon", "Other site"),
}
"""Icon of static/icons.txt → what it shows, for those who choose one."""
