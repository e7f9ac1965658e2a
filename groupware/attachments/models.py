"""Tables of attachments: contents, the names they have with their owners, and uploads on their way."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from groupware.attachments.enums import ContentState, SanitiserState
from groupware.db import BIGINT, Base, Code, Key


class StoredFile(Base):
    """A content, stored once however many attachments show it. It goes when the last of them has gone."""

    __tablename__ = "core_stored_files"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in ContentState)})", name="state"),
        CheckConstraint("size >= 0", name="size"),
    )

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the content, in hexadecimal digits."""
    address: Mapped[str] = mapped_column(String(64), unique=True)
    """Under which the storage keeps it: the digest, or a keyed hash of it where contents are sealed."""
    size: Mapped[int] = mapped_column(BIGINT)
    """Bytes of the content; what lies on the disk is a little more where it is sealed."""
    media_type: Mapped[str] = mapped_column(String(127))
    """Told by the content, never by what the browser said."""
    pages: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many pictures were drawn of it, to look at it without taking it."""
    state: Mapped[Code] = mapped_column(default=ContentState.READY.value)
    finding: Mapped[str] = mapped_column(String(200), default="")
    """What the examination found, e.g. the name of a virus."""
    number_found_at: Mapped[datetime | None] = mapped_column(index=True)
    """When something that looks like an individual number was found in its words; never the number."""
    created_at: Mapped[datetime]


class Sanitised(Base):
    """How far a content has come on its way to other zones, and what the sanitiser made of it."""

    __tablename__ = "core_sanitised_files"
    __table_args__ = (
        CheckConstraint(
            f"state IN ({', '.join(repr(state.value) for state in SanitiserState)})", name="state"
        ),
        CheckConstraint("(state = 'sanitised') = (result_id IS NOT NULL)", name="result"),
        Index("ix_core_sanitised_files_result", "result_id"),
    )

    stored_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("core_stored_files.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[Code] = mapped_column(default=SanitiserState.UNPROCESSED.value)
    result_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_stored_files.id"))
    """The content that may cross; itself, if it is a result already."""
    finding: Mapped[str] = mapped_column(String(200), default="")
    """Why the sanitiser refused it."""
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Attachment(Base):
    """A file as people see it: a name for a content, belonging to one thing, or to nothing yet."""

    __tablename__ = "core_attachments"
    __table_args__ = (
        CheckConstraint("(owner_type = '') = (owner_id IS NULL)", name="owner"),
        Index("ix_core_attachments_owner", "owner_type", "owner_id", "position"),
        Index("ix_core_attachments_stored", "stored_id"),
        Index("ix_core_attachments_person", "person_id"),
        Index("ix_core_attachments_unit", "unit_id"),
    )

    id: Mapped[Key]
    uid: Mapped[uuid.UUID] = mapped_column(Uuid, default=uuid.uuid4, unique=True)
    """Wholly random, unlike other uids: it stands in addresses of files and is not to be guessed from its neighbours."""
    stored_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_stored_files.id"))
    name: Mapped[str] = mapped_column(String(255))
    owner_type: Mapped[Code] = mapped_column(default="")
    """The id of a declared `AttachmentOwner`; empty until something owns it."""
    owner_id: Mapped[int | None] = mapped_column(BIGINT)
    is_shown: Mapped[bool] = mapped_column(default=False)
    """Whether it is among the files of its owner now; a proposed or former one is only for who manages the owner."""
    position: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The organisation that it counts for."""
    zone: Mapped[Code]
    """Where it came in (administration.md 24)."""
    released_at: Mapped[datetime | None]
    """When somebody answered for it that what was found is no individual number, or may stand there; who and why is in the audit."""
    created_at: Mapped[datetime]


class Upload(Base):
    """A file on its way. `received` bytes of it lie in the storage; the next piece begins there."""

    __tablename__ = "core_uploads"
    __table_args__ = (
        UniqueConstraint("person_id", "fingerprint"),
        CheckConstraint("received >= 0 AND received <= size", name="received"),
        Index("ix_core_uploads_touched", "touched_at"),
    )

    id: Mapped[Key]
    uid: Mapped[uuid.UUID] = mapped_column(Uuid, default=uuid.uuid4, unique=True)
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BIGINT)
    received: Mapped[int] = mapped_column(BIGINT, default=0)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """By which the browser recognises the file after a reload, so that it goes on where it was."""
    zone: Mapped[Code]
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
