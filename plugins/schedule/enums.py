"""Closed lists of the schedule. The values are stored; the words on screen are in the catalogue."""

from enum import IntEnum, StrEnum

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Text

OWNER = "schedule.event"
"""What attachments, grants and holds of an event name."""

NO_REMINDER = 0
REMINDERS = (5, 10, 15, 30, 60, 120, 24 * 60)
"""Minutes before an event at which somebody can be reminded."""
POLL = "schedule.poll"
"""The same of a date poll."""

SPECIAL = "schedule.special_request"
"""The same of a request for the time of the mayor and others."""

HUES = ("blue", "cyan", "green", "lime", "yellow", "orange", "magenta", "purple", "grey")


REMINDER_LABELS = {
    5: lazy_gettext("5 minutes before"),
    10: lazy_gettext("10 minutes before"),
    15: lazy_gettext("15 minutes before"),
    30: lazy_gettext("30 minutes before"),
    60: lazy_gettext("an hour before"),
    120: lazy_gettext("2 hours before"),
    24 * 60: lazy_gettext("a day before"),
}


class Visibility(StrEnum):
    """Who sees what an event is, beside its organiser, whoever entered it and its participants."""

    EVERYONE = "everyone"
    TIME_AND_TITLE = "time_and_title"
    TIME_ONLY = "time_only"
    PARTICIPANTS = "participants"
    CHOSEN = "chosen"
    PRIVATE = "private"
    """Not even those who see events by a grant."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return VISIBILITY_LABELS[self]


VISIBILITY_LABELS = {
    Visibility.EVERYONE: lazy_pgettext("visibility", "Everybody"),
    Visibility.TIME_AND_TITLE: lazy_pgettext("visibility", "Others see time and title"),
    Visibility.TIME_ONLY: lazy_pgettext("visibility", "Others see the time only"),
    Visibility.PARTICIPANTS: lazy_pgettext("visibility", "Participants only"),
    Visibility.CHOSEN: lazy_pgettext("visibility", "Participants and those chosen"),
    Visibility.PRIVATE: lazy_pgettext("visibility", "Private"),
}


class Sight(IntEnum):
    """How much of an event somebody sees; each includes the ones before it."""

    NOTHING = 0
    TIME = 1
    TITLE = 2
    FULL = 3


class Hidden(StrEnum):
    """What others see of an event that is for its participants."""

    TIME = "time"
    NOTHING = "nothing"


class Entering(StrEnum):
    """Whose calendars others may enter events into."""

    EVERYBODY = "everybody"
    BUREAU = "bureau"
    SECTION = "section"
    GRANTED = "granted"


class PlaceKind(StrEnum):
    """Whose calendars are shown together."""

    UNIT = "unit"
    GROUP = "group"


class View(StrEnum):
    """A page of calendars that the schedule can open with."""

    ORGANISATION_WEEK = "organisation_week"
    ORGANISATION_DAY = "organisation_day"
    WEEK = "week"
    MONTH = "month"
    LIST = "list"
    YEAR = "year"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return VIEW_LABELS[self]


VIEW_LABELS = {
    View.ORGANISATION_WEEK: lazy_gettext("Organisation, week"),
    View.ORGANISATION_DAY: lazy_gettext("Organisation, day"),
    View.WEEK: lazy_gettext("My week"),
    View.MONTH: lazy_gettext("My month"),
    View.LIST: lazy_gettext("List"),
    View.YEAR: lazy_gettext("Fiscal year"),
}


class Answer(StrEnum):
    """What an invited person has said."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return ANSWER_LABELS[self]


ANSWER_LABELS = {
    Answer.NEEDS_ACTION: lazy_pgettext("attendance", "Not answered"),
    Answer.ACCEPTED: lazy_pgettext("attendance", "Attends"),
    Answer.TENTATIVE: lazy_pgettext("attendance", "Undecided"),
    Answer.DECLINED: lazy_pgettext("attendance", "Absent"),
}


class PollState(StrEnum):
    """Where a date poll stands."""

    OPEN = "open"
    SETTLED = "settled"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return POLL_STATE_LABELS[self]


POLL_STATE_LABELS = {
    PollState.OPEN: lazy_pgettext("date poll", "Open"),
    PollState.SETTLED: lazy_pgettext("date poll", "Settled"),
    PollState.CLOSED: lazy_pgettext("date poll", "Closed without a date"),
}


class Choice(StrEnum):
    """What somebody says to a slot: ○, △ or ×."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"

    @property
    def label(self) -> Text:
        """The words on screen."""
        return CHOICE_LABELS[self]

    @property
    def mark(self) -> str:
        """The sign in the table."""
        return {"yes": "○", "maybe": "△", "no": "×"}[self.value]


CHOICE_LABELS = {
    Choice.YES: lazy_pgettext("date poll", "Can"),
    Choice.MAYBE: lazy_pgettext("date poll", "If need be"),
    Choice.NO: lazy_pgettext("date poll", "Cannot"),
}


class SpecialState(StrEnum):
    """Where a request for somebody's time stands."""

    REQUESTED = "requested"
    ADJUSTING = "adjusting"
    FIXED = "fixed"
    DEPUTY = "deputy"
    """Fixed, with somebody else in their stead."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return SPECIAL_STATE_LABELS[self]

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done with it."""
        return self in (SpecialState.DECLINED, SpecialState.WITHDRAWN)


