"""What zones may be closed for, and what is asked and confirmed about content."""

from enum import StrEnum
from typing import Any

from groupware.i18n import lazy_gettext, lazy_pgettext


class Act(StrEnum):
    """What somebody does from a zone."""

    VIEW = "view"
    SEND = "send"
    DOWNLOAD = "download"


class NumberRule(StrEnum):
    """What happens when somebody types an individual number."""

    OFF = "off"
    WARN = "warn"
    REFUSE = "refuse"


class Confirmation(StrEnum):
    """What a person can expressly confirm in the request itself."""

    INDIVIDUAL_NUMBER = "individual_number"


class Label(StrEnum):
    """自治体機密性 of a content (総務省's security policy guideline), rising."""

    ONE = "1"
    TWO = "2"
    THREE = "3"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _LABELS[self][0]

    @property
    def help(self) -> Any:
        """What belongs under it."""
        return _LABELS[self][1]

    @property
    def hue(self) -> str:
        """The colour of its mark."""
        return {"1": "grey", "2": "blue", "3": "magenta"}[self.value]


_LABELS = {
    Label.ONE: (
        lazy_pgettext("label", "Confidentiality 1"),
        lazy_gettext("May be published at any time."),
    ),
    Label.TWO: (
        lazy_pgettext("label", "Confidentiality 2"),
        lazy_gettext("Not meant for the public: ordinary internal work."),
    ),
    Label.THREE: (
        lazy_pgettext("label", "Confidentiality 3"),
        lazy_gettext("Harms residents or the work if it leaks: personal data, unpublished plans."),
    ),
}
