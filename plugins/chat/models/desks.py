"""Tables of the enquiry desks of sections, and of who knows the house rules."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key, Name, Uid

_PEOPLE = "core_people.id"


class Desk(Base):
    """問い合わせ窓口: where everybody may ask an organisation. A closed one takes no new enquiries."""

    __tablename__ = "chat_desks"

    id: Mapped[Key]
    uid: Mapped[Uid]
    unit_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_org_units.id"), unique=True)
    welcome: Mapped[str] = mapped_column(Text, default="")
    """What may be asked here, and what should be looked up first."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Enquiry(Base):
    """What makes a room an enquiry: who asks at which desk. All others in the room speak as the section."""

    __tablename__ = "chat_enquiries"
    __table_args__ = (Index("ix_chat_enquiries_desk", "desk_id", "room_id"),)

    room_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("chat_rooms.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    desk_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_desks.id"))
    asker_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    asker_name: Mapped[Name]
    asker_unit: Mapped[Name]
    """Name and organisation as they were then."""


class KnownRules(Base):
    """Which wording of the house rules somebody has seen last."""

    __tablename__ = "chat_known_rules"

    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text."""
    seen_at: Mapped[datetime]
