"""What a bureau may decide about the chat."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Rule
from groupware.records.periods import PERIOD_LABELS
from groupware.records.periods import PERIODS as PERIODS_OF_RECORDS
from plugins.chat.enums import AddressAll, Attaching, Hooking, Inviting, Opening, Pinning

OPENING = "chat.opening"
OPEN_ROOMS = "chat.open_rooms"
LONGEST = "chat.longest_text"
LONGEST_EVER = 10_000
"""Characters of a message that no bureau may exceed."""
ADDRESS_ALL = "chat.address_all"
URGENT = "chat.urgent"
PINNING = "chat.pinning"
RETENTION_YEARS = "chat.retention_years"
PERIODS = "chat.retention_periods"
TALK_RETENTION_YEARS = "chat.talk_retention_years"
HOUSE_RULES = "chat.house_rules"
LOG_DAYS = "chat.log_days"
SILENT_MONTHS = "chat.silent_months"
YEAR_END_FROM = "chat.year_end_from"
YEAR_END_MONTHS = "chat.year_end_months"
NEVER = "never"
FORBIDDEN_WORDS = "chat.forbidden_words"
GUESTS = "chat.guests"
FORWARD_TO_GUESTS = "chat.forward_to_guests"
GUEST_DAYS = "chat.guest_days"
GUEST_FILES = "chat.guest_files"
ATTACHING = "chat.attaching"
WEBHOOKS = "chat.webhooks"
WEBHOOK_DAYS = "chat.webhook_days"

RULES = (
    Rule(
        id=OPENING,
        title=lazy_gettext("Who may open rooms"),
        help=lazy_gettext("Direct rooms of two people and the own room are there for everybody in any case."),
        default=Opening.EVERYBODY.value,
        choices=(
            (Opening.EVERYBODY.value, lazy_gettext("Everybody")),
            (Opening.GRANTED.value, lazy_gettext("Only holders of the permission")),
        ),
    ),
    Rule(
        id=OPEN_ROOMS,
        title=lazy_gettext("Rooms may be open to all"),
        help=lazy_gettext(
            "Anybody finds an open room in the directory of rooms and may join it. Otherwise members are invited."
        ),
        default=True,
    ),
    Rule(
        id=LONGEST,
        title=lazy_gettext("Characters in a message"),
        help=lazy_gettext("Longest message that is accepted."),
        default=LONGEST_EVER,
        minimum=100,
        maximum=LONGEST_EVER,
    ),
    Rule(
        id=ADDRESS_ALL,
        title=lazy_gettext("Who may address everybody in a room"),
        help=lazy_gettext(
            "With “@All members”, everybody who belongs to the room is told in their timeline."
        ),
        default=AddressAll.MODERATORS.value,
        choices=(
            (AddressAll.MEMBERS.value, lazy_gettext("All who may write in it")),
            (AddressAll.MODERATORS.value, lazy_gettext("Its moderators and owners")),
            (AddressAll.NOBODY.value, lazy_gettext("Nobody")),
        ),
    ),
    Rule(
        id=ATTACHING,
        title=lazy_gettext("Who may send files"),
        help=lazy_gettext(
            "Files and pictures with messages. In conversations of two, one's own room and enquiries there are no moderators: whoever"
            " may write there may send them, unless nobody may. Owners of a room may allow text only."
        ),
        default=Attaching.MEMBERS.value,
        choices=(
            (Attaching.MEMBERS.value, lazy_gettext("All who may write in it")),
            (Attaching.MODERATORS.value, lazy_gettext("Its moderators and owners")),
            (Attaching.NOBODY.value, lazy_gettext("Nobody")),
        ),
    ),
    Rule(
        id=URGENT,
        title=lazy_gettext("Who may send messages as urgent"),
        help=lazy_gettext(
            "Urgent messages are told at once, outside of working time as well, where the rule of notifications lets urgent"
            " notices pass. In conversations of two either may, unless nobody may."
        ),
        default=AddressAll.MODERATORS.value,
        choices=(
            (AddressAll.MEMBERS.value, lazy_gettext("All who may write in it")),
            (AddressAll.MODERATORS.value, lazy_gettext("Its moderators and owners")),
            (AddressAll.NOBODY.value, lazy_gettext("Nobody")),
        ),
    ),
    Rule(
        id=PINNING,
        title=lazy_gettext("Who may pin messages in a room"),
        help=lazy_gettext(
            "What is pinned stands below the name of the room for everybody in it. In conversations of two and enquiries both sides may."
        ),
        default=Pinning.MEMBERS.value,
        choices=(
            (Pinning.MEMBERS.value, lazy_gettext("All who may write in it")),
            (Pinning.MODERATORS.value, lazy_gettext("Its moderators and owners")),
        ),
    ),
    Rule(
        id=WEBHOOKS,
        title=lazy_gettext("Who may let programs post in a room"),
        help=lazy_gettext(
            "With an incoming webhook, a foreign system posts messages in one room, marked as automatic. Whoever makes it answers for what"
            " it posts. “Nobody” also stops those that exist."
        ),
        default=Hooking.MODERATORS.value,
        choices=(
            (Hooking.MODERATORS.value, lazy_gettext("Its moderators and owners")),
            (Hooking.OWNERS.value, lazy_gettext("Its owners")),
            (Hooking.NOBODY.value, lazy_gettext("Nobody")),
        ),
    ),
    Rule(
        id=WEBHOOK_DAYS,
        title=lazy_gettext("Longest validity of an incoming webhook (days)"),
        help=lazy_gettext(
            "The end is chosen when it is made. Those that exist already keep the end they have."
        ),
        default=366,
        minimum=1,
        maximum=1100,
    ),
    Rule(
        id=RETENTION_YEARS,
        title=lazy_gettext("Retention period in years"),
        help=lazy_gettext(
            "Counts from the 1 April after a room was archived or deleted. 0 keeps rooms for ever. Applies to rooms for which no"
            " period was chosen: to new ones, and, where it is longer, to others when they are archived."
        ),
        default=3,
        minimum=0,
        maximum=30,
    ),
    Rule(
        id=PERIODS,
        title=lazy_gettext("Retention periods that owners of rooms may choose"),
        help=lazy_gettext(
            "Owners choose when they open a room, and may choose a longer one later. Only who manages retention makes it shorter."
        ),
        default=tuple(str(one) for one in PERIODS_OF_RECORDS),
        choices=tuple((str(one), PERIOD_LABELS[one]) for one in PERIODS_OF_RECORDS),
    ),
    Rule(
        id=TALK_RETENTION_YEARS,
        title=lazy_gettext("Retention period of conversations of two, in years"),
        help=lazy_gettext(
            "Counts from the 1 April after the last message, for conversations of two and one's own room. 0 keeps them for ever."
            " Applies to new ones; the value for the whole municipality counts."
        ),
        default=3,
        minimum=0,
        maximum=30,
    ),
    Rule(
        id=GUESTS,
        title=lazy_gettext("Guests from outside"),
        help=lazy_gettext(
            "Who may invite people of other bodies into a room. They see nothing but that room."
        ),
        default=Inviting.NOBODY.value,
        choices=(
            (Inviting.NOBODY.value, lazy_gettext("Nobody may invite guests")),
            (Inviting.APPROVED.value, lazy_gettext("Owners of rooms, with the approval of an administrator")),
            (Inviting.OWNERS.value, lazy_gettext("Owners of rooms")),
        ),
    ),
    Rule(
        id=FORWARD_TO_GUESTS,
        title=lazy_gettext("Messages may be forwarded to rooms with guests"),
        help=lazy_gettext(
            "The organisations of both rooms must allow it, and the label must let content leave. The room that it comes from is not named."
        ),
        default=False,
    ),
    Rule(
        id=GUEST_DAYS,
        title=lazy_gettext("Days for which a guest may be invited"),
        help=lazy_gettext("The end must be given with every invitation, and lies at most so far ahead."),
        default=90,
        minimum=1,
        maximum=366,
    ),
    Rule(
        id=GUEST_FILES,
        title=lazy_gettext("Files in rooms with guests from outside"),
        help=lazy_gettext(
            "Otherwise such rooms take text only, and guests see no files of earlier messages either. Which files may pass"
            " is decided by the rules of the zones. Guests themselves send none."
        ),
        default=False,
    ),
    Rule(
        id=HOUSE_RULES,
        title=lazy_gettext("House rules of the chat"),
        help=lazy_gettext(
            "Shown once to everybody before they use the chat for the first time, and again after the text was changed. "
            "Empty shows nothing."
        ),
        default="",
    ),
    Rule(
        id=LOG_DAYS,
        title=lazy_gettext("Days for which a log export can be read"),
        help=lazy_gettext("From the approval by the second officer on. After that the file is erased."),
        default=14,
        minimum=1,
        maximum=90,
    ),
    Rule(
        id=SILENT_MONTHS,
        title=lazy_gettext("Months after which a room is silent"),
        help=lazy_gettext(
            "Such rooms are listed for those who decide about rooms. Nothing happens to them by itself."
        ),
        default=12,
        minimum=1,
        maximum=60,
    ),
    Rule(
        id=YEAR_END_FROM,
        title=lazy_gettext("Year-end review of rooms"),
        help=lazy_gettext(
            "From this day until 31 March owners are asked what becomes of rooms that are silent, and of those whose project ends."
            " Nothing is archived by itself."
        ),
        default="02-01",
        choices=(
            ("02-01", lazy_gettext("From 1 February")),
            ("02-15", lazy_gettext("From 15 February")),
            ("03-01", lazy_gettext("From 1 March")),
            ("03-15", lazy_gettext("From 15 March")),
            (NEVER, lazy_gettext("There is none")),
        ),
    ),
    Rule(
        id=YEAR_END_MONTHS,
        title=lazy_gettext("Months after which the year-end review asks about a room"),
        help=lazy_gettext(
            "For so long nothing was said in it. Rooms in which people write are not asked about."
        ),
        default=6,
        minimum=1,
        maximum=24,
    ),
    Rule(
        id=FORBIDDEN_WORDS,
        title=lazy_gettext("Words that messages must not contain"),
        help=lazy_gettext(
            "Parted by spaces or commas. A message with one of them is refused, and the word is named. Width, case and kana make no"
            " difference."
        ),
        default="",
        max_length=2000,
    ),
)
