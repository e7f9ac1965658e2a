"""Tables of the board.

`bulletin_audience` repeats of its posting what lists and badges decide by, because they all begin there: per principal
the index is walked in the order of the list and left as soon as a page is full (see the README of the plugin). One function,
`services.listing.enlist`, writes both.
"""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Key, Name, Uid
from groupware.records.models import Record
from plugins.bulletin.enums import PostingState

OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a display without end; also the beginning of one that is not in force, which therefore never begins."""

PINNED = 10**17
"""What a pinned posting's place is raised by: more than the microseconds of any date."""

_PEOPLE = "core_people.id"
_POSTING = "bulletin_postings.id"


class Category(Base):
    """A shelf of the board, with its own rights. Without a unit it belongs to the whole municipality."""

    __tablename__ = "bulletin_categories"

    id: Mapped[Key]
    uid: Mapped[Uid]
    name: Mapped[Name]
    description: Mapped[str] = mapped_column(String(500), default="")
    hue: Mapped[Code] = mapped_column(default="grey")
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The managing unit: grants over its subtree reach the category."""
    official_order: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    """Whether new postings may be put here; what stands here stays readable."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class CategoryRight(Base):
    """A principal may read, post in or manage a category; each right includes the ones before it."""

    __tablename__ = "bulletin_category_rights"
    __table_args__ = (Index("ix_bulletin_category_rights_principal", "principal_id", "right", "category_id"),)

    category_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("bulletin_categories.id", ondelete="CASCADE"), primary_key=True
    )
    right: Mapped[Code] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)


class Posting(Record, Base):
    """A posting as it is in force. The sender's words are kept as they were, whoever holds the post later."""

    __tablename__ = "bulletin_postings"
    __table_args__ = (
        CheckConstraint("shown_from < shown_to", name="period"),
        CheckConstraint("state IN ('awaiting', 'returned', 'published')", name="state"),
        CheckConstraint("needs_confirmation = (confirm_by IS NOT NULL)", name="confirm_by"),
        Index("ix_bulletin_postings_category", "category_id", "place", "id"),
        Index("ix_bulletin_postings_place", "place", "id"),
        Index("ix_bulletin_postings_rank", "sender_rank", "listed_at"),
        Index("ix_bulletin_postings_author", "author_id", "id"),
        Index("ix_bulletin_postings_unit", "unit_id", "sender_post_id", "id"),
        Index("ix_bulletin_postings_owner", "owner_principal_id", "id"),
        # Partial: SQLite believes that half of an index is not null, and would read every posting for a badge.
        Index(
            "ix_bulletin_postings_awaiting",
            "awaiting_since",
            "id",
            sqlite_where=text("awaiting_since IS NOT NULL"),
            postgresql_where=text("awaiting_since IS NOT NULL"),
        ),
        Index("ix_bulletin_postings_shown_to", "shown_to", "retention_years"),
    )

    id: Mapped[Key]
    category_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("bulletin_categories.id"))
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation whose posting it is: its rules count, grants over its subtree reach it."""
    author_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    """Who wrote it, in whosever name."""
    sender_kind: Mapped[Code]
    sender_name: Mapped[Name]
    """市長, 総務課 or 佐藤 花子."""
    sender_detail: Mapped[Name] = mapped_column(default="")
    """The holder of the post, or the organisation of the person or section."""
    sender_post_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_posts.id"))
    sender_rank: Mapped[int | None] = mapped_column(SmallInteger)
    sender_person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    """Whose portrait stands beside it: the person themselves, or the holder of the post when it was posted."""
    owner_principal_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_principals.id"))
    """The section whose people look after it."""
    title: Mapped[Name]
    importance: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[Code]
    shown_from: Mapped[datetime]
    shown_to: Mapped[datetime]
    listed_at: Mapped[datetime]
    """The beginning of the display, or when readers were last asked to read it again."""
    place: Mapped[int] = mapped_column(BIGINT)
    """What lists sort by, larger first: microseconds of `listed_at`, and pinned postings above all others."""
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    confirm_by: Mapped[date | None]
    """Last day for confirming."""
    has_comments: Mapped[bool] = mapped_column(default=False)
    has_reactions: Mapped[bool] = mapped_column(default=False)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    edition: Mapped[int] = mapped_column(default=1)
    """A reader has read or confirmed what they have read or confirmed in this edition."""
    addressed_count: Mapped[int] = mapped_column(default=0)
    """How many people it was addressed to when its audience was last put in force."""
    file_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many files it shows; lists mark it, and a page without files asks for none."""
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    awaiting_since: Mapped[datetime | None]
    """Since when a revision of it waits for approval."""
    version: Mapped[int] = mapped_column(default=1)
    # The long texts come last: SQLite reads a row from the left and stops where it has what it needs.
    html: Mapped[str] = mapped_column(Text, sort_order=100)
    search_text: Mapped[str] = mapped_column(Text, default="", sort_order=101)

    @property
    def is_published(self) -> bool:
        """Whether its audience may ever see it."""
        return self.state == PostingState.PUBLISHED and self.deleted_at is None


