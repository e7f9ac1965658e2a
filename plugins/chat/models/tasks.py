"""Tables of the tasks of rooms: what is to be done, by whom, until when."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key, Name, Uid

_PEOPLE = "core_people.id"
_IS_OPEN = text("done_at IS NULL AND deleted_at IS NULL")


class Task(Base):
    """タスク: something to be done in a room. A deleted one keeps its row."""

    __tablename__ = "chat_tasks"
    __table_args__ = (
        Index("ix_chat_tasks_room", "room_id", "done_at", "due_on"),
        Index("ix_chat_tasks_message", "room_id", "seq"),
        Index("ix_chat_tasks_due", "due_on", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_rooms.id", ondelete="CASCADE"))
    seq: Mapped[int | None] = mapped_column(BIGINT)
    """The number, in the same room, of the message that it was made of."""
    what: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    created_by_name: Mapped[Name]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    done_by_name: Mapped[Name] = mapped_column(default="")
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BIGINT)
    reminded_for: Mapped[date | None]
    """The day of which those who do it have been reminded; another day is reminded of anew."""
    version: Mapped[int] = mapped_column(default=1)


class TaskAssignee(Base):
    """A person or organisation that a task is for."""

    __tablename__ = "chat_task_assignees"
    __table_args__ = (
        Index("ix_chat_task_assignees_principal", "principal_id", "task_id"),
        {"sqlite_with_rowid": False},
    )

    task_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("chat_tasks.id", ondelete="CASCADE"), primary_key=True
    )
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)
    label: Mapped[Name]
    """What they were called then."""


class TaskRevision(Base):
    """A task as it was before it was changed, done, opened again or deleted, and who did that."""

    __tablename__ = "chat_task_revisions"
    __table_args__ = (Index("ix_chat_task_revisions_task", "task_id", "id"),)

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_tasks.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date | None]
    assignees: Mapped[str] = mapped_column(Text)
    """Their names."""
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    made_by_name: Mapped[Name]
