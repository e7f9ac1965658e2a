"""Durable events of facility booking. Payloads hold ids and field names, never content.

`facility.facility.<id>` is the topic of a facility: what happens to its bookings. `facility.group.<id>` is that of a group: that
something happened in it, for the grids. Both have no more followers than people who look at a day.
"""

from groupware.plugin import EventKind

HANDED_OUT = "facility.equipment_handed_out"
RETURNED = "facility.equipment_returned"
OVERDUE = "facility.equipment_overdue"
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
GROUP_CHANGED = "facility.group_changed"
"""Something about the bookings of a group is different: the grids look again. Said once in a unit of work."""
LEDGER_TAKEN = "facility.ledger_taken"
"""Many bookings at once from a paper ledger."""

_FIELDS = ("reservation_id", "facility_id")

EVENTS = (
    *(
        EventKind(id=kind, fields=_FIELDS)
        for kind in (
            HANDED_OUT,
            RETURNED,
            OVERDUE,
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
    EventKind(id=GROUP_CHANGED, fields=("group_id",)),
    EventKind(id=LEDGER_TAKEN, fields=("facility_id",)),
)

FACILITY = "facility.facility"
GROUP = "facility.group"


def group_topic(group_id: int) -> str:
    """Where it is told that the bookings of a group are different."""
    return f"{GROUP}.{group_id}"


def facility_topic(facility_id: int) -> str:
    """Where it is told what happens to the bookings of a facility."""
    return f"{FACILITY}.{facility_id}"
