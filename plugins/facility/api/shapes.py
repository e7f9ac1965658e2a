"""What facilities and bookings look like to programs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from groupware.api.shapes import Id, Input, Instant, Output, Text
from plugins.facility.enums import GroupKind, Status


class FacilityArguments(Input):
    """Which facilities; empty is all that the person may see. With `free_from` and `free_until` only what is free all the time."""

    q: Text = ""
    kind: GroupKind | None = None
    building: Text = ""
    capacity: Annotated[int, Field(ge=0, le=100_000)] = 0
    free_from: Instant | None = None
    free_until: Instant | None = None


class FacilityItem(Output):
    """A facility. `can_book` says whether the person may book it, `needs_approval` whether that is tentative at first."""

    uid: UUID
    name: str
    kind: GroupKind
    group: str
    building: str
    floor: str
    capacity: int
    quantity: int
    contact: str
    can_book: bool
    needs_approval: bool


class FacilityView(FacilityItem):
    """A facility with the terms that hold: minutes, `opens` and `closes` counted from midnight."""

    note: str
    features: list[str]
    opens: int
    closes: int
    window_days: int
    shortest_minutes: int
    longest_minutes: int
    unit_minutes: int
    minutes_before: int
    minutes_after: int


class BusyArguments(Input):
    """A window of at most 62 days; the next seven without one."""

    since: Instant | None = None
    until: Instant | None = None


class BusyTime(Output):
    """A time at which the facility is held, the pauses around it included."""

    starts_at: datetime
    ends_at: datetime
    is_confirmed: bool


class BusyView(Output):
    """When the facility is held."""

    times: list[BusyTime]


class BookingArguments(Input):
    """The person's own bookings: to come, or with `is_past` the latest others."""

    is_past: bool = False


class BookingItem(Output):
    """A facility at a time. `reservation` is the act that it came from."""

    uid: UUID
    reservation: UUID
    facility: str
    title: str
    starts_at: datetime
    ends_at: datetime
    quantity: int
    status: Status


class BookingPart(Output):
    """One booking of a reservation. `reason` is what was said when it was not granted.

    What has a `check_in_by` is released then unless somebody checks in before.
    """

    uid: UUID
    facility: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    quantity: int
    status: Status
    reason: str
    check_in_by: datetime | None
    checked_in_at: datetime | None


class ReservationView(Output):
    """A reservation with its bookings, as far as the person may see them; a private title is empty for others."""

    uid: UUID
    title: str
    note: str
    contact: str
    is_private: bool
    user: Id | None
    user_name: str
    created_at: datetime
    bookings: list[BookingPart]


class WantedFacility(Input):
    """A facility, and how many of it."""

    uid: UUID
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1


class WantedTime(Input):
    """A time, half-open."""

    starts_at: Instant
    ends_at: Instant


class NewReservation(Input):
    """Everything is booked, or nothing. `takes_what_is_free` leaves out the times at which not everything can be had."""

    title: Annotated[Text, Field(max_length=100)]
    facilities: Annotated[list[WantedFacility], Field(min_length=1, max_length=50)]
    times: Annotated[list[WantedTime], Field(min_length=1, max_length=400)]
    note: Annotated[Text, Field(max_length=1000)] = ""
    contact: Annotated[Text, Field(max_length=100)] = ""
    user: Id | None = None
    is_private: bool = False
    takes_what_is_free: bool = False


class ReservationChange(NewReservation):
    """What a reservation is to be from now on."""
