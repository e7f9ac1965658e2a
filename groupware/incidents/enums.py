"""Words of incidents."""

from enum import StrEnum
from typing import Any

from groupware.i18n import lazy_pgettext


class IncidentKind(StrEnum):
    """What has happened, as the reporter sees it."""

    LOST = "lost"
    MISDIRECTED = "misdirected"
    MALWARE = "malware"
    INTRUSION = "intrusion"
    OTHER = "other"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _KINDS[self]


class Step(StrEnum):
    """What stands in the timeline of an incident."""

    REPORTED = "reported"
    NOTED = "noted"
    FROZEN = "frozen"
    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
    CLOSED = "closed"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _STEPS[self]


_KINDS = {
    IncidentKind.LOST: lazy_pgettext("incident", "Device, medium or paper lost or stolen"),
    IncidentKind.MISDIRECTED: lazy_pgettext("incident", "Sent or shown to the wrong people"),
    IncidentKind.MALWARE: lazy_pgettext("incident", "Suspicious mail, file or virus"),
    IncidentKind.INTRUSION: lazy_pgettext("incident", "Somebody else used an account"),
    IncidentKind.OTHER: lazy_pgettext("incident", "Something else"),
}
_STEPS = {
    Step.REPORTED: lazy_pgettext("incident", "Reported"),
    Step.NOTED: lazy_pgettext("incident", "Note"),
    Step.FROZEN: lazy_pgettext("incident", "Evidence put on hold"),
    Step.SIGNED_OUT: lazy_pgettext("incident", "Sessions and tokens ended"),
    Step.LOCKED: lazy_pgettext("incident", "Record taken out of sight"),
    Step.CLOSED: lazy_pgettext("incident", "Closed"),
}
