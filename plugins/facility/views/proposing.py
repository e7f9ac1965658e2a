"""The time that a form proposes to whoever has not chosen one."""

from datetime import date, datetime, time, timedelta

from groupware import clock
from groupware.actor import Actor
from groupware.calendar.working_time import from_working_time
from groupware.notifications.receivers import working_hours

MORNING = time(9)


def proposed(actor: Actor, day: date | None = None) -> datetime:
    """The next full hour of the actor's working time; on another day than today nine o'clock."""
    now = clock.local(actor.now)
    if day is not None and day != now.date():
        return clock.at(day, MORNING)
    hour = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    moment = from_working_time(hour, working_hours(actor.unit_id, actor.today))
    if day is None or moment.date() == day:
        return moment
    # Somebody who asks for today in the evening means today.
    return hour if hour.date() == day else now.replace(minute=0, second=0, microsecond=0)
