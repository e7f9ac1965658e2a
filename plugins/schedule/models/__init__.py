"""Tables of the schedule, with the ties that `visible()` reads from them."""

from plugins.schedule.models import ties
from plugins.schedule.models.places import ExtraRow, Pin, Start
from plugins.schedule.models.reminders import Progress, Reminder, ReminderHabit
from plugins.schedule.models.secretaries import Secretary
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
    "Change",
    "Engaged",
    "Event",
    "ExtraRow",
    "Guest",
    "Invited",
    "Kind",
    "Participant",
    "Pin",
    "Progress",
    "Reminder",
    "ReminderHabit",
    "Secretary",
    "Span",
    "Start",
    "UnitSpan",
    "Viewer",
    "ties",
]
