"""Pages of the timeline: reading it, choosing what comes on which way, mail that could not be delivered."""

from groupware.notifications.views import mail, settings, timeline
from groupware.notifications.views.blueprint import blueprint

__all__ = ["blueprint", "mail", "settings", "timeline"]
