"""Closed lists of attachments. The values are stored."""

from enum import StrEnum


class ContentState(StrEnum):
    """Whether a content may be handed out at all. Only `READY` ever leaves the house."""

    WAITING = "waiting"
    """It still has to be examined."""
    READY = "ready"
    REFUSED = "refused"
    """Something harmful was found in it; it stays for the investigation and leaves with its owner."""
