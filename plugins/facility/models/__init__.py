"""Tables of facility booking, with the ties that `visible()` reads from them."""

from plugins.facility.models import ties
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

__all__ = [
    "Booking",
    "Facility",
    "FacilityFeature",
    "FacilityGroup",
    "FacilityRight",
    "Feature",
    "Reconfirmation",
    "Reservation",
    "Series",
    "Skipped",
    "WaitingEntry",
    "ties",
]
