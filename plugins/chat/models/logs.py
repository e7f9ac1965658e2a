"""The table of log exports: what two officers had taken out of a room, why, and until when they could read it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access import ObjectAccess
from groupware.db import BIGINT, Base, Code, Key, Name
from groupware.records.models import Record
from plugins.chat.enums import LOG, LogState
from plugins.chat.permissions import LOGS


class LogExport(Record, Base):
    """One request of an officer, and what another officer decided about it."""

    __tablename__ = "chat_log_exports"
    __table_args__ = (
        CheckConstraint("decided_by <> asked_by", name="two_officers"),
        Index("ix_chat_log_exports_unit", "unit_id"),
        Index("ix_chat_log_exports_state", "state", "readable_until"),
    )

    id: Mapped[Key]
    room_id: Mapped[int] = mapped_column(BIGINT)
    """Refers to no row: that it was read is known longer than what was said."""
    room_name: Mapped[Name]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """That of the room; None for conversations of two, about which officers of the whole municipality decide."""
    since: Mapped[datetime]
    until: Mapped[datetime]
    """The first moment that is not in it any more."""
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[Code] = mapped_column(default=LogState.ASKED.value)
    asked_by: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    asked_by_name: Mapped[Name]
    decided_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    decided_by_name: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    readable_until: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64), default="")


LogExport.access = ObjectAccess(type=LOG, read=LOGS, unit=LogExport.unit_id, label=LogExport.classification)
