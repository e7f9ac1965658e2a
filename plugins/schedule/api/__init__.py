"""The schedule for programs."""

from plugins.schedule.api import events, polls, special

COLLECTIONS = (*events.COLLECTIONS, *polls.COLLECTIONS, *special.COLLECTIONS)

__all__ = ["COLLECTIONS"]
