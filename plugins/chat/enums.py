"""Closed lists of the chat. The values are stored; the words on screen are in the catalogue."""

from enum import IntEnum, StrEnum

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Text

ROOM = "chat.room"
"""What grants, holds and the audit of a room name."""

DESK = "chat.desk"
"""What the audit of an enquiry desk names."""

ROOM_TEMPLATE = "chat.room_template"
"""What the audit of a template of rooms names."""

MESSAGE = "chat.message"
"""What the search and its files call a message."""

SCHEDULED = "chat.scheduled"
"""What its files call a message that waits to be sent."""

NOTE = "chat.note"
"""What the search, requests for disclosure and the audit call a note."""

TASK = "chat.task"
"""What the timeline, requests for disclosure and the audit call a task."""


WEBHOOK = "chat.webhook"
"""What the timeline and the audit call a webhook."""


EXTRACT = "chat.extract"
"""What grants, holds, files and the audit of a record made of a room name."""


LOG = "chat.log"
"""What files and the audit of a log export name."""


class LogState(StrEnum):
    """How far a log export has come."""

    ASKED = "asked"
    APPROVED = "approved"
    """By a second officer; the file is being made."""
    SEALED = "sealed"
    """The two officers can take the file."""
    REFUSED = "refused"
    ENDED = "ended"
    """Its time is over and the file is erased."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return LOG_STATE_LABELS[self]


LOG_STATE_LABELS = {
    LogState.ASKED: lazy_pgettext("chat log", "Waits for the second officer"),
    LogState.APPROVED: lazy_pgettext("chat log", "Approved"),
    LogState.SEALED: lazy_pgettext("chat log", "Readable"),
    LogState.REFUSED: lazy_pgettext("chat log", "Refused"),
    LogState.ENDED: lazy_pgettext("chat log", "Ended"),
}


class RoomKind(StrEnum):
    """What sort of room it is."""

    ROOM = "room"
    DIRECT = "direct"
    """Of two people, made when one of them first writes to the other."""
    OWN = "own"
    """Of one person, for notes to themselves."""
    ENQUIRY = "enquiry"
    """Of somebody who asks and the section that answers at its desk."""


class Role(IntEnum):
    """What somebody may do in a room; each includes the ones before it. Of several memberships the strongest counts."""

    READER = 1
    MEMBER = 2
    MODERATOR = 3
    """Also changes the room and its members, and deletes what others said."""
    OWNER = 4
    """Also decides roles, archives, and sees what was edited and deleted."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.READER: lazy_pgettext("chat role", "Reader"),
    Role.MEMBER: lazy_pgettext("chat role", "Member"),
    Role.MODERATOR: lazy_pgettext("chat role", "Moderator"),
    Role.OWNER: lazy_pgettext("chat role", "Owner"),
}


class EnquiryState(StrEnum):
    """How far an enquiry has come. It follows from who spoke last, so nobody keeps it by hand; only closing is an act."""

    OPEN = "open"
    """It is the section's turn."""
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return ENQUIRY_LABELS[self]


ENQUIRY_LABELS = {
    EnquiryState.OPEN: lazy_pgettext("enquiry", "Open"),
    EnquiryState.ANSWERED: lazy_pgettext("enquiry", "Answered"),
    EnquiryState.CLOSED: lazy_pgettext("enquiry", "Closed"),
}


class ReviewReason(StrEnum):
    """Why it is asked at the end of a fiscal year what becomes of a room."""

    SILENT = "silent"
    """Nothing was said in it for as long as the rule says."""
    ENDS = "ends"
    """The project that it is for ends in this fiscal year."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return REVIEW_REASONS[self]


REVIEW_REASONS = {
    ReviewReason.SILENT: lazy_pgettext("year end", "Silent"),
    ReviewReason.ENDS: lazy_pgettext("year end", "Project ends"),
}


class ReviewDecision(StrEnum):
    """What an owner decides about a room at the end of a fiscal year."""

    ARCHIVE = "archive"
    KEEP = "keep"
    HAND_OVER = "hand_over"
    """Somebody else is its owner from now on."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return REVIEW_DECISIONS[self]


