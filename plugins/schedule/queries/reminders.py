"""Who is to be reminded of what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.directory.models import Person
from plugins.schedule.enums import Answer
from plugins.schedule.models import Event, Participant, Reminder, ReminderHabit, Span
from plugins.schedule.queries.receivers import TOLD
from plugins.schedule.queries.sight import READABLE, parameters

_after, _until = bindparam("after", type_=UTCDateTime()), bindparam("until", type_=UTCDateTime())
_approaching = (
    select(
        Span.event_id,
        Span.person_id,
        Event.is_all_day,
        Reminder.minutes.label("chosen"),
        ReminderHabit.minutes.label("usual"),
    )
    .join(Event, Event.id == Span.event_id)
    .join(Participant, (Participant.event_id == Span.event_id) & (Participant.person_id == Span.person_id))
    .outerjoin(Reminder, (Reminder.event_id == Span.event_id) & (Reminder.person_id == Span.person_id))
    .outerjoin(ReminderHabit, ReminderHabit.person_id == Span.person_id)
    .where(
        Span.starts_at > _after,
        Span.starts_at <= _until,
        Span.event_id > bindparam("passed", type_=BIGINT),
        Participant.answer != Answer.DECLINED.value,
    )
    .distinct()
    .order_by(Span.event_id, Span.person_id)
    .limit(bindparam("most"))
)


def approaching(after: datetime, until: datetime, passed: int, most: int) -> Sequence[Any]:
    """Who takes part in what begins in this time, with what they chose; events after `passed`, by event. One query."""
    values = {"after": after, "until": until, "passed": passed, "most": most}
    return fetch(_approaching, values).all()


_mine = (
    select(Reminder.minutes, ReminderHabit.minutes)
    .select_from(Person)
    .outerjoin(ReminderHabit, ReminderHabit.person_id == Person.id)
    .outerjoin(
        Reminder, (Reminder.person_id == Person.id) & (Reminder.event_id == bindparam("event", type_=BIGINT))
    )
    .where(Person.id == bindparam("person", type_=BIGINT))
)


def chosen_by(actor: Actor, event_id: int = 0) -> tuple[int | None, int | None]:
    """(for this event, for all others) what the person chose, None where they chose nothing. One query."""
    row = fetch(_mine, {"person": actor.person_id, "event": event_id}).first()
    return (row[0], row[1]) if row is not None else (None, None)


_next = (
    select(Span.starts_at)
    .where(
        Span.event_id == Event.id,
        Span.person_id == bindparam("person", type_=BIGINT),
        Span.ends_at > bindparam("moment", type_=UTCDateTime()),
    )
    .order_by(Span.starts_at)
    .limit(1)
    .scalar_subquery()
)
_told = select(*TOLD, _next.label("next_at")).where(
    Event.id.in_(bindparam("events", type_=BIGINT, expanding=True)), Event.deleted_at.is_(None), READABLE
)


def reminded_of(actor: Actor, events: Sequence[int]) -> Sequence[Any]:
    """Those of the events that the actor sees, with the beginning of their next occurrence for them, if there is one."""
    values = {"events": list(events), "person": actor.person_id, "moment": actor.now}
    return fetch(_told, {**parameters(actor), **values}).all()


def people(ids: Sequence[int]) -> Select[Any]:
    """These people."""
    return select(Person.id).where(Person.id.in_(ids))
