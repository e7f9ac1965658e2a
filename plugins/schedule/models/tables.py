"""Tables of the schedule.

An event of a person or organisation stands in `schedule_spans` or `schedule_unit_spans` once for each week that an occurrence touches.
Both are keyed by calendar and week, so the week of a section is as many look-ups as it has people, whatever else happened and
however long an event is. They are derived: `services.spanning.span` alone writes them.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code, Key, Name, Uid
from groupware.records.models import Record

_PEOPLE = "core_people.id"
_EVENT = "schedule_events.id"
_UNIT = "core_org_units.id"
_IS_OF_SERIES = text("series_id IS NOT NULL")
"""The few events that belong to a series. With all the others in its index SQLite would rather read the whole table."""

_IS_OF_ALL, _IS_OF_UNIT = text("unit_id IS NULL"), text("unit_id IS NOT NULL")


class Kind(Base):
    """A kind of event 予定種別 with its colour; without a unit it is for the whole municipality."""

    __tablename__ = "schedule_kinds"
    __table_args__ = (
        Index(
            "ix_schedule_kinds_name",
            "name",
            unique=True,
            sqlite_where=_IS_OF_ALL,
            postgresql_where=_IS_OF_ALL,
        ),
        Index(
            "ix_schedule_kinds_unit_name",
            "unit_id",
            "name",
            unique=True,
            sqlite_where=_IS_OF_UNIT,
            postgresql_where=_IS_OF_UNIT,
        ),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    name: Mapped[Name]
    hue: Mapped[Code] = mapped_column(default="blue")
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_UNIT))
    official_order: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class Event(Record, Base):
    """An event, or a series of them. `starts_at` and `ends_at` are those of the first occurrence.

    Whole days begin and end at midnight of `zone`. A changed occurrence of a series is an event with `series_id` and
    `original_start`; the series leaves it out.
    """

    __tablename__ = "schedule_events"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        Index(
            "ix_schedule_events_series",
            "series_id",
            "original_start",
            sqlite_where=_IS_OF_SERIES,
            postgresql_where=_IS_OF_SERIES,
        ),
        Index("ix_schedule_events_spanned", "spanned_until"),
        Index("ix_schedule_events_organiser", "organiser_id", "starts_at"),
        Index("ix_schedule_events_ends", "ends_at"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_UNIT))
    """The organisation of the organiser: its rules count, grants over its subtree reach the event."""
    organiser_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    created_by: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    title: Mapped[Name]
    kind_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("schedule_kinds.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    is_all_day: Mapped[bool] = mapped_column(default=False)
    place: Mapped[Name] = mapped_column(default="")
    web_meeting: Mapped[str] = mapped_column(String(500), default="")
    is_tentative: Mapped[bool] = mapped_column(default=False)
    is_important: Mapped[bool] = mapped_column(default=False)
    is_busy: Mapped[bool] = mapped_column(default=True)
    """Whether those who take part are taken for busy."""
    visibility: Mapped[Code] = mapped_column(default="everyone")
    calendar_unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_UNIT))
    """The organisation in whose calendar it stands."""
    zone: Mapped[Code] = mapped_column(default="Asia/Tokyo")
    rule: Mapped[str] = mapped_column(String(500), default="")
    """The recurrence rule of RFC 5545; empty for what happens once or on chosen days."""
    days: Mapped[list[Any]] = mapped_column(default=list)
    """Further chosen starts, as wall-clock texts of `zone`."""
    left_out: Mapped[list[Any]] = mapped_column(default=list)
    """Starts by the rule at which it does not happen."""
    holidays: Mapped[Code] = mapped_column(default="keep")
    series_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"))
    original_start: Mapped[Code | None]
    """Which occurrence of its series it stands for, as a wall-clock text."""
    spanned_until: Mapped[datetime | None]
    """Up to when the spans of an unending series are written; None where all are."""
    file_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many files it shows: without any, none are asked for."""
    poll_uid: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    """The date poll that it holds a slot for."""
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    # Last: SQLite reads a row from the left and stops where it has what it needs.
    text: Mapped[str] = mapped_column(Text, default="", sort_order=100)
    search_text: Mapped[str] = mapped_column(Text, default="", sort_order=101)

    @property
    def is_series(self) -> bool:
        """Whether it happens more than once."""
        return bool(self.rule or self.days)


class Invited(Base):
    """What was chosen as participant: a person, or a principal that stood for people."""

    __tablename__ = "schedule_invited"

    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)
    place: Mapped[int] = mapped_column(default=0)


class Participant(Base):
    """A person who takes part, as themselves or as part of what was invited, and what they have answered."""

    __tablename__ = "schedule_participants"
    __table_args__ = (Index("ix_schedule_participants_person", "person_id", "event_id"),)

    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    answer: Mapped[Code] = mapped_column(default="needs_action")
    answered_at: Mapped[datetime | None]


class Guest(Base):
    """Somebody from outside, by name."""

    __tablename__ = "schedule_guests"

    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Name]


class Viewer(Base):
    """A principal that sees an event whose visibility is "chosen"."""

    __tablename__ = "schedule_viewers"

    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)


class Engaged(Base):
    """A principal that an event in the calendar of an organisation makes busy, as far as it belongs there: 局長級 on council days."""

    __tablename__ = "schedule_engaged"

    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"), primary_key=True)
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)


class Change(Base):
    """A line of the history: who did what when; the names of the fields, never their content."""

    __tablename__ = "schedule_changes"
    __table_args__ = (Index("ix_schedule_changes_event", "event_id", "id"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_EVENT, ondelete="CASCADE"))
    act: Mapped[Code]
    changed: Mapped[list[Any]] = mapped_column(default=list)
    made_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    made_by_name: Mapped[Name]
    made_for: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    """For whom it was done, where somebody acted as a secretary."""
    made_for_name: Mapped[Name] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]


class _Spanned:
    """An occurrence as it touches one week. Derived, so without the cost of foreign keys; `week` counts Mondays."""

    week: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(BIGINT, primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    is_busy: Mapped[bool]
    original: Mapped[Code]
    """Wall-clock start by the rule, which names the occurrence of a series."""


class Span(_Spanned, Base):
    """In the calendar of a person."""

    __tablename__ = "schedule_spans"
    __table_args__ = (
        Index("ix_schedule_spans_event", "event_id"),
        Index("ix_schedule_spans_starts", "starts_at"),
        {"sqlite_with_rowid": False},
    )

    person_id: Mapped[int] = mapped_column(BIGINT, primary_key=True, sort_order=-1)


class UnitSpan(_Spanned, Base):
    """In the calendar of an organisation."""

    __tablename__ = "schedule_unit_spans"
    __table_args__ = (
        Index("ix_schedule_unit_spans_event", "event_id"),
        {"sqlite_with_rowid": False},
    )

    unit_id: Mapped[int] = mapped_column(BIGINT, primary_key=True, sort_order=-1)
