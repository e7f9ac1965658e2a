"""What people say under an event."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key, Name, Uid


class Comment(Base):
    """A word under an event. Taken back, it leaves a mark without its text."""

    __tablename__ = "schedule_comments"
    __table_args__ = (Index("ix_schedule_comments_event", "event_id", "id"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("schedule_events.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    person_name: Mapped[Name]
    unit_name: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BIGINT)
