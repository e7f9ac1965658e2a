"""Tables of the timeline, of how people want to be told, and of mail that waits."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key


class Notice(Base):
    """One line in the timeline of a person. The same kind about the same thing has one line, which comes up again.

    Lines of several kinds about the same thing stand as one, and count as one at the bell.
    """

    __tablename__ = "core_notices"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id"),
        Index("ix_core_notices_timeline", "person_id", "at", "id"),
        Index("ix_core_notices_unread", "person_id", "read_at"),
        Index("ix_core_notices_subject", "kind", "subject_id"),
        Index("ix_core_notices_thing", "person_id", "thing", "subject_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    kind: Mapped[Code]
    thing: Mapped[Code]
    """What sort of thing it is about; kinds that share it share the key."""
    subject_id: Mapped[int] = mapped_column(BIGINT)
    """What it is about, by the key that the kind names."""
    caused_by: Mapped[int | None] = mapped_column(BIGINT)
    at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=1)
    """How often it happened since the person last read it."""
    read_at: Mapped[datetime | None]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    desktop_at: Mapped[datetime | None]
    """From when on the desktop may announce it; None: it must not."""


class NoticeChoice(Base):
    """What a person has chosen for a kind. What is None, and every kind without a row, is as the bureau has it."""

    __tablename__ = "core_notice_choices"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"), primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    by_timeline: Mapped[bool | None]
    by_mail: Mapped[bool | None]
    by_desktop: Mapped[bool | None]


class NoticePreference(Base):
    """When a person wants mail and desktop. Empty is as the bureau has it; it can only be made stricter."""

    __tablename__ = "core_notice_preferences"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"), primary_key=True)
    mail_rhythm: Mapped[Code] = mapped_column(default="")
    daily_at: Mapped[Code] = mapped_column(default="08:30")
    """Wall-clock time, for mail once a day."""
    is_quiet: Mapped[bool] = mapped_column(default=False)
    """Only in working time, also where the bureau does not ask for it."""
    quiet_until: Mapped[Code] = mapped_column(default="")
    quiet_from: Mapped[Code] = mapped_column(default="")
    """Narrower hours than the working hours: nothing before the one and after the other."""
    urgent_waits: Mapped[bool] = mapped_column(default=False)


class MailItem(Base):
    """Something that a person is to be told by mail, written in the transaction of its line in the timeline."""

    __tablename__ = "core_mail_items"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id"),
        Index("ix_core_mail_items_due", "due_at", "person_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"))
    kind: Mapped[Code]
    thing: Mapped[Code]
    subject_id: Mapped[int] = mapped_column(BIGINT)
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the mail server put it off."""
    letter: Mapped[Code] = mapped_column(default="")
    """The mail that it was put into, before that was handed over: a second attempt carries the same Message-ID."""


class MailRefusal(Base):
    """An address that the mail server refused for good. Nothing is sent there until somebody takes the row away."""

    __tablename__ = "core_mail_refusals"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_people.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    code: Mapped[int]
    reply: Mapped[str] = mapped_column(String(500))
    """What the server said."""
    at: Mapped[datetime]
