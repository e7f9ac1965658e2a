"""What programs may ask of facility booking: the same queries, services and permissions as the pages."""

from plugins.facility.api import bookings, loans, trips, waiting

COLLECTIONS = (*bookings.COLLECTIONS, waiting.COLLECTION, trips.COLLECTION, loans.COLLECTION)

__all__ = ["COLLECTIONS"]
