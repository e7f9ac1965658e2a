"""What a room keeps in sight."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Name


class Pin(Base):
    """A message that is pinned in its room, and by whom."""

    __tablename__ = "chat_pins"
    __table_args__ = (Index("ix_chat_pins_room", "room_id", "at"),)

    message_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("chat_messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_rooms.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    person_name: Mapped[Name]
    """What who pinned it was called then; of a section that answers at a desk its name."""
    at: Mapped[datetime]
