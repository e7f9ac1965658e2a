"""Pages of facility booking."""

from plugins.facility.views import reservation
from plugins.facility.views.blueprint import blueprint

__all__ = ["blueprint", "reservation"]
