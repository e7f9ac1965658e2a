"""Who is told about an event, and what they are told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, or_, select

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.directory.models import Person
from plugins.schedule.models import Event, Participant
from plugins.schedule.queries.sight import READABLE, parameters

TOLD = (
    Event.id,
    Event.uid,
    Event.title,
    Event.starts_at,
    Event.ends_at,
    Event.is_all_day,
    Event.classification,
    Event.unit_id,
)
"""What of an event somebody is told in their timeline."""
_told = select(*TOLD, Event.deleted_at).where(
    Event.id.in_(bindparam("events", type_=BIGINT, expanding=True)), READABLE
)


def told_about(actor: Actor, events: Sequence[int]) -> Sequence[Any]:
    """Those of the events that the actor sees at least by title; cancelled ones too."""
    return fetch(_told, {**parameters(actor), "events": list(events)}).all()


def participants(event_id: int, now: datetime) -> Select[Any]:
    """The people who take part, unless all of it is over, or it holds a slot of a poll, which tells them itself: then it is no news."""
    return (
        select(Participant.person_id)
        .join(Event, Event.id == Participant.event_id)
        .where(Event.id == event_id, (Event.ends_at > now) | (Event.rule != ""), Event.poll_uid.is_(None))
    )


_others = (
    select(Participant.person_id)
    .where(
        Participant.event_id == bindparam("event", type_=BIGINT),
        Participant.person_id != bindparam("caused_by", type_=BIGINT),
    )
    .limit(1)
)


def has_others(event_id: int, caused_by: int | None) -> bool:
    """Whether anybody takes part but who caused what there is to tell. Most events are of one person alone."""
    return fetch(_others, {"event": event_id, "caused_by": caused_by or 0}).first() is not None


def concerned(event_id: int) -> Select[Any]:
    """The people who take part, and whose event it is."""
    return (
        select(Person.id)
        .join(Event, Event.id == event_id)
        .where(
            or_(
                Person.id == Event.organiser_id,
                exists().where(Participant.event_id == Event.id, Participant.person_id == Person.id),
            )
        )
    )


def organisers(event_id: int) -> Select[Any]:
    """Whose event it is."""
    return select(Event.organiser_id).where(Event.id == event_id)
