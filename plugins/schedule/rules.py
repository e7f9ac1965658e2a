"""What a bureau may decide about the schedule."""

import re

from groupware import rules
from groupware.i18n import lazy_gettext
from groupware.plugin import Rule
from groupware.zones import Zone
from plugins.schedule.enums import (
    NO_REMINDER,
    REMINDER_LABELS,
    REMINDERS,
    VISIBILITY_LABELS,
    Entering,
    Hidden,
    Visibility,
)

ENTERING = "schedule.entering"
HIDDEN = "schedule.hidden"
VISIBILITY = "schedule.visibility"
CHANGING = "schedule.changing"
ARRANGING = "schedule.arranging"
REMINDING = "schedule.reminding"
TITLES = "schedule.titles"
DAY_BEGINS = "schedule.day_begins"
DAY_ENDS = "schedule.day_ends"
MOST_PEOPLE = "schedule.most_people"
RETENTION_YEARS = "schedule.retention_years"
DAV_COLLEAGUES = "schedule.dav_colleagues"
FEED_ZONES = "schedule.feed_zones"
PRIVATE_CALENDARS = "schedule.private_calendars"
PRIVATE_ENTRIES = "schedule.private_entries"
PRIVATE_MEGABYTES = "schedule.private_megabytes"

MOST_TITLES = 60

RULES = (
    Rule(
        id=ENTERING,
        title=lazy_gettext("Who may enter events into other people's calendars"),
        help=lazy_gettext(
            "Decided for the organisation of the person whose calendar it is. Secretaries with the permission may in any case."
        ),
        default=Entering.EVERYBODY.value,
        choices=(
            (Entering.EVERYBODY.value, lazy_gettext("Everybody")),
            (Entering.BUREAU.value, lazy_gettext("People of the same bureau")),
            (Entering.SECTION.value, lazy_gettext("People of the same section")),
            (Entering.GRANTED.value, lazy_gettext("Only holders of the permission")),
        ),
    ),
    Rule(
        id=CHANGING,
        title=lazy_gettext("Participants may change the event"),
        help=lazy_gettext(
            "Otherwise its organiser, whoever entered it, and their secretaries change and delete it."
        ),
        default=False,
    ),
    Rule(
        id=HIDDEN,
        title=lazy_gettext("What others see of events that are not for them"),
        help=lazy_gettext(
            "Private events and those for participants: their time, or nothing. They count as busy in the search for free time"
            " in either case."
        ),
        default=Hidden.TIME.value,
        choices=(
            (Hidden.TIME.value, lazy_gettext("The time")),
            (Hidden.NOTHING.value, lazy_gettext("Nothing")),
        ),
    ),
    Rule(
        id=VISIBILITY,
        title=lazy_gettext("Who sees new events"),
        help=lazy_gettext("Preset for new events; whoever enters one can change it."),
        default=Visibility.EVERYONE.value,
        choices=tuple(
            (one.value, VISIBILITY_LABELS[one]) for one in Visibility if one is not Visibility.CHOSEN
        ),
    ),
    Rule(
        id=ARRANGING,
        title=lazy_gettext("Who adds facilities and calendars as rows"),
        help=lazy_gettext(
            "Under the people of an organisation, and of the shared groups that belong to it. Whoever keeps them may in any case."
        ),
        default="members",
        choices=(
            ("members", lazy_gettext("The people of the organisation")),
            ("keepers", lazy_gettext("Only those who keep its calendar or group")),
        ),
    ),
    Rule(
        id=REMINDING,
        title=lazy_gettext("When people are reminded of their events"),
        help=lazy_gettext(
            "For those who have chosen nothing themselves. Events of whole days remind only those who ask for it."
        ),
        default=str(NO_REMINDER),
        choices=(
            (str(NO_REMINDER), lazy_gettext("Not at all")),
            *((str(minutes), REMINDER_LABELS[minutes]) for minutes in REMINDERS),
        ),
    ),
    Rule(
        id=TITLES,
        title=lazy_gettext("Titles that are proposed for events"),
        help=lazy_gettext("Separated by commas. Whoever enters an event may write any other title."),
        default="会議、打合せ、来客、出張、外出、研修、説明会、現地調査",
        max_length=1000,
    ),
    Rule(
        id=DAY_BEGINS,
        title=lazy_gettext("The day begins at (hour)"),
        help=lazy_gettext(
            "First hour that the pages of a day and a week show, and the search for free time offers."
        ),
        default=8,
        minimum=0,
        maximum=12,
    ),
    Rule(
        id=DAY_ENDS,
        title=lazy_gettext("The day ends at (hour)"),
        help=lazy_gettext(
            "Last hour that the pages of a day and a week show, and the search for free time offers."
        ),
        default=18,
        minimum=13,
        maximum=24,
    ),
    Rule(
        id=MOST_PEOPLE,
        title=lazy_gettext("Most participants of an event"),
        help=lazy_gettext("For more people, enter the event into the calendar of an organisation."),
        default=300,
        minimum=10,
        maximum=2000,
    ),
    Rule(
        id=FEED_ZONES,
        title=lazy_gettext("Zones from which calendars may be subscribed to"),
        help=lazy_gettext(
            "An address to subscribe to works in the zone where it was made, and only if that zone is chosen here."
        ),
        default=(Zone.LGWAN.value,),
        choices=tuple((zone.value, zone.label) for zone in Zone),
    ),
    Rule(
        id=DAV_COLLEAGUES,
        title=lazy_gettext("Calendar programs show the calendars of colleagues"),
        help=lazy_gettext(
            "Phones and calendar programs of the section's people get the calendars of the section besides their own, to read,"
            " as much of them as each may see."
        ),
        default=False,
    ),
    Rule(
        id=PRIVATE_CALENDARS,
        title=lazy_gettext("Private calendars that a person's programs may make"),
        help=lazy_gettext(
            "Lists of tasks, notes and events on the phone. Only the person sees them, and they make nobody busy. With 0 no"
            " more are made; what is there stays."
        ),
        default=20,
        minimum=0,
        maximum=100,
    ),
    Rule(
        id=PRIVATE_ENTRIES,
        title=lazy_gettext("Most entries in the private calendars of a person"),
        help=lazy_gettext("Tasks, notes and events in all of them together."),
        default=5000,
        minimum=100,
        maximum=50_000,
    ),
    Rule(
        id=PRIVATE_MEGABYTES,
        title=lazy_gettext("Most megabytes in the private calendars of a person"),
        help=lazy_gettext("The texts of all entries together."),
        default=20,
        minimum=1,
        maximum=500,
    ),
    Rule(
        id=RETENTION_YEARS,
        title=lazy_gettext("Retention period in years"),
        help=lazy_gettext(
            "Counts from the 1 April after the event. 0 keeps events for ever. Applies to new events."
        ),
        default=3,
        minimum=0,
        maximum=30,
    ),
)


def offered_titles(unit_id: int | None) -> list[str]:
    """The titles that a bureau proposes, each once."""
    parts = re.split(r"[、，,\n;]", str(rules.value(TITLES, unit_id)))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))[:MOST_TITLES]
