"""The driving log 運転日誌 of cars, with what was corrected in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from groupware.access import ACTOR_PERSON, ObjectAccess, Relation
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.db import BIGINT, Base, Code, Key, Name
from groupware.i18n import lazy_gettext
from groupware.records.models import Record
from plugins.facility.permissions import MANAGE_BOOKINGS

_PEOPLE = "core_people.id"


class Trip(Record, Base):
    """A trip of a car: who drove where, how far, and the alcohol checks before and after. Names are kept as they were.

    The checks hold what 道路交通法施行規則 9条の10 (6 and 7) wants to be recorded and kept for a year.
    """

    __tablename__ = "facility_trips"
    __table_args__ = (
        CheckConstraint("end_km IS NULL OR start_km IS NULL OR end_km >= start_km", name="km"),
        CheckConstraint("returned_at IS NULL OR returned_at >= departed_at", name="time"),
        CheckConstraint("before_is_passed", name="sober"),
        Index("ix_facility_trips_facility", "facility_id", "departed_at"),
        Index("ix_facility_trips_booking", "booking_id"),
    )

    id: Mapped[Key]
    facility_id: Mapped[int] = mapped_column(BIGINT, ForeignKey("facility_facilities.id"))
    booking_id: Mapped[int | None] = mapped_column(
        BIGINT, ForeignKey("facility_bookings.id", ondelete="SET NULL")
    )
    unit_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey("core_org_units.id"))
    """The managing unit of the car when it left."""
    driver_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    driver_name: Mapped[Name]
    recorded_by: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    destination: Mapped[Name] = mapped_column(default="")
    purpose: Mapped[Name] = mapped_column(default="")
    departed_at: Mapped[datetime]
    start_km: Mapped[int | None]
    before_at: Mapped[datetime]
    before_method: Mapped[Code]
    before_checker: Mapped[Name]
    before_has_detector: Mapped[bool]
    before_is_passed: Mapped[bool]
    returned_at: Mapped[datetime | None]
    end_km: Mapped[int | None]
    after_at: Mapped[datetime | None]
    after_method: Mapped[Code] = mapped_column(default="")
    after_checker: Mapped[Name] = mapped_column(default="")
    after_has_detector: Mapped[bool] = mapped_column(default=False)
    after_is_passed: Mapped[bool | None]
    fuel: Mapped[int | None]
    """Tenths of a litre that were filled in."""
    remarks: Mapped[str] = mapped_column(String(1000), default="")
    version: Mapped[int] = mapped_column(default=1)


class TripRevision(Base):
    """What a trip said before somebody corrected it, and why they did."""

    __tablename__ = "facility_trip_revisions"

    trip_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("facility_trips.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(BIGINT, ForeignKey(_PEOPLE))
    person_name: Mapped[Name] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(String(300))
    said: Mapped[dict[str, Any]]
    """Name of a column that was changed → what it said, instants in ISO 8601."""


class Reminder(Base):
    """Somebody was reminded of something about a booking, so that it happens once."""

    __tablename__ = "facility_reminders"

    booking_id: Mapped[int] = mapped_column(
        BIGINT, ForeignKey("facility_bookings.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def _people(trip_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Trip, or_(Trip.driver_id == Principal.ref, Trip.recorded_by == Principal.ref))
        .where(Trip.id == trip_id, Principal.kind == PrincipalKind.PERSON)
    )


OWN_TRIP = or_(Trip.driver_id == ACTOR_PERSON, Trip.recorded_by == ACTOR_PERSON)
"""Whether the actor drove, or wrote the log."""
Trip.access = ObjectAccess(
    type="facility.trip",
    read=MANAGE_BOOKINGS,
    unit=Trip.unit_id,
    relations=(
        Relation(
            name="own",
            title=lazy_gettext("Drove, or wrote the log"),
            permissions=frozenset({MANAGE_BOOKINGS}),
            criterion=OWN_TRIP,
            principals=_people,
        ),
    ),
)
