"""Records: what every content row carries, holds that stop its clock, and the decisions to dispose of it."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Name, Uid


class Record:
    """Mixin of content: an id that may leave the house, classification, retention, and a tombstone instead of deletion."""

    uid: Mapped[Uid]
    classification: Mapped[Code] = mapped_column(default="1")
    """自治体機密性 1, 2 or 3 (administration.md 26)."""
    retention_years: Mapped[int] = mapped_column(default=1)
    """Full fiscal years after the year of completion; 0 means that it is never disposed of."""
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BIGINT)


class Hold(Base):
    """保存凍結: while it stands, the object is not purged (administration.md 29)."""

    __tablename__ = "core_holds"
    __table_args__ = (Index("ix_core_holds_object", "object_type", "object_uid"),)

    id: Mapped[Key]
    object_type: Mapped[Code]
    object_uid: Mapped[uuid.UUID] = mapped_column(Uuid)
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    reason: Mapped[Name]
    is_kept: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it ends with the act that it was placed for and not before: evidence of an incident."""
    placed_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    placed_at: Mapped[datetime]
    released_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    released_at: Mapped[datetime | None]


class Disposal(Base):
    """廃棄: an object whose retention has ended, proposed, then decided by a person, then purged."""

    __tablename__ = "core_disposals"
    __table_args__ = (
        UniqueConstraint("object_type", "object_uid"),
        Index("ix_core_disposals_decision", "decision", "id"),
    )

    id: Mapped[Key]
    object_type: Mapped[Code]
    object_id: Mapped[int] = mapped_column(BIGINT)
    object_uid: Mapped[uuid.UUID] = mapped_column(Uuid)
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation whose document officers decide; None is for those who decide everywhere."""
    title: Mapped[Name]
    """Kept after the purge: the register of what was disposed of names it."""
    expired_on: Mapped[date]
    proposed_at: Mapped[datetime]
    decision: Mapped[Code] = mapped_column(default="proposed")
    """proposed, dispose, extend or transfer."""
    extended_to: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    decided_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
