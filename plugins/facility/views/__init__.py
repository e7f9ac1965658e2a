"""Pages of facility booking."""

from plugins.facility.views import day, editor, own, reservation
from plugins.facility.views.blueprint import blueprint

__all__ = ["blueprint", "day", "editor", "own", "reservation"]
