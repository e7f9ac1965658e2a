"""Durable events of facility booking. Payloads hold ids and field names, never content.

`facility.facility.<id>` is the topic of a facility: what happens to its bookings. It has no more followers than people who
look at its day.
"""

from groupware.plugin import EventKind

BOOKED = "facility.booking_created"
REQUESTED = "facility.booking_requested"
CONFIRMED = "facility.booking_confirmed"
REJECTED = "facility.booking_rejected"
MOVED = "facility.booking_moved"
WITHDRAWN = "facility.booking_withdrawn"
DISPLACED = "facility.booking_displaced"
CHECKED_IN = "facility.booking_checked_in"
RELEASED = "facility.booking_released"
OFFERED = "facility.booking_offered"
SERVED = "facility.booking_served"
LAPSED = "facility.offer_lapsed"
SERIES_ASKED = "facility.series_asked"
SERIES_RELEASED = "facility.series_released"
LOG_MISSING = "facility.log_missing"
LEDGER_TAKEN = "facility.ledger_taken"
"""Many bookings at once from a paper ledger."""

_FIELDS = ("reservation_id", "facility_id")

EVENTS = (
    *(
        EventKind(id=kind, fields=_FIELDS)
        for kind in (
            BOOKED,
            REQUESTED,
            CONFIRMED,
            REJECTED,
            MOVED,
            WITHDRAWN,
            DISPLACED,
            CHECKED_IN,
            RELEASED,
            OFFERED,
            SERVED,
            LAPSED,
            SERIES_ASKED,
            SERIES_RELEASED,
            LOG_MISSING,
        )
    ),
    EventKind(id=LEDGER_TAKEN, fields=("facility_id",)),
)

FACILITY = "facility.facility"


def facility_topic(facility_id: int) -> str:
    """Where it is told what happens to the bookings of a facility."""
    return f"{FACILITY}.{facility_id}"
