"""Tables of the schedule, with the ties that `visible()` reads from them."""

from plugins.schedule.models import ties
from plugins.schedule.models.comments import Comment
from plugins.schedule.models.places import ExtraRow, Pin, Start
from plugins.schedule.models.polls import Poll, PollAnswer, PollInvited, PollRespondent, PollSlot
from plugins.schedule.models.private import CalendarProperty, PrivateCalendar, PrivateEntry
from plugins.schedule.models.programs import Copy, Followed, Moved, Told
from plugins.schedule.models.reminders import Progress, Reminder, ReminderHabit
from plugins.schedule.models.secretaries import Secretary
from plugins.schedule.models.special import SpecialChange, SpecialRequest
from plugins.schedule.models.tables import (
    Change,
    Engaged,
    Event,
    Guest,
    Invited,
    Kind,
    Participant,
    Span,
    UnitSpan,
    Viewer,
)

__all__ = [
    "CalendarProperty",
    "Change",
    "Comment",
    "Copy",
    "Engaged",
    "Event",
    "ExtraRow",
    "Followed",
    "Guest",
    "Invited",
    "Kind",
    "Moved",
    "Participant",
    "Pin",
    "Poll",
    "PollAnswer",
    "PollInvited",
    "PollRespondent",
    "PollSlot",
    "PrivateCalendar",
    "PrivateEntry",
    "Progress",
    "Reminder",
    "ReminderHabit",
    "Secretary",
    "Span",
    "SpecialChange",
    "SpecialRequest",
    "Start",
    "Told",
    "UnitSpan",
    "Viewer",
    "ties",
]
