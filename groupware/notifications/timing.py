"""When somebody is told: rhythm of the mail, and times at which mail and desktop wait.

Pure but for the time zone of the municipality, which `clock` knows.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from groupware import clock
from groupware.calendar.working_time import WorkingHours, from_working_time
from groupware.notifications.enums import Rhythm


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided for a person. `hours` of None: nothing ever waits. `daily_at` is wall-clock time."""

    rhythm: Rhythm
    daily_at: time
    hours: WorkingHours | None
    urgent_passes: bool


def mail_due(now: datetime, plan: Plan, *, is_urgent: bool) -> datetime:
    """From when on a mail may go out about something that happens `now`, in UTC. What is urgent goes at once."""
    if is_urgent and plan.urgent_passes:
        return now
    local = clock.local(now)
    if plan.rhythm is Rhythm.HOURLY:
        local = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    elif plan.rhythm is Rhythm.DAILY:
        today = datetime.combine(local.date(), plan.daily_at, local.tzinfo)
        local = today if local <= today else today + timedelta(days=1)
    return _awake(local, plan)


def desktop_due(now: datetime, plan: Plan, *, is_urgent: bool) -> datetime:
    """From when on the desktop may announce something that happens `now`, in UTC."""
    return now if is_urgent and plan.urgent_passes else _awake(clock.local(now), plan)


def _awake(local: datetime, plan: Plan) -> datetime:
    moment = from_working_time(local, plan.hours) if plan.hours is not None else local
    return moment.astimezone(UTC)


__all__ = ["Plan", "desktop_due", "mail_due"]
