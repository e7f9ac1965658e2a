"""Tables of the notes of rooms: dated pages that members write together."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Key, Name, Uid

_PEOPLE = "core_people.id"
_ROOM = "chat_rooms.id"


class Note(Base):
    """ノート: a page of a room for a day. A deleted one keeps its row, without its text."""

    __tablename__ = "chat_notes"
    __table_args__ = (Index("ix_chat_notes_day", "room_id", "day", "id"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_ROOM, ondelete="CASCADE"))
    day: Mapped[date]
    title: Mapped[Name]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    written_by_name: Mapped[Name]
    """Who wrote what stands in it now, as they were called then."""
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BIGINT)
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text, sort_order=100)


class NoteRevision(Base):
    """A note as it was before it was changed or deleted, and who had written that."""

    __tablename__ = "chat_note_revisions"
    __table_args__ = (Index("ix_chat_note_revisions_note", "note_id", "id"),)

    id: Mapped[Key]
    note_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_notes.id", ondelete="CASCADE"))
    day: Mapped[date]
    title: Mapped[Name]
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    written_by_name: Mapped[Name]
    text: Mapped[str] = mapped_column(Text, sort_order=100)


class NoteTemplate(Base):
    """What a new note of a room begins with."""

    __tablename__ = "chat_note_templates"

    room_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey(_ROOM, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    title: Mapped[Name]
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    text: Mapped[str] = mapped_column(Text, sort_order=100)
