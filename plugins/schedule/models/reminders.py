"""When people are reminded of their events."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code

_PEOPLE = "core_people.id"


class Reminder(Base):
    """What a person chose for one event: so many minutes before, `enums.NO_REMINDER` for not at all."""

    __tablename__ = "schedule_reminders"
    __table_args__ = (Index("ix_schedule_reminders_person", "person_id"),)

    event_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("schedule_events.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[int]


class ReminderHabit(Base):
    """What a person chose for all events about which they say nothing; without a row the rule of their bureau counts."""

    __tablename__ = "schedule_reminder_habits"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[int]


class Progress(Base):
    """Up to when a repeating job has done its work, so that a restart neither leaves out nor repeats anything."""

    __tablename__ = "schedule_progress"

    name: Mapped[Code] = mapped_column(primary_key=True)
    until: Mapped[datetime]
