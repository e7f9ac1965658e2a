"""What people answer to a message without a word."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code


class Reaction(Base):
    """A person's reaction to a message; of each kind one."""

    __tablename__ = "chat_reactions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    message_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("chat_messages.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]