class Addressed(Base):
    """A principal that a posting addresses. Until the posting is in force, `shown_from` is `OPEN_END`."""

    __tablename__ = "bulletin_audience"
    __table_args__ = (
        Index(
            "ix_bulletin_audience_place",
            "principal_id", "place", "shown_to", "shown_from", "category_id", "edition", "needs_confirmation", "classification",
            "posting_id",
        ),
        Index(
            "ix_bulletin_audience_end",
            "principal_id", "shown_to", "posting_id", "category_id", "shown_from", "edition", "needs_confirmation",
            "classification",
        ),
    )  # fmt: skip

    posting_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey(_POSTING, ondelete="CASCADE"), primary_key=True
    )
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)
    category_id: Mapped[int] = mapped_column(BIGINT)
    place: Mapped[int] = mapped_column(BIGINT)
    shown_from: Mapped[datetime]
    shown_to: Mapped[datetime]
    edition: Mapped[int]
    needs_confirmation: Mapped[bool]
    classification: Mapped[Code] = mapped_column(server_default="1")


class Revision(Base):
    """A wording of a posting with all its settings, and what became of it.

    Title and text never change. A setting changed at once (pinned, ended) is carried into a wording that is not in force
    yet, which keeps its place as the newest.
    """

    __tablename__ = "bulletin_revisions"
    __table_args__ = (UniqueConstraint("posting_id", "number"),)

    id: Mapped[Key]
    posting_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_POSTING, ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[Code]
    title: Mapped[Name]
    html: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE)
    """Everything else that can be set, as `services.content.Content` writes it."""
    changed: Mapped[list[Any]] = mapped_column(JSON_TYPE)
    """Names of the fields that differ from the wording before."""
    is_silent: Mapped[bool] = mapped_column(default=False)
    """A correction that readers are not asked to read again."""
    made_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    made_by_name: Mapped[Name]
    made_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    decided_by_name: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(1000), default="")
    """Why it was returned."""


class Reading(Base):
    """That a person opened a posting, and that they confirmed it. State of the person, also when acting for a section."""

    __tablename__ = "bulletin_readings"

    posting_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey(_POSTING, ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    edition: Mapped[int]
    read_at: Mapped[datetime]
    confirmed_edition: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]


class Nudge(Base):
    """A reminder to those of a principal who had not confirmed yet. One row reaches all of them."""

    __tablename__ = "bulletin_nudges"
    __table_args__ = (Index("ix_bulletin_nudges_posting", "posting_id", "edition"),)

    id: Mapped[Key]
    posting_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_POSTING, ondelete="CASCADE"))
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"))
    edition: Mapped[int]
    person_count: Mapped[int]
    nudged_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    nudged_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Comment(Base):
    """A reader's word under a posting. Taken back, it leaves a mark without its text."""

    __tablename__ = "bulletin_comments"
    __table_args__ = (Index("ix_bulletin_comments_posting", "posting_id", "id"),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    posting_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_POSTING, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    person_name: Mapped[Name]
    unit_name: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BIGINT)


class Reaction(Base):
    """A person's reaction to a posting."""

    __tablename__ = "bulletin_reactions"

    posting_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey(_POSTING, ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Draft(Base):
    """What somebody was writing, exactly as it stood in the form. Nobody else ever sees it."""

    __tablename__ = "bulletin_drafts"
    __table_args__ = (Index("ix_bulletin_drafts_person", "person_id", "saved_at"),)

    id: Mapped[Key]
    uid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"))
    posting_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_POSTING, ondelete="CASCADE"))
    """The posting it would change; None for a new one."""
    title: Mapped[Name]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE)
    """Name of the form field → list of its values."""
    saved_at: Mapped[datetime]
