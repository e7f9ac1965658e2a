"""Equipment that was handed out, and came back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key, Name, Uid

_PEOPLE = "core_people.id"


class Loan(Base):
    """So many pieces of a booking that were handed out at once. Names are kept as they were."""

    __tablename__ = "facility_loans"
    __table_args__ = (
        CheckConstraint("returned >= 0 AND returned <= quantity", name="returned"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_facility_loans_facility", "facility_id", "is_out", "handed_at"),
        Index("ix_facility_loans_booking", "booking_id"),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    booking_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("facility_bookings.id", ondelete="CASCADE"))
    facility_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("facility_facilities.id"))
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    is_out: Mapped[bool] = mapped_column(default=True)
    """Whether some of it has not come back."""
    taken_by: Mapped[Name]
    handed_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    handed_by_name: Mapped[Name] = mapped_column(default="")
    handed_at: Mapped[datetime]


class Return(Base):
    """So many pieces of a loan that came back at once, and in which condition."""

    __tablename__ = "facility_returns"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_facility_returns_loan", "loan_id"),
    )

    id: Mapped[Key]
    loan_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("facility_loans.id", ondelete="CASCADE"))
    quantity: Mapped[int]
    taken_back_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    taken_back_by_name: Mapped[Name] = mapped_column(default="")
    at: Mapped[datetime]
    condition: Mapped[str] = mapped_column(String(300), default="")
    """What was noticed; empty where all was well."""
