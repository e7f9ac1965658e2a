"""Tables of guests: who they are, until when they may come, and their sessions."""

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware import clock
from groupware.db import BIGINT, Base, Code, Key, Name, Uid

_PEOPLE = "core_people.id"


class Guest(Base):
    """Somebody from outside. Whether they may come follows from the clock; nothing has to run when their time is over."""

    __tablename__ = "core_guests"
    __table_args__ = (Index("ix_core_guests_ends", "ends_at"), Index("ix_core_guests_unit", "unit_id"))

    id: Mapped[Key]
    uid: Mapped[Uid]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE), unique=True)
    login: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    body: Mapped[Name]
    """The hospital, company or municipality they come from."""
    email: Mapped[str] = mapped_column(String(254), default="")
    home: Mapped[Name]
    """The address of the place into which they were invited."""
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation that answers for that place, and so for them."""
    invited_at: Mapped[datetime]
    invited_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    approved_at: Mapped[datetime | None]
    """None: somebody else must still agree."""
    approved_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When somebody ended it, before its time."""
    ended_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the invitation code; None once it was used."""
    password_hash: Mapped[Name | None]
    networks: Mapped[str] = mapped_column(String(500), default="")
    """Address ranges from which they may come, one a line; empty is from anywhere."""
    is_device_bound: Mapped[bool] = mapped_column(default=False)
    """Whether they may come from the device only on which they used the code."""
    device: Mapped[Code] = mapped_column(default="")
    """SHA-256 of the cookie of that device."""
    version: Mapped[int] = mapped_column(default=1)

    @property
    def last_day(self) -> date:
        """The last day on which they may come, by the clock on the wall."""
        return clock.local(self.ends_at - timedelta(microseconds=1)).date()


class GuestSession(Base):
    """A sign-in of a guest. Only the SHA-256 of its token is kept. It holds in the zone where it began, and nowhere else."""

    __tablename__ = "core_guest_sessions"
    __table_args__ = (Index("ix_core_guest_sessions_guest", "guest_id", "ended_at"),)

    id: Mapped[Key]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    guest_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_guests.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[Code] = mapped_column(default="")
    device: Mapped[Code] = mapped_column(default="")
    zone: Mapped[Code]


__all__ = ["Guest", "GuestSession"]
