"""By what programs speak in rooms."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Name, Uid

_PEOPLE = "core_people.id"


class Webhook(Base):
    """An address to which a program of somebody else says what then stands in a room, and who answers for that.

    It stays as long as the room, because messages name it. Its secret is a token of a foreign system.
    """

    __tablename__ = "chat_webhooks"
    __table_args__ = (Index("ix_chat_webhooks_room", "room_id", "id"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_rooms.id", ondelete="CASCADE"))
    token_id: Mapped[int | None] = mapped_column(
        BIGINT, ForeignKey("core_tokens.id", ondelete="SET NULL"), unique=True
    )
    name: Mapped[Name]
    """What stands as the sender of its messages."""
    note: Mapped[str] = mapped_column(String(500), default="")
    made_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    made_by_name: Mapped[Name]
    made_by_unit: Mapped[Name]
    """Who answers for what it says: name and organisation as they were then."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    refused_at: Mapped[datetime | None]
    """Since when what it says is refused, and the owners know: they are told once, until something passes again."""
    refused_for: Mapped[Code] = mapped_column(default="")
