"""Papers that are wanted before an appointment: reminded of the day before and on the day, until they have arrived."""

import uuid
from datetime import timedelta

from groupware import clock, events, jobs
from groupware.actor import Actor
from groupware.db import session
from plugins.schedule.enums import SpecialState
from plugins.schedule.events import SPECIAL_CHANGED, SPECIAL_PAPERS_DUE, special_topic
from plugins.schedule.models import SpecialRequest
from plugins.schedule.services.special.rows import locked, require_decider, told

PAPERS_AT = 8
"""Hour at which somebody is reminded."""


def receive_papers(actor: Actor, uid: uuid.UUID) -> SpecialRequest:
    """Note that the papers have arrived: nobody is reminded of them any more."""
    one = locked(actor, uid)
    require_decider(actor, one)
    if one.papers_at is None:
        one.papers_at = actor.now
        told(actor, one, "papers", SPECIAL_CHANGED)
    return one


def remind_of_papers(actor: Actor, request_id: int, due: str) -> None:
    """Remind whoever asked of papers that are due on that day and have not arrived."""
    one = session.get(SpecialRequest, request_id)
    if (
        one is None
        or one.deleted_at is not None
        or SpecialState(one.state).is_over
        or one.papers_at is not None
    ):
        return
    if one.papers_due is not None and one.papers_due.isoformat() == due:
        events.emit(actor, special_topic(one.id), SPECIAL_PAPERS_DUE, request_id=one.id)


def plan_reminders(actor: Actor, one: SpecialRequest) -> None:
    """Let whoever asked be reminded, once for each day that the papers are due."""
    if one.papers_due is None or one.papers_at is not None:
        return
    payload = {"request_id": one.id, "due": one.papers_due.isoformat()}
    for before in (1, 0):
        due_at = clock.midnight(one.papers_due - timedelta(days=before)) + timedelta(hours=PAPERS_AT)
        if due_at > actor.now:
            key = f"schedule-papers-{one.id}-{one.papers_due.isoformat()}-{before}"
            jobs.enqueue(actor, "schedule.papers_due", payload, key=key, due_at=due_at)
