"""What can be said without writing: reactions to a message, and stamps that are one. Few, and each with a word."""

from enum import StrEnum

from groupware.i18n import lazy_pgettext
from groupware.plugin import Text


class ReactionKind(StrEnum):
    """An answer to a message that needs no message."""

    UNDERSTOOD = "understood"
    THANKS = "thanks"
    GOOD = "good"
    LOOKING = "looking"
    DONE = "done"
    CHEERS = "cheers"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return _REACTIONS[self][0]

    @property
    def icon(self) -> str:
        """The drawing beside the word."""
        return _REACTIONS[self][1]


_REACTIONS = {
    ReactionKind.UNDERSTOOD: (lazy_pgettext("reaction", "Understood"), "check"),
    ReactionKind.THANKS: (lazy_pgettext("reaction", "Thank you"), "heart"),
    ReactionKind.GOOD: (lazy_pgettext("reaction", "Good"), "thumbs-up"),
    ReactionKind.LOOKING: (lazy_pgettext("reaction", "Looking into it"), "eye"),
    ReactionKind.DONE: (lazy_pgettext("reaction", "Done"), "check-check"),
    ReactionKind.CHEERS: (lazy_pgettext("reaction", "Well done"), "smile"),
}


class Stamp(StrEnum):
    """A drawing with a few words, sent as a message."""

    TEA = "tea"
    BOW = "bow"
    CONSENT = "consent"
    PLEASE = "please"
    MOMENT = "moment"
    CONGRATULATIONS = "congratulations"

    @property
    def label(self) -> Text:
        """What it says. It is the text of the message as well."""
        return _STAMPS[self]


_STAMPS = {
    Stamp.TEA: lazy_pgettext("stamp", "Thank you for your hard work."),
    Stamp.BOW: lazy_pgettext("stamp", "Thank you very much."),
    Stamp.CONSENT: lazy_pgettext("stamp", "Understood."),
    Stamp.PLEASE: lazy_pgettext("stamp", "Could you please see to it?"),
    Stamp.MOMENT: lazy_pgettext("stamp", "One moment, please."),
    Stamp.CONGRATULATIONS: lazy_pgettext("stamp", "Congratulations!"),
}
