"""What a bureau may decide about notifications. The ways of each kind are rules of the function that declares it."""

from groupware.i18n import lazy_gettext
from groupware.notifications.enums import Rhythm
from groupware.plugin import Rule

MAIL = "notifications.mail"
MAIL_CONTENT = "notifications.mail_content"
MAIL_RHYTHM = "notifications.mail_rhythm"
QUIET = "notifications.quiet"
WORK_BEGINS = "notifications.work_begins"
WORK_ENDS = "notifications.work_ends"
URGENT = "notifications.urgent"

CLOCK = tuple((f"{n // 4:02d}:{n % 4 * 15:02d}", f"{n // 4}:{n % 4 * 15:02d}") for n in range(96))
"""Times of the day, a quarter of an hour apart."""

RULES = (
    Rule(
        id=MAIL,
        title=lazy_gettext("Mail about what is new"),
        help=lazy_gettext(
            "People who have a mail address may be told by mail. Off: nobody here gets mail, whatever they chose."
        ),
        default=True,
    ),
    Rule(
        id=MAIL_CONTENT,
        title=lazy_gettext("Titles in mails"),
        help=lazy_gettext(
            "Off: a mail says only which functions have something new and how much. On: it names the titles as well, "
            "which then leave the groupware."
        ),
        default=False,
    ),
    Rule(
        id=MAIL_RHYTHM,
        title=lazy_gettext("How often mail goes out"),
        help=lazy_gettext("Holds for people who have not chosen otherwise."),
        default=Rhythm.HOURLY.value,
        choices=tuple((one.value, one.label) for one in Rhythm),
    ),
    Rule(
        id=QUIET,
        title=lazy_gettext("Nothing outside of working time"),
        help=lazy_gettext(
            "Mail and desktop wait for the next working time: not before and after work, not on days off and public "
            "holidays, not from 29 December to 3 January. Switch it off where people work in shifts."
        ),
        default=True,
    ),
    Rule(
        id=WORK_BEGINS,
        title=lazy_gettext("Work begins"),
        help=lazy_gettext("Beginning of working time, for mail and desktop."),
        default="08:30",
        choices=CLOCK,
    ),
    Rule(
        id=WORK_ENDS,
        title=lazy_gettext("Work ends"),
        help=lazy_gettext(
            "End of working time. With 0:00 it ends at midnight; an end that does not follow the beginning counts as midnight."
        ),
        default="17:15",
        choices=CLOCK,
    ),
    Rule(
        id=URGENT,
        title=lazy_gettext("Urgent notices at any time"),
        help=lazy_gettext("What is marked as urgent goes out at once, also outside of working time."),
        default=True,
    ),
)
