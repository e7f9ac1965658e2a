"""Tables of the timeline."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key


class Notice(Base):
    """One line in the timeline of a person. The same kind about the same thing has one line, which comes up again."""

    __tablename__ = "core_notices"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id"),
        Index("ix_core_notices_timeline", "person_id", "at", "id"),
        Index("ix_core_notices_unread", "person_id", "read_at"),
        Index("ix_core_notices_subject", "kind", "subject_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    kind: Mapped[Code]
    subject_id: Mapped[int] = mapped_column(BIGINT)
    """What it is about, by the key that the kind names."""
    caused_by: Mapped[int | None] = mapped_column(BIGINT)
    at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=1)
    """How often it happened since the person last read it."""
    read_at: Mapped[datetime | None]


class NoticeChoice(Base):
    """What a person has chosen for a kind; without a row the bureau's choice holds."""

    __tablename__ = "core_notice_choices"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"), primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    is_wanted: Mapped[bool]
