"""What zones may be closed for, and what is asked and confirmed about content."""

from enum import StrEnum


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
