"""Remind people of their events: choose when, and tell them.

The job walks through time: a minute of the clock is one window for each number of minutes that can be chosen, and what begins that
much later than the window is told. How far it has come is kept with what it did, so nothing is left out or told twice, whatever
is restarted when. An event that moves is told before its new time; a window further back than `LATEST` is given up.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import delete, select

from groupware import events, jobs, rules
from groupware.actor import Actor
from groupware.db import session, upsert
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext
from plugins.schedule.enums import NO_REMINDER, REMINDERS
from plugins.schedule.events import REMINDED
from plugins.schedule.events import REMINDERS as TOPIC
from plugins.schedule.models import Event, Participant, Progress, Reminder, ReminderHabit
from plugins.schedule.queries.events import is_readable, not_found
from plugins.schedule.queries.reminders import approaching
from plugins.schedule.rules import REMINDING

REMIND_SOME = "schedule.remind_some"
NAME = "reminders"
LATEST = timedelta(hours=1)
AT_ONCE = 4000
"""Rows that one job looks at: more than one event can have."""


def choose(actor: Actor, uid: uuid.UUID, minutes: int | None) -> Event:
    """Be reminded of one event so many minutes before, not at all (NO_REMINDER), or as of all others (None).

    Raises NotFound for an event that the actor may not see, Conflict where they do not take part, Invalid.
    """
    event = session.scalars(select(Event).where(Event.uid == uid, Event.deleted_at.is_(None))).one_or_none()
    if event is None or not is_readable(actor, event.id):
        raise not_found()
    if session.get(Participant, (event.id, actor.person_id)) is None:
        raise Conflict(gettext("You are not invited to this event."), code="not_invited")
    if minutes is None:
        session.execute(
            delete(Reminder).where(Reminder.event_id == event.id, Reminder.person_id == actor.person_id)
        )
        return event
    _require_offered(minutes)
    row = upsert(Reminder).values(event_id=event.id, person_id=actor.person_id, minutes=minutes)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Reminder.event_id, Reminder.person_id], set_={"minutes": minutes}
        )
    )
    return event


def choose_habit(actor: Actor, minutes: int | None) -> None:
    """Be reminded of all events so many minutes before, not at all, or as the bureau's rule says (None). Raises Invalid."""
    if minutes is None:
        session.execute(delete(ReminderHabit).where(ReminderHabit.person_id == actor.person_id))
        return
    _require_offered(minutes)
    row = upsert(ReminderHabit).values(person_id=actor.person_id, minutes=minutes)
    session.execute(
        row.on_conflict_do_update(index_elements=[ReminderHabit.person_id], set_={"minutes": minutes})
    )


def take_over(from_id: int, to_id: int) -> None:
    """What was chosen for one event counts for another: an occurrence that left its series, what follows."""
    chosen = select(Reminder.person_id, Reminder.minutes).where(Reminder.event_id == from_id)
    for person_id, minutes in session.execute(chosen).all():
        session.add(Reminder(event_id=to_id, person_id=person_id, minutes=minutes))


def rule_of(unit_id: int | None) -> int:
    """When people of an organisation are reminded who chose nothing."""
    return int(rules.value(REMINDING, unit_id))


def walk(actor: Actor) -> None:
    """Have everything told whose time has come since the last walk."""
    progress = session.get(Progress, NAME, with_for_update=True)
    if progress is None:
        progress = Progress(name=NAME, until=actor.now)
        session.add(progress)
        return
    since = max(progress.until, actor.now - LATEST)
    if actor.now <= since:
        return
    for minutes in REMINDERS:
        tell_some(actor, minutes, since.isoformat(), actor.now.isoformat(), 0)
    progress.until = actor.now


def tell_some(actor: Actor, minutes: int, since: str, until: str, passed: int) -> None:
    """Tell who is reminded `minutes` before, of events that begin so much after this time; the rest is another job."""
    ahead = timedelta(minutes=minutes)
    after = max(datetime.fromisoformat(since) + ahead, actor.now)
    rows = approaching(after, datetime.fromisoformat(until) + ahead, passed, AT_ONCE)
    is_whole = len(rows) < AT_ONCE
    # The last event may go on in the next job; all others are complete.
    last = rows[-1].event_id if not is_whole else None
    done = passed
    for event_id, people in _reminded([row for row in rows if row.event_id != last], minutes):
        events.emit(actor, TOPIC, REMINDED, event_id=event_id, people=people)
    if not is_whole:
        done = max((row.event_id for row in rows if row.event_id != last), default=passed)
        values = {"minutes": minutes, "since": since, "until": until, "passed": done}
        jobs.enqueue(actor, REMIND_SOME, values)


def _reminded(rows: Sequence[Any], minutes: int) -> Iterator[tuple[int, list[int]]]:
    entries = roll().entries
    by_unit: dict[int | None, int] = {}

    def wants(row: Any) -> bool:
        if row.chosen is not None:
            return bool(row.chosen == minutes)
        if row.is_all_day:
            return False
        if row.usual is not None:
            return bool(row.usual == minutes)
        entry = entries.get(row.person_id)
        unit_id = entry.unit_id if entry is not None else None
        if unit_id not in by_unit:
            by_unit[unit_id] = rule_of(unit_id)
        return by_unit[unit_id] == minutes

    for event_id, group in groupby(rows, attrgetter("event_id")):
        people = [row.person_id for row in group if wants(row)]
        if people:
            yield event_id, people


def _require_offered(minutes: int) -> None:
    if minutes not in (NO_REMINDER, *REMINDERS):
        raise Invalid(gettext("Please choose one of the list."), code="minutes")
