"""Tables of the search: what can be found, and how far each kind has been indexed.

The index itself belongs to one database alone and is made by the migration: on SQLite the FTS5 table `search_index`, on
PostgreSQL the columns `grams` and `title_grams` of the documents. `stores` alone knows them.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Ref


class Document(Base):
    """A text that can be found: a thing of some kind, or (`part`) a file that belongs to it.

    The id says when: seconds since 1970, then 16 bits that tell apart what happened in one second. Newest first is the
    order of the index itself, so that a search ends as soon as a page is full, and a range of days is a range of ids.
    """

    __tablename__ = "core_search_documents"
    __table_args__ = (UniqueConstraint("kind", "key", "part"),)

    id: Mapped[Key] = mapped_column(autoincrement=False)
    kind: Mapped[Code]
    """The id of the declared `SearchKind`."""
    key: Mapped[Ref]
    part: Mapped[int] = mapped_column(BIGINT, default=0)
    """0 is the thing itself; otherwise the id of the attachment whose text this is."""
    container_id: Mapped[int | None] = mapped_column(BIGINT)
    """What decides who may see it, where that is not the thing itself."""
    unit_id: Mapped[int | None] = mapped_column(BIGINT)
    person_id: Mapped[int | None] = mapped_column(BIGINT)
    name: Mapped[str] = mapped_column(String(255), default="")
    """The name of the file."""
    folded: Mapped[str] = mapped_column(Text, sort_order=100)
    """Title, text and dates, one line each, as `entry.folded_lines` makes them."""


class IndexState(Base):
    """How far the documents of a kind have been made, and by which version of folding and tokeniser."""

    __tablename__ = "core_search_states"

    kind: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[Code]
    through: Mapped[int] = mapped_column(BIGINT, default=0)
    """The last key of a run that is under way."""
    completed_at: Mapped[datetime | None]


class FileText(Base):
    """The words of a stored content, for as long as there is the content."""

    __tablename__ = "core_file_texts"

    stored_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_stored_files.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    state: Mapped[Code]
    extracted_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text, default="", sort_order=100)
