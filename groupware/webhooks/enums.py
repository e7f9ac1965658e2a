"""States of a delivery."""

from enum import StrEnum
from typing import Any

from groupware.i18n import lazy_pgettext


class DeliveryState(StrEnum):
    """What became of a call."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHHELD = "withheld"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return _LABELS[self]

    @property
    def mark(self) -> str:
        """The kind of status mark it is shown with."""
        return _MARKS[self]


_LABELS = {
    DeliveryState.WAITING: lazy_pgettext("webhook", "Waiting"),
    DeliveryState.DELIVERED: lazy_pgettext("webhook", "Delivered"),
    DeliveryState.FAILED: lazy_pgettext("webhook", "Failed"),
    DeliveryState.WITHHELD: lazy_pgettext("webhook", "Not for this person"),
}
_MARKS = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.DELIVERED: "positive",
    DeliveryState.FAILED: "negative",
    DeliveryState.WITHHELD: "neutral",
}
