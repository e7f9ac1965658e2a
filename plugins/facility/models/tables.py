"""Tables of facility booking.

`facility_bookings` guards itself: of an exclusive facility no two bookings hold the same moment (an exclusion constraint on
PostgreSQL, triggers on SQLite, both in the first migration). Services lock the facilities and check before, so that people
get a sentence; the guard is there for everything else.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, JSON_TYPE, Base, Code, Key, Name, Uid
from groupware.records.models import Record
from plugins.facility.enums import Use

_PEOPLE = "core_people.id"
_FACILITY = "facility_facilities.id"
_UNIT = "core_org_units.id"


class FacilityGroup(Base):
    """Facilities that people choose among. What it decides in `terms` holds for all of them that decide nothing else."""

    __tablename__ = "facility_groups"

    id: Mapped[Key]
    uid: Mapped[Uid]
    name: Mapped[Name]
    kind: Mapped[Code]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_UNIT))
    official_order: Mapped[int] = mapped_column(default=0)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE, default=dict)
    """Id of a rule → its value here."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Facility(Base):
    """Something that is booked. With a `quantity` above one it is so many alike, which may be out at the same time."""

    __tablename__ = "facility_facilities"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_facility_facilities_group", "group_id", "official_order", "id"),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    group_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("facility_groups.id"))
    name: Mapped[Name]
    kana: Mapped[Name] = mapped_column(default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Folded name, kana, building and floor."""
    building: Mapped[Name] = mapped_column(default="")
    floor: Mapped[Code] = mapped_column(default="")
    capacity: Mapped[int] = mapped_column(default=0)
    """People; 0 where it says nothing."""
    quantity: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_UNIT))
    """The managing unit: its rules count, and grants over its subtree reach the facility."""
    contact: Mapped[Name] = mapped_column(default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    official_order: Mapped[int] = mapped_column(default=0)
    is_retired: Mapped[bool] = mapped_column(default=False)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON_TYPE, default=dict)
    """Id of a rule → its value here."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    @property
    def is_exclusive(self) -> bool:
        """Whether one booking keeps all others out."""
        return self.quantity == 1


class Feature(Base):
    """Something that facilities are sought by: a projector, access by wheelchair."""

    __tablename__ = "facility_features"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    official_order: Mapped[int] = mapped_column(default=0)


class FacilityFeature(Base):
    """A facility has a feature."""

    __tablename__ = "facility_facility_features"
    __table_args__ = (Index("ix_facility_facility_features_feature", "feature_id", "facility_id"),)

    facility_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey(_FACILITY, ondelete="CASCADE"), primary_key=True
    )
    feature_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("facility_features.id", ondelete="CASCADE"), primary_key=True
    )


class FacilityRight(Base):
    """What a principal may do with a facility; each right includes the ones before it."""

    __tablename__ = "facility_rights"
    __table_args__ = (Index("ix_facility_rights_principal", "principal_id", "right", "facility_id"),)

    facility_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey(_FACILITY, ondelete="CASCADE"), primary_key=True
    )
    right: Mapped[Code] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("core_principals.id"), primary_key=True)


class Reservation(Record, Base):
    """One act of somebody who wants facilities at some times. Names are kept as they were."""

    __tablename__ = "facility_reservations"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_uid"),
        Index("ix_facility_reservations_booker", "booker_id", "id"),
        Index("ix_facility_reservations_user", "user_id", "id"),
    )

    id: Mapped[Key]
    title: Mapped[Name]
    note: Mapped[str] = mapped_column(String(1000), default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    """Others see who has the facility, and not what for."""
    booker_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    user_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    """For whom it is."""
    user_name: Mapped[Name] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_UNIT))
    """The organisation of the booker when they booked."""
    contact: Mapped[Name] = mapped_column(default="")
    """An extension, or whatever finds the person by telephone."""
    source_kind: Mapped[Code] = mapped_column(default="")
    source_uid: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    """What it belongs to elsewhere, e.g. an event of the schedule: opaque, resolved by whoever gave it."""


