"""Tables of the business systems that call: their tokens, notices with receivers, counters."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key, Name


class SystemToken(Base):
    """The system, an icon of the launcher, that a token speaks for."""

    __tablename__ = "core_system_tokens"

    token_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_tokens.id", ondelete="CASCADE"), primary_key=True
    )
    link_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_launcher_links.id", ondelete="CASCADE"), index=True
    )


class SystemNotice(Base):
    """Something that a system tells people, under a key of its own. Posted once, withdrawn or forgotten when it expires."""

    __tablename__ = "core_system_notices"
    __table_args__ = (
        UniqueConstraint("link_id", "key"),
        Index("ix_core_system_notices_expires", "expires_at"),
    )

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_launcher_links.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was posted, to know a repeated call from another notice."""
    title: Mapped[Name]
    url: Mapped[str] = mapped_column(String(2000))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    posted_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class SystemReceiver(Base):
    """Whom a notice is for: a person, or all who belong to a unit."""

    __tablename__ = "core_system_receivers"

    notice_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_system_notices.id", ondelete="CASCADE"), primary_key=True
    )
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)


class SystemCounter(Base):
    """A number at the icon of a system, for a person or for all who belong to a unit. Where it is 0 there is no row."""

    __tablename__ = "core_system_counters"

    link_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_launcher_links.id", ondelete="CASCADE"), primary_key=True
    )
    principal_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_principals.id"), primary_key=True, index=True
    )
    number: Mapped[int]
    at: Mapped[datetime]
