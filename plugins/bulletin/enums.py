"""Closed lists of the board. The values are stored; the words on screen are in the catalogue."""

from enum import IntEnum, StrEnum

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Text

OWNER = "bulletin.posting"
DRAFT_OWNER = "bulletin.draft"
"""What attachments of the board belong to."""


class Right(StrEnum):
    """What a category allows a principal. Each includes the ones before it."""

    READ = "read"
    POST = "post"
    MANAGE = "manage"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return RIGHT_LABELS[self]


RIGHT_LABELS = {
    Right.READ: lazy_pgettext("category right", "Read"),
    Right.POST: lazy_pgettext("category right", "Post"),
    Right.MANAGE: lazy_pgettext("category right", "Manage"),
}


class SenderKind(StrEnum):
    """In whose name a posting speaks."""

    PERSON = "person"
    POST = "post"
    SECTION = "section"


class Importance(IntEnum):
    """How loudly a posting speaks; the larger, the louder."""

    STANDARD = 0
    IMPORTANT = 1
    URGENT = 2

    @property
    def label(self) -> Text:
        """The word on screen."""
        return IMPORTANCE_LABELS[self]


IMPORTANCE_LABELS = {
    Importance.STANDARD: lazy_pgettext("importance", "Standard"),
    Importance.IMPORTANT: lazy_pgettext("importance", "Important"),
    Importance.URGENT: lazy_pgettext("importance", "Urgent"),
}


class PostingState(StrEnum):
    """Whether a posting is in force. What its dates make of it is its `Phase`."""

    AWAITING = "awaiting"
    RETURNED = "returned"
    PUBLISHED = "published"


class Phase(StrEnum):
    """Where a posting stands at a moment, as people say it."""

    AWAITING = "awaiting"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    DISPLAYED = "displayed"
    ENDED = "ended"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return PHASE_LABELS[self]

    @property
    def kind(self) -> str:
        """The kind of status mark it is shown with."""
        return PHASE_KINDS[self]


PHASE_LABELS = {
    Phase.AWAITING: lazy_gettext("Awaiting approval"),
    Phase.RETURNED: lazy_pgettext("posting", "Returned"),
    Phase.SCHEDULED: lazy_pgettext("posting", "Scheduled"),
    Phase.DISPLAYED: lazy_pgettext("posting", "On display"),
    Phase.ENDED: lazy_pgettext("posting", "Ended"),
}
PHASE_KINDS = {
    Phase.AWAITING: "waiting",
    Phase.RETURNED: "caution",
    Phase.SCHEDULED: "info",
    Phase.DISPLAYED: "positive",
    Phase.ENDED: "neutral",
}


class RevisionState(StrEnum):
    """What became of a wording."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    RETURNED = "returned"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return REVISION_LABELS[self]


REVISION_LABELS = {
    RevisionState.PROPOSED: lazy_gettext("Awaiting approval"),
    RevisionState.IN_FORCE: lazy_pgettext("revision", "Published"),
    RevisionState.RETURNED: lazy_pgettext("posting", "Returned"),
    RevisionState.SUPERSEDED: lazy_pgettext("revision", "Replaced before approval"),
}


class ReactionKind(StrEnum):
    """A word that needs no sentence."""

    LIKE = "like"
    THANKS = "thanks"
    UNDERSTOOD = "understood"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return REACTION_LABELS[self]

    @property
    def icon(self) -> str:
        """Its picture."""
        return REACTION_ICONS[self]


REACTION_LABELS = {
    ReactionKind.LIKE: lazy_pgettext("reaction", "Good"),
    ReactionKind.THANKS: lazy_pgettext("reaction", "Thank you"),
    ReactionKind.UNDERSTOOD: lazy_pgettext("reaction", "Understood"),
}
REACTION_ICONS = {
    ReactionKind.LIKE: "thumbs-up",
    ReactionKind.THANKS: "heart",
    ReactionKind.UNDERSTOOD: "check",
}


class ApprovalNeed(StrEnum):
    """When a bureau wants a second person to approve (rule `bulletin.approval`)."""

    NEVER = "never"
    ALL_STAFF = "all_staff"
    ALWAYS = "always"


class AllStaffBy(StrEnum):
    """Who may address all staff without the permission for it (rule `bulletin.address_all`)."""

    ANYBODY = "anybody"
    SECTIONS = "sections"
    GRANTED = "granted"


HUES = ("blue", "cyan", "green", "lime", "yellow", "orange", "magenta", "purple", "grey")
"""Colours a category may have: names of the theme."""
