"""Tables for private calendars: lists of events, tasks and notes that a person's programs keep here for this person alone.

What is in them stands in no schedule and makes nobody busy. It is kept to the letter; what queries need is beside the text.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Uid

_PEOPLE = "core_people.id"


class PrivateCalendar(Base):
    """A calendar that a program of the person made. `seq` counts its changes, `entries` and `size` what is in it now."""

    __tablename__ = "schedule_private_calendars"
    __table_args__ = (Index("ix_schedule_private_calendars_slug", "person_id", "slug", unique=True),)

    id: Mapped[Key]
    uid: Mapped[Uid]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(255))
    """The last part of its address, which the program chose."""
    components: Mapped[Code]
    """Which kinds of entries it takes, separated by a space: VEVENT, VTODO, VJOURNAL."""
    seq: Mapped[int] = mapped_column(BIGINT, default=1)
    entries: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BIGINT, default=0)
    """Bytes."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class PrivateEntry(Base):
    """An entry as a program wrote it, or where one was: then without `uid` and text, for programs that still have it."""

    __tablename__ = "schedule_private_entries"
    __table_args__ = (
        Index("ix_schedule_private_entries_name", "calendar_id", "name", unique=True),
        Index("ix_schedule_private_entries_uid", "calendar_id", "uid", unique=True),
        Index("ix_schedule_private_entries_seq", "calendar_id", "seq"),
        Index("ix_schedule_private_entries_time", "calendar_id", "last_at"),
    )

    id: Mapped[Key]
    calendar_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("schedule_private_calendars.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(255))
    uid: Mapped[str | None] = mapped_column(String(255))
    component: Mapped[Code]
    tag: Mapped[Code]
    """Differs for every text."""
    size: Mapped[int]
    seq: Mapped[int] = mapped_column(BIGINT)
    """Of which change of its calendar it is."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    """Within these it takes place, whatever its repetitions are."""
    changed_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class CalendarProperty(Base):
    """What a program of the person set about a calendar that it shows: name, colour, place in the list."""

    __tablename__ = "schedule_calendar_properties"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    """With its namespace, as `{DAV:}displayname`."""
    value: Mapped[str] = mapped_column(Text)
    """The inside of the element, as XML."""
