"""Tables of the chat.

The row of a room is what everything in it is ordered by: who sends locks it, takes the next number, and writes one row of
`chat_messages`. Nothing is written per member.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Name, Uid
from groupware.records.models import Record
from plugins.chat.enums import Alerting, Telling

_PEOPLE = "core_people.id"
_ROOM = "chat_rooms.id"
_STANDS = text("ended_at IS NULL")
_WATCHES = text("telling = 'all'")
_HAS_FILES = text("file_count > 0")
_IS_OPEN = text("is_open AND archived_at IS NULL AND deleted_at IS NULL")


class Room(Record, Base):
    """A room. Its name is that of both people in a direct room, as of when it was made."""

    __tablename__ = "chat_rooms"
    __table_args__ = (
        Index("ix_chat_rooms_open", "name", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_chat_rooms_unit", "unit_id", "id"),
        Index("ix_chat_rooms_archived", "archived_at"),
    )

    id: Mapped[Key]
    kind: Mapped[Code]
    name: Mapped[Name]
    purpose: Mapped[str] = mapped_column(String(500), default="")
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation that answers for it: its rules count. None for direct and own rooms."""
    is_open: Mapped[bool] = mapped_column(default=False)
    """Whether anybody inside may find and join it."""
    shows_past: Mapped[bool] = mapped_column(default=True)
    """Whether members read what was said before they came. Decided once, because those who spoke relied on it."""
    is_text_only: Mapped[bool] = mapped_column(default=False)
    """Whether its owners let nobody send files, whatever the rules would."""
    kept_for: Mapped[int | None] = mapped_column(SmallInteger)
    """The retention period that was chosen for it, one of `records.periods`; None is what the rule of its organisation says.
    `retention_years` is what follows from it, and what disposal obeys."""
    ends_on: Mapped[date | None]
    """The last day of the project that it is for; nothing happens on it but that the next year-end review asks."""
    created_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    last_seq: Mapped[int] = mapped_column(BIGINT, default=0)
    """Messages that were ever sent; the number of the last one."""
    last_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    direct_key: Mapped[Code | None] = mapped_column(unique=True)
    """The two people of a direct room, the lower id first, as `12:77`; the one person of an own room twice."""
    version: Mapped[int] = mapped_column(default=1)


class Member(Base):
    """A principal that belongs to a room. What has ended stays, so that it can be said who was in."""

    __tablename__ = "chat_members"
    __table_args__ = (
        Index(
            "ix_chat_members_standing",
            "room_id",
            "principal_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_chat_members_principal", "principal_id", "ended_at", "room_id", "role", "from_seq"),
    )

    id: Mapped[Key]
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_ROOM, ondelete="CASCADE"))
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"))
    role: Mapped[int] = mapped_column(SmallInteger)
    from_seq: Mapped[int] = mapped_column(BIGINT, default=0)
    """The last message before it belonged to the room."""
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    ended_at: Mapped[datetime | None]


class Message(Base):
    """What somebody said. A deleted one keeps its row and number, without its text."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "sender_id", "key"),
        Index("ix_chat_messages_time", "room_id", "created_at"),
        Index(
            "ix_chat_messages_files",
            "room_id",
            "seq",
            sqlite_where=_HAS_FILES,
            postgresql_where=_HAS_FILES,
        ),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_ROOM, ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BIGINT)
    sender_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    """Who said it; where a program did, by `webhook_id`, who answers for that."""
    sender_name: Mapped[Name]
    sender_unit: Mapped[Name]
    """Name and organisation as they were then."""
    reply_to: Mapped[int | None] = mapped_column(BIGINT)
    """The number, in the same room, of the message that it answers."""
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BIGINT)
    key: Mapped[str] = mapped_column(String(80))
    """What the sender's page called it, so that sending it again sends it once."""
    stamp: Mapped[Code | None]
    """The drawing that it shows, a value of `Stamp`."""
    file_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    """With how many files it was sent: a page of messages without any asks for none."""
    loudness: Mapped[Code] = mapped_column(default=Alerting.USUAL.value, server_default=Alerting.USUAL.value)
    scheduled_at: Mapped[datetime | None]
    """When its sender had put it by, if the house sent it at the time that they had chosen."""
    quote_at: Mapped[int | None]
    """Where in the text of a forwarded message that begins which was written by the house and not by who forwarded it."""
    webhook_id: Mapped[int | None] = mapped_column(BIGINT)
    """By what a program said it. The name is that of the webhook, as it was then."""
    text: Mapped[str] = mapped_column(Text, sort_order=100)


class Revision(Base):
    """A text as it was before it was edited or deleted."""

    __tablename__ = "chat_revisions"
    __table_args__ = (Index("ix_chat_revisions_message", "message_id", "id"),)

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("chat_messages.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    made_by_name: Mapped[Name]


class Place(Base):
    """How far a person has come in a room, and what the room is to them."""

    __tablename__ = "chat_places"
    __table_args__ = (
        Index("ix_chat_places_read", "room_id", "read_seq"),
        Index("ix_chat_places_watching", "room_id", sqlite_where=_WATCHES, postgresql_where=_WATCHES),
        {"sqlite_with_rowid": False},
    )

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    room_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_ROOM, ondelete="CASCADE"), primary_key=True)
    read_seq: Mapped[int] = mapped_column(BIGINT, default=0)
    """The last message that they have read. It never goes back: others have been told."""
    read_at: Mapped[datetime | None]
    left_off_seq: Mapped[int] = mapped_column(BIGINT, default=0)
    """The last message before what is unread for them; they may put it back."""
    telling: Mapped[Code] = mapped_column(default=Telling.MENTIONS.value)
    is_favourite: Mapped[bool] = mapped_column(default=False)
    draft_key: Mapped[str] = mapped_column(String(80), default="")
    """The key that the message they are writing will have: who sends it throws the draft away by it."""
    draft_reply_to: Mapped[uuid.UUID | None]
    draft_named: Mapped[str] = mapped_column(Text, default="", sort_order=101)
    """Whom they have chosen behind an @, as the page wrote it down."""
    draft_files: Mapped[str] = mapped_column(Text, default="", sort_order=102)
    """The uids of the files that were sent in for it, parted by spaces."""
    draft: Mapped[str] = mapped_column(Text, default="", sort_order=100)
