"""What new rooms can begin with. Five come with the house, by a migration; they are data like all others."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Key, Name, Uid


class RoomTemplate(Base):
    """ルームのひな形: what the form for a new room is filled with. It gives nobody a right."""

    __tablename__ = "chat_room_templates"
    __table_args__ = (Index("ix_chat_room_templates_unit", "unit_id", "position"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """To whose people it is offered, with all below; None is the whole municipality."""
    position: Mapped[int]
    title: Mapped[Name]
    """What the template is called."""
    room_name: Mapped[Name]
    """What the room is to be called, with {年度} and {組織} in it."""
    purpose: Mapped[str] = mapped_column(String(500), default="")
    is_open: Mapped[bool] = mapped_column(default=False)
    shows_past: Mapped[bool] = mapped_column(default=True)
    is_text_only: Mapped[bool] = mapped_column(default=False)
    kept_for: Mapped[int | None] = mapped_column(SmallInteger)
    brings_unit: Mapped[bool] = mapped_column(default=False)
    """Whether the organisation of whoever opens the room is proposed as a member."""
    members: Mapped[list[str]] = mapped_column(JSON_TYPE, default=list)
    """Further ones that are proposed, as the picker writes them: `unit_tree:12`, `rank:3`."""
    welcome: Mapped[str] = mapped_column(Text, default="", sort_order=100)
    """What is said first, and pinned."""
    note_title: Mapped[Name] = mapped_column(default="")
    note_text: Mapped[str] = mapped_column(Text, default="", sort_order=101)
    """What new notes of the room begin with."""
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))


__all__ = ["RoomTemplate"]
