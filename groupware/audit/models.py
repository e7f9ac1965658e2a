"""Table of the audit. Rows are only ever added: triggers in both databases refuse UPDATE and DELETE."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Key, Name


class AuditRecord(Base):
    """One act or refusal: who, from where, what, to which object. Ids and field names, never content."""

    __tablename__ = "core_audit_records"
    __table_args__ = (
        Index("ix_core_audit_records_at", "at", "id"),
        Index("ix_core_audit_records_person", "person_id", "id"),
        Index("ix_core_audit_records_object", "object_type", "object_id", "id"),
        Index("ix_core_audit_records_action", "action", "id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[Code] = mapped_column(default="done")
    """done, refused or failed."""
    person_id: Mapped[int | None] = mapped_column(BIGINT)
    on_behalf_of: Mapped[int | None] = mapped_column(BIGINT)
    unit_id: Mapped[int | None] = mapped_column(BIGINT)
    object_type: Mapped[Code] = mapped_column(default="")
    object_id: Mapped[int | None] = mapped_column(BIGINT)
    object_unit_id: Mapped[int | None] = mapped_column(BIGINT)
    via: Mapped[Code]
    zone: Mapped[Code] = mapped_column(default="")
    address: Mapped[Code] = mapped_column(default="")
    device: Mapped[Code] = mapped_column(default="")
    request_id: Mapped[Code] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE, default=dict)


class AuditSeal(Base):
    """A hash over a run of audit records, chained to the seal before it."""

    __tablename__ = "core_audit_seals"

    id: Mapped[Key]
    first_id: Mapped[int] = mapped_column(BIGINT)
    last_id: Mapped[int] = mapped_column(BIGINT, unique=True)
    sealed_at: Mapped[datetime]
    previous: Mapped[Name]
    digest: Mapped[Name] = mapped_column(unique=True)


class AuditCursor(Base):
    """How far something has read the audit: the forwarding to syslog."""

    __tablename__ = "core_audit_cursors"

    name: Mapped[Code] = mapped_column(primary_key=True)
    last_id: Mapped[int] = mapped_column(BIGINT, default=0)
    next_at: Mapped[datetime]
    """Nothing is tried before: later than now after a failure."""
