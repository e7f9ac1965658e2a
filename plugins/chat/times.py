"""When a message may be sent later, and whether people are at work: by the calendar of the house and the hours of an organisation."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from groupware import clock
from groupware.actor import Actor
from groupware.calendar.holidays import is_working_day, next_working_day
from groupware.calendar.working_time import is_working_time
from groupware.i18n import lazy_pgettext
from groupware.notifications.receivers import working_hours
from groupware.plugin import Text

MORNING = time(8, 45)
"""When the counters open. Where work begins later, that is the morning."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A time at which a message may be sent, and what it is called."""

    at: datetime
    label: Text


def offers(actor: Actor) -> list[Offer]:
    """The next mornings: of today, if it is still to come, of tomorrow, and of the next working day, each once."""
    now, begins = clock.local(actor.now), working_hours(actor.unit_id, actor.today).begins
    morning = max(MORNING, begins)
    found = [
        Offer(clock.at(day, morning), label)
        for day, label in (
            (actor.today, lazy_pgettext("chat time", "Today")),
            (clock.day_after(actor.today), lazy_pgettext("chat time", "Tomorrow")),
        )
        if is_working_day(day) and clock.at(day, morning) > now
    ]
    following = next_working_day(actor.today)
    if following - actor.today > timedelta(days=1):
        found.append(Offer(clock.at(following, morning), lazy_pgettext("chat time", "Next working day")))
    return found


def are_at_work(actor: Actor) -> bool:
    """Whether it is working time where the actor works."""
    return is_working_time(clock.local(actor.now), working_hours(actor.unit_id, actor.today))


__all__ = ["Offer", "are_at_work", "offers"]
