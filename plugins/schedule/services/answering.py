"""Say whether one takes part."""

import uuid
from typing import Any

from sqlalchemy import update

from groupware import audit, events
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict, Denied
from groupware.i18n import gettext
from plugins.schedule.enums import Act, Answer
from plugins.schedule.events import ANSWERED, event_topic
from plugins.schedule.models import Event, Participant, Span
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.events import is_readable, not_found
from plugins.schedule.queries.secretaries import may_act_for
from plugins.schedule.services.events import note, still_there
from plugins.schedule.services.following import touch


def answer(actor: Actor, uid: uuid.UUID, said: Answer, *, person_id: int | None = None) -> Event:
    """Take part, be undecided, or stay away: whoever stays away is free at that time, and still sees the event.

    `person_id` is whose answer it is, where a secretary says it. Raises NotFound for an event that the actor may not see,
    Conflict for one that they were not invited to, Denied where the actor may not answer for the person.
    """
    whose = person_id or actor.person_id
    event = still_there(Event.uid == uid)
    if event is None or not is_readable(actor, event.id):
        raise not_found()
    if whose is None or not may_act_for(actor, whose):
        raise Denied(gettext("Only the secretaries of a person answer for them."), permission=WRITE)
    mine = session.get(Participant, (event.id, whose))
    if mine is None:
        raise Conflict(gettext("You are not invited to this event."), code="not_invited")
    if mine.answer == said:
        return event
    mine.answer, mine.answered_at = said.value, actor.now
    session.execute(
        update(Span)
        .where(Span.event_id == event.id, Span.person_id == whose)
        .values(is_busy=event.is_busy and said is not Answer.DECLINED)
    )
    touch(event)
    events.emit(actor, event_topic(event.id), ANSWERED, event_id=event.id, answer=said.value)
    details: dict[str, Any] = {"answer": said.value}
    if whose != actor.person_id:
        details["for"] = whose
        note(actor, event, Act.ANSWERED, person_id=whose)
    audit.record(actor, ANSWERED, event, unit_id=event.unit_id, details=details)
    return event
