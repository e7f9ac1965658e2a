"""The table of access tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Name


class AccessToken(Base):
    """What a program shows instead of a password. Only the SHA-256 of the secret is kept."""

    __tablename__ = "core_tokens"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'personal' AND person_id IS NOT NULL AND system_name = '')"
            " OR (kind = 'system' AND person_id IS NULL AND system_name <> '')",
            name="owner",
        ),
        Index("ix_core_tokens_person", "person_id", "revoked_at"),
    )

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[Code]
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    system_name: Mapped[Name] = mapped_column(default="")
    """The foreign system, as its messages name it; empty for a personal token."""
    name: Mapped[Name]
    """What its owner calls it, to know it again in the list."""
    scopes: Mapped[list[Any]]
    zone: Mapped[Code] = mapped_column(default="")
    """Where it holds: a person's token where it was issued; empty is everywhere."""
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="SET NULL"))
    """Who issued it; None is the installation itself."""
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    last_address: Mapped[Code] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="SET NULL"))
