"""Tables of webhooks."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Name, Uid


class Webhook(Base):
    """Where events are told. Its secret is derived from the key of the installation and stands nowhere."""

    __tablename__ = "core_webhooks"

    id: Mapped[Key]
    uid: Mapped[Uid]
    """What its secret is derived from."""
    name: Mapped[Name]
    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[Any]]
    """Kinds of events."""
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    """Whose view decides."""
    is_paused: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="SET NULL"))


class WebhookDelivery(Base):
    """One event for one webhook, written in the transaction of the event."""

    __tablename__ = "core_webhook_deliveries"
    __table_args__ = (
        Index("ix_core_webhook_deliveries_webhook", "webhook_id", "id"),
        Index("ix_core_webhook_deliveries_ended", "ended_at"),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    """The id that the receiver sees: the same at every attempt."""
    webhook_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_webhooks.id", ondelete="CASCADE"))
    kind: Mapped[Code]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    """When the event happened."""
    state: Mapped[Code]
    attempts: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[int | None]
    last_error: Mapped[Name] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
