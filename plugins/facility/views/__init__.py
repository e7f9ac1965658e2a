"""Pages of facility booking."""

from plugins.facility.views import (
    attending,
    day,
    desk,
    door,
    editor,
    ledger,
    listing,
    managing,
    master,
    own,
    queue,
    requests,
    reservation,
    search,
    trips,
    usage,
)
from plugins.facility.views.blueprint import blueprint

__all__ = [
    "attending",
    "blueprint",
    "day",
    "desk",
    "door",
    "editor",
    "ledger",
    "listing",
    "managing",
    "master",
    "own",
    "queue",
    "requests",
    "reservation",
    "search",
    "trips",
    "usage",
]
