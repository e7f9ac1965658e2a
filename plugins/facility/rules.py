"""What a bureau may decide about its facilities. A group and a facility may decide otherwise for itself (`terms.py`)."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Rule

OPENS = "facility.opens"
CLOSES = "facility.closes"
WINDOW_DAYS = "facility.window_days"
SHORTEST = "facility.shortest_minutes"
LONGEST = "facility.longest_minutes"
UNIT = "facility.unit_minutes"
BEFORE = "facility.minutes_before"
AFTER = "facility.minutes_after"
PER_PERSON = "facility.per_person"
APPROVAL = "facility.approval"
REQUEST_HOLDS = "facility.request_holds"
NOTICE_HOURS = "facility.notice_hours"
CHECK_IN = "facility.check_in"
CHECK_IN_MINUTES = "facility.check_in_minutes"
QUEUE = "facility.queue"
OFFER_MINUTES = "facility.offer_minutes"
RECONFIRM_WEEKS = "facility.reconfirm_weeks"
RECONFIRM_DAYS = "facility.reconfirm_days"
RETENTION_YEARS = "facility.retention_years"

RETURN_REMINDER_HOURS = "facility.return_reminder_hours"
LOG_COLUMNS = "facility.log_columns"
LOG_REMINDER_HOURS = "facility.log_reminder_hours"
LOG_YEARS = "facility.log_retention_years"

CLOCK = tuple((f"{n // 2:02d}:{n % 2 * 30:02d}", f"{n // 2}:{n % 2 * 30:02d}") for n in range(49))
"""Times of the day, half an hour apart, midnight at both ends."""

DAY = 24 * 60
LONGEST_POSSIBLE = 31 * DAY
"""Minutes. No booking is longer, whatever is decided; a blocking may be."""

OF_FACILITIES = (
    Rule(
        id=OPENS,
        title=lazy_gettext("Opens at"),
        help=lazy_gettext("Bookings begin no earlier in the day."),
        default="08:00",
        choices=CLOCK[:-1],
    ),
    Rule(
        id=CLOSES,
        title=lazy_gettext("Closes at"),
        help=lazy_gettext(
            "Bookings end no later in the day. A facility that is open from 0:00 to 24:00 may be booked overnight."
        ),
        default="21:00",
        choices=CLOCK[1:],
    ),
    Rule(
        id=WINDOW_DAYS,
        title=lazy_gettext("Days ahead"),
        help=lazy_gettext("So many days ahead a facility may be booked."),
        default=180,
        minimum=1,
        maximum=1100,
    ),
    Rule(
        id=SHORTEST,
        title=lazy_gettext("Shortest booking in minutes"),
        help=lazy_gettext("Shorter bookings are not accepted."),
        default=15,
        minimum=5,
        maximum=DAY,
    ),
    Rule(
        id=LONGEST,
        title=lazy_gettext("Longest booking in minutes"),
        help=lazy_gettext("Longer bookings are not accepted."),
        default=DAY,
        minimum=15,
        maximum=LONGEST_POSSIBLE,
    ),
    Rule(
        id=UNIT,
        title=lazy_gettext("Unit of time in minutes"),
        help=lazy_gettext("Bookings begin and end at a multiple of it, counted from the full hour."),
        default=15,
        minimum=5,
        maximum=60,
    ),
    Rule(
        id=BEFORE,
        title=lazy_gettext("Minutes to prepare"),
        help=lazy_gettext("Kept free before each booking."),
        default=0,
        minimum=0,
        maximum=240,
    ),
    Rule(
        id=AFTER,
        title=lazy_gettext("Minutes to tidy up"),
        help=lazy_gettext("Kept free after each booking."),
        default=0,
        minimum=0,
        maximum=240,
    ),
    Rule(
        id=PER_PERSON,
        title=lazy_gettext("Bookings of one person"),
        help=lazy_gettext("So many bookings to come a person may have of one facility. 0 sets no limit."),
        default=0,
        minimum=0,
        maximum=1000,
    ),
    Rule(
        id=APPROVAL,
        title=lazy_gettext("Bookings need approval"),
        help=lazy_gettext(
            "A booking is tentative until those who decide on the facility confirm it. Their own are confirmed at once."
        ),
        default=False,
    ),
    Rule(
        id=REQUEST_HOLDS,
        title=lazy_gettext("A tentative booking keeps others out"),
        help=lazy_gettext("Off: several people may ask for the same time, and one of them is chosen."),
        default=False,
    ),
    Rule(
        id=NOTICE_HOURS,
        title=lazy_gettext("Hours before the beginning until which a booking may be cancelled"),
        help=lazy_gettext("Later only those who decide on the facility can cancel it. 0 sets no limit."),
        default=0,
        minimum=0,
        maximum=720,
    ),
    Rule(
        id=CHECK_IN,
        title=lazy_gettext("Check-in is wanted"),
        help=lazy_gettext(
            "Whoever uses the facility says so when they come. What nobody checks in to is released, so that others can have it."
        ),
        default=False,
    ),
    Rule(
        id=CHECK_IN_MINUTES,
        title=lazy_gettext("Minutes until a booking without check-in is released"),
        help=lazy_gettext("Counted from the beginning of the booking."),
        default=15,
        minimum=5,
        maximum=240,
    ),
    Rule(
        id=QUEUE,
        title=lazy_gettext("Waiting list"),
        help=lazy_gettext(
            "People can wait for a time that is taken. What becomes free is offered to the first of them."
        ),
        default=True,
    ),
    Rule(
        id=OFFER_MINUTES,
        title=lazy_gettext("Minutes for which an offer is kept"),
        help=lazy_gettext("Who does not take it in time loses it to the next."),
        default=120,
        minimum=5,
        maximum=3 * DAY,
    ),
    Rule(
        id=RECONFIRM_WEEKS,
        title=lazy_gettext("Weeks after which a series must be confirmed again"),
        help=lazy_gettext(
            "Whoever booked a series says whether it still takes place. Otherwise its coming dates are released. 0 asks nobody."
        ),
        default=0,
        minimum=0,
        maximum=52,
    ),
    Rule(
        id=RECONFIRM_DAYS,
        title=lazy_gettext("Days to confirm a series"),
        help=lazy_gettext("Counted from the question."),
        default=7,
        minimum=1,
        maximum=28,
    ),
)

RULES = (
    *OF_FACILITIES,
    Rule(
        id=RETENTION_YEARS,
        title=lazy_gettext("Retention period of bookings in years"),
        help=lazy_gettext("Counts from the 1 April after the last day of use. 0 keeps bookings for ever."),
        default=1,
        minimum=0,
        maximum=30,
    ),
    Rule(
        id=RETURN_REMINDER_HOURS,
        title=lazy_gettext("Hours after a loan until somebody is reminded of its return"),
        help=lazy_gettext("Counted from the end of the booking. 0 reminds nobody."),
        default=1,
        minimum=0,
        maximum=72,
    ),
    Rule(
        id=LOG_COLUMNS,
        title=lazy_gettext("What a driving log must say"),
        help=lazy_gettext("Beside driver, times and the result of both checks, which it always must."),
        default=("destination", "purpose", "km", "detector"),
        choices=(
            ("destination", lazy_gettext("Destination")),
            ("purpose", lazy_gettext("Purpose")),
            ("km", lazy_gettext("Kilometres before and after")),
            ("detector", lazy_gettext("That an alcohol detector was used")),
            ("fuel", lazy_gettext("Fuel")),
        ),
    ),
    Rule(
        id=LOG_REMINDER_HOURS,
        title=lazy_gettext("Hours after a trip until somebody is reminded of its log"),
        help=lazy_gettext("Counted from the end of the booking. 0 reminds nobody."),
        default=2,
        minimum=0,
        maximum=72,
    ),
    Rule(
        id=LOG_YEARS,
        title=lazy_gettext("Retention period of driving logs in years"),
        help=lazy_gettext(
            "Counts from the 1 April after the trip. Alcohol checks are kept for a year at least."
        ),
        default=1,
        minimum=1,
        maximum=10,
    ),
)
