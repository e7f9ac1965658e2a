"""What a zone may be closed for."""

from enum import StrEnum


class Act(StrEnum):
    """What somebody does from a zone."""

    VIEW = "view"
    SEND = "send"
    DOWNLOAD = "download"
