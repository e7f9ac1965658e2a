"""Say whether one takes part."""

import uuid

from sqlalchemy import select, update

from groupware import audit, events
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict
from groupware.i18n import gettext
from plugins.schedule.enums import Answer
from plugins.schedule.events import ANSWERED, event_topic
from plugins.schedule.models import Event, Participant, Span
from plugins.schedule.queries.events import is_readable, not_found


def answer(actor: Actor, uid: uuid.UUID, said: Answer) -> Event:
    """Take part, be undecided, or stay away: whoever stays away is free at that time, and still sees the event.

    Raises NotFound for an event that the actor may not see, Conflict for one that they were not invited to.
    """
    statement = select(Event).where(Event.uid == uid, Event.deleted_at.is_(None))
    event = session.scalars(statement.with_for_update()).one_or_none()
    if event is None or not is_readable(actor, event.id):
        raise not_found()
    mine = session.get(Participant, (event.id, actor.person_id))
    if mine is None:
        raise Conflict(gettext("You are not invited to this event."), code="not_invited")
    if mine.answer == said:
        return event
    mine.answer, mine.answered_at = said.value, actor.now
    session.execute(
        update(Span)
        .where(Span.event_id == event.id, Span.person_id == actor.person_id)
        .values(is_busy=event.is_busy and said is not Answer.DECLINED)
    )
    events.emit(actor, event_topic(event.id), ANSWERED, event_id=event.id, answer=said.value)
    audit.record(actor, ANSWERED, event, unit_id=event.unit_id, details={"answer": said.value})
    return event
