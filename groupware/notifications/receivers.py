"""How people are told of something: what they chose, and what their bureau decided for those who did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import and_, bindparam, select

from groupware import rules
from groupware.among import among
from groupware.calendar.working_time import WHOLE_DAY, WorkingHours
from groupware.db import fetch
from groupware.directory.models import Appointment, Person
from groupware.directory.queries.standing import places
from groupware.notifications.enums import Channel, Rhythm
from groupware.notifications.models import MailRefusal, NoticeChoice, NoticePreference
from groupware.notifications.rules import MAIL, MAIL_RHYTHM, QUIET, URGENT, WORK_BEGINS, WORK_ENDS
from groupware.notifications.timing import Plan
from groupware.plugin import NotificationKind

_today: Any = bindparam("today")
_receivers = (
    select(
        Person.id,
        Person.email,
        Appointment.unit_id,
        NoticeChoice.by_timeline,
        NoticeChoice.by_mail,
        NoticeChoice.by_desktop,
        NoticePreference.person_id.label("preference"),
        NoticePreference.mail_rhythm,
        NoticePreference.daily_at,
        NoticePreference.is_quiet,
        NoticePreference.quiet_until,
        NoticePreference.quiet_from,
        NoticePreference.urgent_waits,
        MailRefusal.address.label("refused"),
    )
    .select_from(Person)
    .outerjoin(Appointment, and_(Appointment.person_id == Person.id, places(Appointment, _today)))
    .outerjoin(
        NoticeChoice, and_(NoticeChoice.person_id == Person.id, NoticeChoice.kind == bindparam("kind"))
    )
    .outerjoin(NoticePreference, NoticePreference.person_id == Person.id)
    .outerjoin(MailRefusal, MailRefusal.person_id == Person.id)
    .where(among(Person.id, "people"))
    .order_by(Person.id)
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told of a kind: the ways on which, and when."""

    person_id: int
    channels: frozenset[Channel]
    plan: Plan


def receivers(people: Sequence[int], kind: NotificationKind, day: date) -> list[Receiver]:
    """The people with their ways, by one query. Mail is among them only for who has an address that takes it."""
    bureaus: dict[int | None, _Bureau] = {}
    found = []
    for row in fetch(_receivers, {"people": list(people), "kind": kind.id, "today": day}):
        bureau = bureaus.get(row.unit_id)
        if bureau is None:
            bureau = bureaus[row.unit_id] = _bureau(kind, row.unit_id, day)
        found.append(Receiver(row.id, _channels(row, bureau), _plan(row, bureau)))
    return found


@dataclass(frozen=True, slots=True)
class _Bureau:
    """What holds in a unit."""

    channels: frozenset[str]
    has_mail: bool
    rhythm: Rhythm
    hours: WorkingHours
    is_quiet: bool
    urgent_passes: bool
    plan: Plan


def _bureau(kind: NotificationKind, unit_id: int | None, day: date) -> _Bureau:
    hours, is_quiet = working_hours(unit_id, day), bool(rules.value(QUIET, unit_id, day))
    rhythm = Rhythm(rules.value(MAIL_RHYTHM, unit_id, day))
    urgent_passes = bool(rules.value(URGENT, unit_id, day))
    return _Bureau(
        frozenset(rules.value(kind.channels_rule, unit_id, day)),
        bool(rules.value(MAIL, unit_id, day)),
        rhythm,
        hours,
        is_quiet,
        urgent_passes,
        Plan(rhythm, hours.begins, hours if is_quiet else None, urgent_passes),
    )


def working_hours(unit_id: int | None, day: date) -> WorkingHours:
    """The working hours of a unit, by its rules."""
    begins = clock_time(rules.value(WORK_BEGINS, unit_id, day))
    ends = clock_time(rules.value(WORK_ENDS, unit_id, day))
    return WorkingHours(begins, ends if ends > begins else WHOLE_DAY)


def clock_time(text: str) -> time:
    """08:30 as a time."""
    return time.fromisoformat(text)


def _channels(row: Any, bureau: _Bureau) -> frozenset[Channel]:
    chosen = {
        channel
        for channel, own in (
            (Channel.TIMELINE, row.by_timeline),
            (Channel.MAIL, row.by_mail),
            (Channel.DESKTOP, row.by_desktop),
        )
        if (channel in bureau.channels if own is None else own)
    }
    if not bureau.has_mail or not row.email or row.refused == row.email:
        chosen.discard(Channel.MAIL)
    return frozenset(chosen)


def _plan(row: Any, bureau: _Bureau) -> Plan:
    if row.preference is None:
        return bureau.plan
    hours = bureau.hours
    if row.quiet_until or row.quiet_from:
        # The working hours may have moved away from what the person once left open: then they alone hold.
        hours = hours.common(own_hours(row.quiet_until, row.quiet_from)) or hours
    is_quiet = bureau.is_quiet or row.is_quiet or bool(row.quiet_until or row.quiet_from)
    return Plan(
        Rhythm(row.mail_rhythm) if row.mail_rhythm else bureau.rhythm,
        clock_time(row.daily_at),
        hours if is_quiet else None,
        bureau.urgent_passes and not row.urgent_waits,
    )


def own_hours(quiet_until: str, quiet_from: str) -> WorkingHours:
    """The hours that a person leaves open, where an empty end is open. Raises ValueError where none are left."""
    return WorkingHours(
        clock_time(quiet_until) if quiet_until else time(0),
        clock_time(quiet_from) if quiet_from else WHOLE_DAY,
    )


__all__ = ["Receiver", "clock_time", "own_hours", "receivers", "working_hours"]