SPECIAL_STATE_LABELS = {
    SpecialState.REQUESTED: lazy_pgettext("special calendar", "Requested"),
    SpecialState.ADJUSTING: lazy_pgettext("special calendar", "Being arranged"),
    SpecialState.FIXED: lazy_pgettext("special calendar", "Fixed"),
    SpecialState.DEPUTY: lazy_pgettext("special calendar", "Fixed with a deputy"),
    SpecialState.DECLINED: lazy_pgettext("special calendar", "Declined"),
    SpecialState.WITHDRAWN: lazy_pgettext("special calendar", "Withdrawn"),
}

SPECIAL_ACT_LABELS = {
    "requested": lazy_pgettext("trace of a request", "Requested"),
    "changed": lazy_pgettext("trace of a request", "Changed"),
    "assigned": lazy_pgettext("trace of a request", "Taken in hand"),
    "fixed": lazy_pgettext("trace of a request", "Fixed"),
    "deputy": lazy_pgettext("trace of a request", "Fixed with a deputy"),
    "declined": lazy_pgettext("trace of a request", "Declined"),
    "withdrawn": lazy_pgettext("trace of a request", "Withdrawn"),
    "papers": lazy_pgettext("trace of a request", "Papers received"),
}


class Layer(StrEnum):
    """Who is shown a fixed time on printed weeks; each includes the ones before it."""

    INTERNAL = "internal"
    """The secretariat, and those who take part."""
    STAFF = "staff"
    PUBLIC = "public"

    @property
    def label(self) -> Text:
        """The word on screen."""
        return LAYER_LABELS[self]


LAYER_LABELS = {
    Layer.INTERNAL: lazy_pgettext("layer", "Secretariat only"),
    Layer.STAFF: lazy_pgettext("layer", "All staff"),
    Layer.PUBLIC: lazy_pgettext("layer", "Public"),
}


class Act(StrEnum):
    """A line of an event's history."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ANSWERED = "answered"
    """For somebody else; what people answer themselves is no line of the history."""

    @property
    def label(self) -> Text:
        """The word on screen."""
        return ACT_LABELS[self]


ACT_LABELS = {
    Act.CREATED: lazy_pgettext("history of an event", "Added"),
    Act.CHANGED: lazy_pgettext("history of an event", "Changed"),
    Act.MOVED: lazy_pgettext("history of an event", "Moved"),
    Act.CANCELLED: lazy_pgettext("history of an event", "Cancelled"),
    Act.ANSWERED: lazy_pgettext("history of an event", "Attendance answered"),
}

ALL_DAY = lazy_gettext("All day")

FIELD_LABELS = {
    "title": lazy_pgettext("event", "Title"),
    "kind_id": lazy_pgettext("event", "Kind"),
    "starts_at": lazy_pgettext("event", "Time"),
    "ends_at": lazy_pgettext("event", "Time"),
    "is_all_day": lazy_pgettext("event", "Time"),
    "place": lazy_pgettext("event", "Place"),
    "text": lazy_pgettext("event", "Details"),
    "web_meeting": lazy_gettext("Web meeting"),
    "is_tentative": lazy_pgettext("event", "Tentative"),
    "is_important": lazy_pgettext("event", "Important"),
    "is_busy": lazy_gettext("Shown as free"),
    "visibility": lazy_pgettext("event", "Who sees it"),
    "viewers": lazy_pgettext("event", "Who sees it"),
    "participants": lazy_pgettext("event", "Participants"),
    "guests": lazy_gettext("Guests from outside"),
    "calendar_unit_id": lazy_gettext("Calendar of an organisation"),
    "engaged": lazy_gettext("Whom it makes busy"),
    "rule": lazy_pgettext("event", "Repeats"),
    "days": lazy_pgettext("event", "Repeats"),
    "files": lazy_gettext("Attachments"),
    "left_out": lazy_pgettext("event", "Repeats"),
    "holidays": lazy_pgettext("event", "Repeats"),
    "zone": lazy_pgettext("event", "Time"),
    "classification": lazy_gettext("Confidentiality"),
    "rooms": lazy_gettext("Rooms and equipment"),
}
"""What the history calls the fields of `services.content.Content`."""

WEEKDAY_LABELS = (
    lazy_pgettext("weekday", "Mon"),
    lazy_pgettext("weekday", "Tue"),
    lazy_pgettext("weekday", "Wed"),
    lazy_pgettext("weekday", "Thu"),
    lazy_pgettext("weekday", "Fri"),
    lazy_pgettext("weekday", "Sat"),
    lazy_pgettext("weekday", "Sun"),
)

HUE_LABELS = {
    "blue": lazy_pgettext("colour", "Blue"),
    "cyan": lazy_pgettext("colour", "Cyan"),
    "green": lazy_pgettext("colour", "Green"),
    "lime": lazy_pgettext("colour", "Lime"),
    "yellow": lazy_pgettext("colour", "Yellow"),
    "orange": lazy_pgettext("colour", "Orange"),
    "magenta": lazy_pgettext("colour", "Magenta"),
    "purple": lazy_pgettext("colour", "Purple"),
    "grey": lazy_pgettext("colour", "Grey"),
}
