"""年度末の整理: what is asked of the owners of rooms at the end of a fiscal year, and what they decided."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code

_PEOPLE = "core_people.id"


class Review(Base):
    """That it was asked what becomes of a room. The question of another year takes the place of the one before."""

    __tablename__ = "chat_reviews"
    __table_args__ = (
        Index("ix_chat_reviews_year", "year", "decision"),
        Index("ix_chat_reviews_batch", "batch"),
    )

    room_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("chat_rooms.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    year: Mapped[int]
    """The fiscal year at whose end it was asked."""
    why: Mapped[Code]
    """A value of `ReviewReason`."""
    proposed_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    decision: Mapped[Code | None]
    """A value of `ReviewDecision`; None as long as nobody has decided."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    batch: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    """What was decided in one go, and is taken back in one go."""
    own_role: Mapped[int | None] = mapped_column(SmallInteger)
    """The role that who decided had in person before they handed the room over; None where they had none."""
    heir_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_principals.id"))
    heir_role: Mapped[int | None] = mapped_column(SmallInteger)
    """To whom the room was handed over, and the role they had before; None where they had not been in it."""


__all__ = ["Review"]
