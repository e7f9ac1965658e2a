"""Pages of the schedule."""

from plugins.schedule.views import (
    calendar,
    editor,
    event,
    feed,
    files,
    finding,
    kinds,
    listing,
    organisation,
    places,
    polls,
    programs,
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
    "feed",
    "files",
    "finding",
    "kinds",
    "listing",
    "organisation",
    "places",
    "polls",
    "programs",
    "reminders",
    "rooms",
    "secretaries",
    "talk",
    "year",
]
