"""Pages of facility booking."""

from plugins.facility.views import day, editor, listing, managing, own, requests, reservation, search
from plugins.facility.views.blueprint import blueprint

__all__ = ["blueprint", "day", "editor", "listing", "managing", "own", "requests", "reservation", "search"]
