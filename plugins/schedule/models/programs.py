"""Tables for the calendar programs of people: phones, Thunderbird, Outlook.

What a program knows an event by is its *family*: a series with its changed occurrences, or an event that happens once. The
family has the key of the series.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base

_PEOPLE = "core_people.id"
_EVENT = "schedule_events.id"


class Told(Base):
    """How a family is told to programs. Whatever changes in it, an answer as well, raises `serial` and empties `text`."""

    __tablename__ = "schedule_told"
    __table_args__ = (Index("ix_schedule_told_uid", "ical_uid"),)

    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    ical_uid: Mapped[str] = mapped_column(String(255), default="")
    """The UID that it came with; empty for what began here, whose UID is that of the event."""
    serial: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text, default="")
    """The iCalendar text for those who see all of it; derived, empty until somebody has asked."""


class Copy(Base):
    """A family as a person's own program wrote it, to the letter: with alarms and properties that concern nobody else."""

    __tablename__ = "schedule_copies"
    __table_args__ = (Index("ix_schedule_copies_name", "person_id", "name", unique=True),)

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    """The last part of its address, which the program chose."""
    serial: Mapped[int] = mapped_column(default=1)
    told_serial: Mapped[int]
    """Of which state of the family the text says everything."""
    is_hidden: Mapped[bool] = mapped_column(default=False)
    """The person deleted what somebody else invited them to; it comes back when they no longer decline."""
    text: Mapped[str] = mapped_column(Text)


class Followed(Base):
    """A calendar that some program follows. `seq` counts its changes; calendars that nobody follows cost nothing."""

    __tablename__ = "schedule_followed"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BIGINT, default=1)
    changed_at: Mapped[datetime]


class Moved(Base):
    """When a family last changed in a followed calendar, or left it."""

    __tablename__ = "schedule_moved"
    __table_args__ = (Index("ix_schedule_moved_seq", "person_id", "seq"),)

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BIGINT)
