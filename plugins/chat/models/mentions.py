"""Whom messages are addressed to.

One row for each person or organisation that a message names, and one for all of a room: whom it reaches is found out when it is
read, from who belongs to what on that day.
"""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key, Name

_ALL = text("principal_id IS NULL")


class Mention(Base):
    """Somebody whom a message names. `principal_id` is None for all who belong to the room."""

    __tablename__ = "chat_mentions"
    __table_args__ = (
        Index("ix_chat_mentions_message", "message_id"),
        Index("ix_chat_mentions_principal", "principal_id", "message_id"),
        Index("ix_chat_mentions_all", "room_id", "message_id", sqlite_where=_ALL, postgresql_where=_ALL),
    )

    id: Mapped[Key]
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_rooms.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_messages.id", ondelete="CASCADE"))
    principal_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_principals.id"))
    label: Mapped[Name]
    """What they were called then. It stands in the text, behind an @."""
