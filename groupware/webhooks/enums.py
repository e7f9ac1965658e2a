"""States of a delivery, and in words why one failed."""

from enum import StrEnum
from typing import Any

from groupware.i18n import gettext, lazy_gettext, lazy_pgettext


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
_REFUSED = "HTTP "
_AWAY = lazy_gettext("The other system cannot be reached.")
REASONS = {
    "NewConnectionError": _AWAY,
    "ConnectTimeoutError": _AWAY,
    "NameResolutionError": lazy_gettext("The name of the other system is not known here."),
    "ReadTimeoutError": lazy_gettext("The other system did not answer in time."),
    "ProtocolError": lazy_gettext("The other system broke off the connection."),
    "SSLError": lazy_gettext("The certificate of the other system is not trusted."),
}
"""By the name that urllib3 gives to what went wrong."""


def reason(error: str) -> str:
    """What was kept of a failed call, in words; as it is where there are none."""
    if error.startswith(_REFUSED):
        return str(gettext("The other system answered with %(status)s.", status=error))
    return str(REASONS.get(error, error))
