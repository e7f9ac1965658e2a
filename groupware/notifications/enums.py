"""Words of notifications: the ways on which people are told, and how often mail goes out."""

from enum import StrEnum

from groupware.i18n import lazy_pgettext
from groupware.plugin import Text


class Channel(StrEnum):
    """A way on which somebody is told that something is new."""

    TIMELINE = "timeline"
    MAIL = "mail"
    DESKTOP = "desktop"
    """A window of the desktop, while a page is open; it announces what comes into the timeline."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return CHANNEL_LABELS[self]


CHANNEL_LABELS = {
    Channel.TIMELINE: lazy_pgettext("channel", "Timeline"),
    Channel.MAIL: lazy_pgettext("channel", "Mail"),
    Channel.DESKTOP: lazy_pgettext("channel", "Desktop"),
}


class Rhythm(StrEnum):
    """How often mail goes out to a person."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return RHYTHM_LABELS[self]


RHYTHM_LABELS = {
    Rhythm.AT_ONCE: lazy_pgettext("rhythm", "At once"),
    Rhythm.HOURLY: lazy_pgettext("rhythm", "Together, every hour"),
    Rhythm.DAILY: lazy_pgettext("rhythm", "Together, once a day"),
}
