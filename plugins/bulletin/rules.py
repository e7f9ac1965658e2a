"""What a bureau may decide about the board."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Rule
from plugins.bulletin.enums import AllStaffBy, ApprovalNeed

APPROVAL = "bulletin.approval"
ADDRESS_ALL = "bulletin.address_all"
SECOND_LOOK = "bulletin.second_look"
COMMENTS = "bulletin.comments_default"
REACTIONS = "bulletin.reactions_default"
TITLE_LENGTH = "bulletin.title_length"
BODY_LENGTH = "bulletin.body_length"
DISPLAY_DAYS = "bulletin.display_days"
CONFIRMATION_DAYS = "bulletin.confirmation_days"
RETENTION_YEARS = "bulletin.retention_years"
HONOUR_RANK = "bulletin.honour_rank"
HONOUR_DAYS = "bulletin.honour_days"

RULES = (
    Rule(
        id=APPROVAL,
        title=lazy_gettext("Approval before a posting appears"),
        help=lazy_gettext(
            "A posting, and every later change of it, waits until somebody with the permission to approve has approved it."
            " Nobody approves their own."
        ),
        default=ApprovalNeed.NEVER.value,
        choices=(
            (ApprovalNeed.NEVER.value, lazy_gettext("Not needed")),
            (ApprovalNeed.ALL_STAFF.value, lazy_gettext("Only where all staff are addressed")),
            (ApprovalNeed.ALWAYS.value, lazy_gettext("Always")),
        ),
    ),
    Rule(
        id=ADDRESS_ALL,
        title=lazy_gettext("Who may address all staff"),
        help=lazy_gettext("Whoever holds the permission to address all staff may do so in any case."),
        default=AllStaffBy.SECTIONS.value,
        choices=(
            (AllStaffBy.ANYBODY.value, lazy_gettext("Everybody who posts")),
            (AllStaffBy.SECTIONS.value, lazy_gettext("Postings in the name of a section or a post")),
            (AllStaffBy.GRANTED.value, lazy_gettext("Only holders of the permission")),
        ),
    ),
    Rule(
        id=SECOND_LOOK,
        title=lazy_gettext("Number of people from which the audience is shown once more"),
        help=lazy_gettext(
            "Before a posting reaches at least this many people, a page asks whether the audience is right."
            " For all staff it always asks."
        ),
        default=1000,
        minimum=2,
        maximum=100_000,
    ),
    Rule(
        id=COMMENTS,
        title=lazy_gettext("New postings accept comments"),
        help=lazy_gettext("Preset for new postings; whoever posts can change it."),
        default=False,
    ),
    Rule(
        id=REACTIONS,
        title=lazy_gettext("New postings accept reactions"),
        help=lazy_gettext("Preset for new postings; whoever posts can change it."),
        default=True,
    ),
    Rule(
        id=TITLE_LENGTH,
        title=lazy_gettext("Characters in the subject"),
        help=lazy_gettext("Longest subject that is accepted. Short subjects are read sooner."),
        default=100,
        minimum=20,
        maximum=200,
    ),
    Rule(
        id=BODY_LENGTH,
        title=lazy_gettext("Characters in the text"),
        help=lazy_gettext("Longest text that is accepted, as characters that a reader sees."),
        default=20_000,
        minimum=500,
        maximum=100_000,
    ),
    Rule(
        id=DISPLAY_DAYS,
        title=lazy_gettext("Days on display"),
        help=lazy_gettext("Preset for new postings; whoever posts can change it."),
        default=30,
        minimum=1,
        maximum=1825,
    ),
    Rule(
        id=CONFIRMATION_DAYS,
        title=lazy_gettext("Days for confirming"),
        help=lazy_gettext("Preset of the deadline where a posting asks for confirmation."),
        default=7,
        minimum=1,
        maximum=90,
    ),
    Rule(
        id=RETENTION_YEARS,
        title=lazy_gettext("Retention period in years"),
        help=lazy_gettext(
            "Counts from the 1 April after the end of the display. 0 keeps postings for ever. Applies to new postings."
        ),
        default=3,
        minimum=0,
        maximum=30,
    ),
    Rule(
        id=HONOUR_RANK,
        title=lazy_gettext("Posts whose messages have the place of honour"),
        help=lazy_gettext(
            "Messages in the name of posts of this rank or higher stand on top of the portal: 1 is the mayor."
            " 0 switches the place of honour off."
        ),
        default=1,
        minimum=0,
        maximum=99,
    ),
    Rule(
        id=HONOUR_DAYS,
        title=lazy_gettext("Days in the place of honour"),
        help=lazy_gettext("A message counts as new for so many days."),
        default=7,
        minimum=1,
        maximum=60,
    ),
)
