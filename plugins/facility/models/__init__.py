"""Tables of facility booking, with the ties that `visible()` reads from them."""

from plugins.facility.models import ties
from plugins.facility.models.loans import Loan, Return
from plugins.facility.models.tables import (
    Booking,
    Facility,
    FacilityFeature,
    FacilityGroup,
    FacilityRight,
    Feature,
    Reconfirmation,
    Reservation,
    Series,
    Skipped,
    WaitingEntry,
)
from plugins.facility.models.trips import Reminder, Trip, TripRevision

__all__ = [
    "Booking",
    "Facility",
    "FacilityFeature",
    "FacilityGroup",
    "FacilityRight",
    "Feature",
    "Loan",
    "Reconfirmation",
    "Reminder",
    "Reservation",
    "Return",
    "Series",
    "Skipped",
    "Trip",
    "TripRevision",
    "WaitingEntry",
    "ties",
]