class Booking(Base):
    """A facility at a time. `busy_from` to `busy_until` is the time with the pauses around it."""

    __tablename__ = "facility_bookings"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="time"),
        CheckConstraint("busy_from <= starts_at AND ends_at <= busy_until", name="busy"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_facility_bookings_busy", "facility_id", "busy_until", "busy_from"),
        Index("ix_facility_bookings_reservation", "reservation_id", "starts_at"),
        Index("ix_facility_bookings_status", "status", "starts_at"),
        Index(
            "ix_facility_bookings_check_in",
            "check_in_by",
            sqlite_where=text("check_in_by IS NOT NULL"),
            postgresql_where=text("check_in_by IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    reservation_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("facility_reservations.id", ondelete="CASCADE")
    )
    facility_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_FACILITY))
    use: Mapped[Code] = mapped_column(default=Use.USE.value)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_from: Mapped[datetime]
    busy_until: Mapped[datetime]
    quantity: Mapped[int] = mapped_column(default=1)
    status: Mapped[Code]
    holds: Mapped[bool]
    """Whether it keeps others out: a confirmed one does, a requested one where the facility's terms say so."""
    is_exclusive: Mapped[bool]
    """The facility's when it was booked: what the database guards."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    """What was said when it was not granted. Empty where a rival won, or somebody with precedence took the place."""
    decided_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    decided_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    check_in_by: Mapped[datetime | None]
    """When it is released unless somebody checks in before. None where nobody has to, or somebody has."""
    version: Mapped[int] = mapped_column(default=1)


class Series(Base):
    """How the times of a reservation were found, as it was asked for. The bookings are the times themselves."""

    __tablename__ = "facility_series"

    reservation_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("facility_reservations.id", ondelete="CASCADE"), primary_key=True
    )
    rule: Mapped[str] = mapped_column(String(500))
    """An RRULE of RFC 5545 without its name."""
    holidays: Mapped[Code]
    """What becomes of days off: keep, skip, previous or next."""


class Skipped(Base):
    """A time of a series that could not be had. It stays here, so that it can be tried again."""

    __tablename__ = "facility_skipped"

    reservation_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("facility_reservations.id", ondelete="CASCADE"), primary_key=True
    )
    facility_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_FACILITY), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    quantity: Mapped[int] = mapped_column(default=1)


class Reconfirmation(Base):
    """When somebody was asked last whether a series still takes place, and when somebody said so."""

    __tablename__ = "facility_reconfirmations"

    reservation_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("facility_reservations.id", ondelete="CASCADE"), primary_key=True
    )
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime | None] = mapped_column(index=True)
    """Until when an answer is awaited; None if none is."""
    confirmed_at: Mapped[datetime | None]


class WaitingEntry(Base):
    """Somebody waits for a time that is taken: of one facility, or of any in its group that has the `capacity`.

    They need as long as from `last_start` to `ends_at`, anywhere within the time; all of it where `last_start` is its beginning.
    Who came first has the smaller id. What is offered to them is a booking of `reservation_id` that is kept until `offered_until`.
    """

    __tablename__ = "facility_waiting"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="time"),
        CheckConstraint("starts_at <= last_start AND last_start < ends_at", name="last_start"),
        Index("ix_facility_waiting_group", "state", "group_id", "starts_at"),
        Index("ix_facility_waiting_person", "person_id", "starts_at"),
    )

    id: Mapped[Key]
    uid: Mapped[Uid]
    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    person_name: Mapped[Name]
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_UNIT))
    group_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("facility_groups.id"))
    facility_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_FACILITY))
    capacity: Mapped[int] = mapped_column(default=0)
    quantity: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    last_start: Mapped[datetime]
    title: Mapped[Name]
    contact: Mapped[Name] = mapped_column(default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    books_at_once: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Code]
    reservation_id: Mapped[int | None] = mapped_column(
        BIGINT, ForeignKey("facility_reservations.id", ondelete="CASCADE"), index=True
    )
    offered_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
