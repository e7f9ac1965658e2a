"""Words of a request for disclosure."""

from enum import StrEnum
from typing import Any

from groupware.i18n import lazy_pgettext


class CaseState(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _STATES[self]


class Decision(StrEnum):
    """What is answered to the requester."""

    DISCLOSED = "disclosed"
    PARTLY = "partly"
    WITHHELD = "withheld"
    ABSENT = "absent"
    UNSAID = "unsaid"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _DECISIONS[self]


class Requester(StrEnum):
    """By what the requester may ask, as ordinances list it."""

    RESIDENT = "resident"
    OFFICE = "office"
    WORKER = "worker"
    STUDENT = "student"
    AFFECTED = "affected"
    OTHER = "other"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _REQUESTERS[self]


_STATES = {
    CaseState.OPEN: lazy_pgettext("disclosure", "In progress"),
    CaseState.DECIDED: lazy_pgettext("disclosure", "Decided"),
    CaseState.CLOSED: lazy_pgettext("disclosure", "Closed"),
}
_DECISIONS = {
    Decision.DISCLOSED: lazy_pgettext("disclosure", "Disclosed"),
    Decision.PARTLY: lazy_pgettext("disclosure", "Partly disclosed"),
    Decision.WITHHELD: lazy_pgettext("disclosure", "Withheld"),
    Decision.ABSENT: lazy_pgettext("disclosure", "No such record"),
    Decision.UNSAID: lazy_pgettext("disclosure", "Existence neither confirmed nor denied"),
}
_REQUESTERS = {
    Requester.RESIDENT: lazy_pgettext("disclosure", "Lives in the municipality"),
    Requester.OFFICE: lazy_pgettext("disclosure", "Has an office in the municipality"),
    Requester.WORKER: lazy_pgettext("disclosure", "Works in the municipality"),
    Requester.STUDENT: lazy_pgettext("disclosure", "Goes to school in the municipality"),
    Requester.AFFECTED: lazy_pgettext("disclosure", "Has an interest in the matter"),
    Requester.OTHER: lazy_pgettext("disclosure", "Other"),
}
