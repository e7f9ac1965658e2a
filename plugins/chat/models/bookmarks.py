"""What somebody wants to find again for themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key


class Bookmark(Base):
    """A person's own mark on a message. Nobody else ever sees it, nor that there is one."""

    __tablename__ = "chat_bookmarks"
    __table_args__ = (
        UniqueConstraint("person_id", "message_id"),
        Index("ix_chat_bookmarks_person", "person_id", "id"),
        Index("ix_chat_bookmarks_message", "message_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_messages.id", ondelete="CASCADE"))
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
