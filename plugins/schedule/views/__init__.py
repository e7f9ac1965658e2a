"""Pages of the schedule."""

from plugins.schedule.views import (
    calendar,
    editor,
    event,
    finding,
    kinds,
    listing,
    organisation,
    places,
    polls,
    reminders,
    rooms,
    secretaries,
    talk,
    year,
)
from plugins.schedule.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "calendar",
    "editor",
    "event",
    "finding",
    "kinds",
    "listing",
    "organisation",
    "places",
    "polls",
    "reminders",
    "rooms",
    "secretaries",
    "talk",
    "year",
]
