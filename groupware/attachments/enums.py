"""Closed lists of attachments. The values are stored."""

from enum import StrEnum
from typing import Any

from groupware.i18n import lazy_pgettext


class ContentState(StrEnum):
    """Whether a content may be handed out at all. Only `READY` ever leaves the house."""

    WAITING = "waiting"
    """It still has to be examined."""
    READY = "ready"
    REFUSED = "refused"
    """Something harmful was found in it; it stays for the investigation and leaves with its owner."""


class SanitiserState(StrEnum):
    """How far a content has come on its way to other zones (administration.md 24). Only `SANITISED` crosses."""

    UNPROCESSED = "unprocessed"
    PROCESSING = "processing"
    SANITISED = "sanitised"
    REFUSED = "refused"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _SANITISER_STATES[self]


_SANITISER_STATES = {
    SanitiserState.UNPROCESSED: lazy_pgettext("sanitiser", "Not processed yet"),
    SanitiserState.PROCESSING: lazy_pgettext("sanitiser", "In process"),
    SanitiserState.SANITISED: lazy_pgettext("sanitiser", "Sanitised"),
    SanitiserState.REFUSED: lazy_pgettext("sanitiser", "Refused"),
}