REVIEW_DECISIONS = {
    ReviewDecision.ARCHIVE: lazy_pgettext("year end", "Archive"),
    ReviewDecision.KEEP: lazy_pgettext("year end", "Use it next year as well"),
    ReviewDecision.HAND_OVER: lazy_pgettext("year end", "Hand it over"),
}


class Inviting(StrEnum):
    """Who may invite guests from outside."""

    NOBODY = "nobody"
    APPROVED = "approved"
    """Owners of rooms, after somebody who manages guests has agreed."""
    OWNERS = "owners"


class Opening(StrEnum):
    """Who may open rooms."""

    EVERYBODY = "everybody"
    GRANTED = "granted"


class AddressAll(StrEnum):
    """Who may address everybody in a room at once."""

    MEMBERS = "members"
    MODERATORS = "moderators"
    NOBODY = "nobody"


class Attaching(StrEnum):
    """Who may send files with messages."""

    MEMBERS = "members"
    MODERATORS = "moderators"
    NOBODY = "nobody"


class FileKind(StrEnum):
    """What sort of files of a room are looked for."""

    PICTURE = "picture"
    DOCUMENT = "document"
    OTHER = "other"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return FILE_KIND_LABELS[self]


FILE_KIND_LABELS = {
    FileKind.PICTURE: lazy_pgettext("kind of file", "Pictures"),
    FileKind.DOCUMENT: lazy_pgettext("kind of file", "Documents"),
    FileKind.OTHER: lazy_pgettext("kind of file", "Other files"),
}


class Alerting(StrEnum):
    """How loudly a message is said."""

    USUAL = "usual"
    SILENT = "silent"
    """It stands in the room as unread and tells nobody."""
    URGENT = "urgent"
    """It tells at once, outside of working time as well; without naming anybody it tells everybody in the room."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return LOUDNESS_LABELS[self]


LOUDNESS_LABELS = {
    Alerting.USUAL: lazy_pgettext("chat loudness", "Usual notice"),
    Alerting.SILENT: lazy_pgettext("chat loudness", "Without notice"),
    Alerting.URGENT: lazy_pgettext("chat loudness", "Urgent"),
}


class Hooking(StrEnum):
    """Who may let programs speak in a room."""

    MODERATORS = "moderators"
    OWNERS = "owners"
    NOBODY = "nobody"


class Pinning(StrEnum):
    """Who may pin messages in a room."""

    MEMBERS = "members"
    MODERATORS = "moderators"


class Telling(StrEnum):
    """Of what in a room somebody is told. Whatever is chosen, the room counts what is unread."""

    ALL = "all"
    MENTIONS = "mentions"
    """Of what concerns them: messages in a talk of two, answers, mentions."""
    NONE = "none"
    """Muted."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return TELLING_LABELS[self]


TELLING_LABELS = {
    Telling.ALL: lazy_pgettext("chat notices", "Every message"),
    Telling.MENTIONS: lazy_pgettext("chat notices", "Only what is meant for me"),
    Telling.NONE: lazy_pgettext("chat notices", "Nothing (muted)"),
}


FIELD_LABELS = {
    "name": lazy_pgettext("chat room", "Name"),
    "purpose": lazy_pgettext("chat room", "Purpose"),
    "unit_id": lazy_gettext("Responsible organisation"),
    "is_open": lazy_pgettext("chat room", "Who may join"),
    "shows_past": lazy_pgettext("chat room", "What late joiners see"),
    "is_text_only": lazy_pgettext("chat room", "Text only"),
    "ends_on": lazy_gettext("Last day of the project"),
    "kept_for": lazy_gettext("Retention period"),
    "members": lazy_pgettext("chat room", "Members"),
}
