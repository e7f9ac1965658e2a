"""The standing room of an organisation: one for each, whose member is the organisation itself."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Name


class UnitRoom(Base):
    """Which room is that of an organisation. The key makes it one, whoever opens it at the same moment."""

    __tablename__ = "chat_unit_rooms"

    unit_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_org_units.id"), primary_key=True, autoincrement=False
    )
    room_id: Mapped[int | None] = mapped_column(
        BIGINT, ForeignKey("chat_rooms.id", ondelete="SET NULL"), unique=True
    )
    """None while it is being opened, and once the room was erased."""
    name: Mapped[Name]
    """What the room was last called after the chart: it is renamed with it as long as nobody has named it otherwise."""
    opened_at: Mapped[datetime]


__all__ = ["UnitRoom"]
