"""Pages of the schedule."""

from plugins.schedule.views import calendar, editor, event, organisation
from plugins.schedule.views.blueprint import blueprint

__all__ = ["blueprint", "calendar", "editor", "event", "organisation"]
