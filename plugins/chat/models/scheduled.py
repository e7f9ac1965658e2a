"""What somebody has written to be sent later. It is theirs alone until it is sent; then its row goes, and the message stands."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Key, Uid
from plugins.chat.enums import Alerting

_PEOPLE = "core_people.id"


class Scheduled(Base):
    """A message that waits for its time, or came back because it could not be sent."""

    __tablename__ = "chat_scheduled"
    __table_args__ = (
        UniqueConstraint("room_id", "sender_id", "key"),
        Index("ix_chat_scheduled_sender", "sender_id", "due_at"),
        Index("ix_chat_scheduled_returned", "returned_at"),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_rooms.id", ondelete="CASCADE"))
    sender_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    """The key of the message that it becomes: however often it is tried, it is said once."""
    reply_to: Mapped[uuid.UUID | None]
    mentions: Mapped[list[str]] = mapped_column(JSON_TYPE, default=list)
    loudness: Mapped[Code] = mapped_column(default=Alerting.USUAL.value)
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """The job of an earlier version finds another number and does nothing."""
    zone: Mapped[Code]
    """The network that its sender was in, because it decides about the labels of rooms."""
    confirmed: Mapped[list[str]] = mapped_column(JSON_TYPE, default=list)
    """What its sender has expressly confirmed."""
    returned_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it came back, in the words that its sender would have read."""
    text: Mapped[str] = mapped_column(Text, sort_order=100)


__all__ = ["Scheduled"]
