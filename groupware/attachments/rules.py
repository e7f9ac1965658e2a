"""What a bureau may decide about attachments."""

from groupware.attachments.inspection.kinds import ALLOWED, Group
from groupware.i18n import lazy_gettext
from groupware.plugin import Rule

LARGEST = "attachments.largest_mb"
NUMBER = "attachments.number"
PERSON_QUOTA = "attachments.person_quota_mb"
UNIT_QUOTA = "attachments.unit_quota_mb"
TYPES = "attachments.types"
LOCKED = "attachments.locked"
RECORDED_FROM = "attachments.recorded_from"
NEVER = "never"

RULES = (
    Rule(
        id=LARGEST,
        title=lazy_gettext("Largest file in MB"),
        help=lazy_gettext("What is larger is refused before it is sent."),
        default=100,
        minimum=1,
        maximum=10_240,
    ),
    Rule(
        id=NUMBER,
        title=lazy_gettext("Files of one thing"),
        help=lazy_gettext("How many files a posting, or whatever else has files, may have."),
        default=20,
        minimum=1,
        maximum=200,
    ),
    Rule(
        id=PERSON_QUOTA,
        title=lazy_gettext("Space of a person in MB"),
        help=lazy_gettext("All files that a person has added, together. 0 sets no limit."),
        default=0,
        minimum=0,
        maximum=10_000_000,
    ),
    Rule(
        id=UNIT_QUOTA,
        title=lazy_gettext("Space of an organisation in MB"),
        help=lazy_gettext(
            "All files that were added by people acting for this organisation, together. 0 sets no limit."
        ),
        default=0,
        minimum=0,
        maximum=10_000_000,
    ),
    Rule(
        id=TYPES,
        title=lazy_gettext("Types of files"),
        help=lazy_gettext("Told by the content, not by the name. What is inside an archive counts as well."),
        default=tuple(group.value for group in ALLOWED),
        choices=tuple((group.value, group.label) for group in Group),
    ),
    Rule(
        id=LOCKED,
        title=lazy_gettext("Files with a password"),
        help=lazy_gettext("Nobody can examine what is in them, neither people nor a virus scanner."),
        default="documents",
        choices=(
            ("none", lazy_gettext("Not allowed")),
            ("documents", lazy_gettext("Documents only")),
            ("all", lazy_gettext("Documents and archives")),
        ),
    ),
    Rule(
        id=RECORDED_FROM,
        title=lazy_gettext("Record who downloads"),
        help=lazy_gettext("Downloads of files whose owner has at least this information label are recorded."),
        default="2",
        choices=(
            ("1", lazy_gettext("Always")),
            ("2", lazy_gettext("From label 2 on")),
            ("3", lazy_gettext("Label 3 only")),
            (NEVER, lazy_gettext("Never")),
        ),
    ),
)
