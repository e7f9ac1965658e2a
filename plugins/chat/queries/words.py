"""What a message says where there is no place for its files."""

from sqlalchemy import case

from groupware.i18n import ngettext
from plugins.chat.models import Message

FILES_SHOWN = case((Message.deleted_at.is_(None), Message.file_count), else_=0)
"""With how many files it is shown."""


def in_words(text: str, file_count: int) -> str:
    """Its text, or how many files it is made of."""
    if text or not file_count:
        return text
    return str(ngettext("%(num)d file", "%(num)d files", file_count))


__all__ = ["FILES_SHOWN", "in_words"]
