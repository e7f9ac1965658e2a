"""What became of reading a file. The values are stored."""

from enum import StrEnum


class TextState(StrEnum):
    """Whether the words of a content are known."""

    READ = "read"
    NO_TEXT = "no_text"
    """A kind of file that has no words for us, or one without any (a scan)."""
    UNREADABLE = "unreadable"
    """Damaged, or locked with a password."""
    TOO_MUCH = "too_much"
    """It took too much time or memory; what was read until then is kept."""
