"""Tables of durable events: topics with a commit-ordered `seq`, and what happened in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Key


class Topic(Base):
    """A small stream: a room, a person, a category; never "everything". `seq` is bumped under the row's lock."""

    __tablename__ = "core_topics"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    seq: Mapped[int] = mapped_column(BIGINT, default=0)
    epoch: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    __table_args__ = (Index("ix_core_topics_changed", "changed_at"),)


class Event(Base):
    """Something that happened, in ids and field names. Durable before anybody is told."""

    __tablename__ = "core_events"

    topic_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_topics.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(BIGINT, primary_key=True)
    kind: Mapped[Code]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(BIGINT)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE)
    __table_args__ = (Index("ix_core_events_at", "at"),)
