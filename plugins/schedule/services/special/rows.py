"""A request that is locked for a write, the event that it has become, and the line that every act leaves in its trace."""

import uuid

from sqlalchemy import select

from groupware import audit, events
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.schedule.enums import SpecialState
from plugins.schedule.events import special_topic
from plugins.schedule.models import Event, SpecialChange, SpecialRequest
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.special import decides, opened
from plugins.schedule.services import events as calendar

REPLY_LENGTH = 1000


def locked(actor: Actor, uid: uuid.UUID, *, version: int | None = None) -> SpecialRequest:
    """The request, locked, if the actor sees it. Raises NotFound; Conflict if it is over, or is not what `version` was."""
    statement = select(SpecialRequest).where(SpecialRequest.id == opened(actor, uid).id).with_for_update()
    one = session.scalars(statement.execution_options(populate_existing=True)).one()
    if SpecialState(one.state).is_over:
        raise Conflict(gettext("This request is over."), code="over")
    if version is not None and version != one.version:
        raise Conflict(
            gettext("Somebody changed this request meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    return one


def require_decider(actor: Actor, one: SpecialRequest) -> None:
    """Raises Denied for who neither is asked for nor acts for them."""
    if not decides(actor, one):
        raise Denied(gettext("Only the secretaries arrange this request."), permission=WRITE)


def event_of(one: SpecialRequest) -> Event | None:
    """The event that it has become, locked."""
    if one.event_uid is None:
        return None
    return calendar.still_there(Event.uid == one.event_uid)


def drop(actor: Actor, one: SpecialRequest) -> None:
    """Take its event out of the calendars; rooms and cars are free again."""
    event = event_of(one)
    if event is not None:
        calendar.take_down(actor, event)


def reply_of(actor: Actor, one: SpecialRequest, reply: str) -> str:
    """A word that is sent along, in one line. Raises Invalid where it is too long or holds what may not be typed."""
    reply = " ".join(reply.split())
    if len(reply) > REPLY_LENGTH:
        fault = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=REPLY_LENGTH, length=len(reply)
        )
        raise Invalid(fault, fields={"reply": fault})
    texts.require_clean(actor, one.unit_id, {"reply": reply})
    return reply


def note(actor: Actor, one: SpecialRequest, act: str, words: str = "") -> None:
    """A line of the trace."""
    session.add(
        SpecialChange(
            request_id=one.id,
            act=act,
            note=words,
            made_by=actor.person_id,
            made_by_name=actor.display_name,
            made_at=actor.now,
        )
    )


def told(actor: Actor, one: SpecialRequest, act: str, kind: str, *, words: str = "", **more: str) -> None:
    """Write an act down and tell it."""
    one.updated_at = actor.now
    one.version += 1
    note(actor, one, act, words)
    events.emit(actor, special_topic(one.id), kind, request_id=one.id, **more)
    audit.record(actor, kind, one, unit_id=one.unit_id, details={"act": act})
    session.flush()
