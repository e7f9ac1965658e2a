"""Ask for somebody's time, change what was asked, take it back."""

import uuid
from typing import Any

from groupware import audit, events, idempotency, rules
from groupware.actor import Actor
from groupware.db import session
from groupware.errors import Denied
from groupware.guards import labels
from groupware.i18n import gettext
from plugins.schedule.enums import Act, SpecialState
from plugins.schedule.events import SPECIAL_CHANGED, SPECIAL_REQUESTED, SPECIAL_WITHDRAWN, special_topic
from plugins.schedule.models import SpecialRequest
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.special import asks, decides
from plugins.schedule.rules import RETENTION_YEARS
from plugins.schedule.services import events as calendar
from plugins.schedule.services.special.papers import plan_reminders
from plugins.schedule.services.special.plans import Plan, checked, put
from plugins.schedule.services.special.rows import drop, event_of, locked, note, reply_of, told


def request(actor: Actor, plan: Plan, *, key: str = "") -> uuid.UUID:
    """Ask. The same `key` asks once. Raises Invalid with the fields at fault."""
    asked = {"title": plan.title, "at": plan.starts_at, "person": plan.person_id}
    made = idempotency.once(actor, key, asked, lambda: _request(actor, plan))
    return uuid.UUID(made["uid"])


def _request(actor: Actor, plan: Plan) -> dict[str, Any]:
    if actor.person_id is None:
        raise Denied(gettext("Please sign in as the person who asks."), permission=WRITE)
    plan = checked(actor, plan, actor.unit_id)
    one = SpecialRequest(
        unit_id=actor.unit_id,
        requested_by=actor.person_id,
        classification=labels.default(actor.unit_id).value,
        retention_years=int(rules.value(RETENTION_YEARS, actor.unit_id)),
        created_at=actor.now,
        updated_at=actor.now,
    )
    put(one, plan)
    session.add(one)
    session.flush()
    note(actor, one, "requested")
    plan_reminders(actor, one)
    events.emit(actor, special_topic(one.id), SPECIAL_REQUESTED, request_id=one.id)
    audit.record(actor, SPECIAL_REQUESTED, one, unit_id=one.unit_id)
    return {"uid": str(one.uid)}


def change(actor: Actor, uid: uuid.UUID, plan: Plan, *, version: int) -> SpecialRequest:
    """Change what is asked for. What was fixed has to be arranged again: until then its event is tentative.

    Raises Invalid with the fields at fault, Denied for who neither asked nor decides, Conflict if it is over or was changed.
    """
    one = locked(actor, uid, version=version)
    if not (asks(actor, one) or decides(actor, one)):
        raise Denied(
            gettext("Only whoever asked, and the secretaries, change this request."), permission=WRITE
        )
    plan = checked(actor, plan, one.unit_id, kept=one.person_id)
    put(one, plan)
    if one.state in (SpecialState.FIXED, SpecialState.DEPUTY):
        one.state = SpecialState.ADJUSTING.value
        event = event_of(one)
        if event is not None and not event.is_tentative:
            event.is_tentative = True
            calendar.told(actor, event, Act.CHANGED, ["is_tentative"])
    told(actor, one, "changed", SPECIAL_CHANGED)
    plan_reminders(actor, one)
    return one


def withdraw(actor: Actor, uid: uuid.UUID, reason: str = "") -> SpecialRequest:
    """Take a request back; its event leaves the calendars, rooms and cars are free again."""
    one = locked(actor, uid)
    if not asks(actor, one):
        raise Denied(gettext("Only whoever asked takes a request back."), permission=WRITE)
    reason = reply_of(actor, one, reason)
    drop(actor, one)
    one.state = SpecialState.WITHDRAWN.value
    told(actor, one, "withdrawn", SPECIAL_WITHDRAWN, words=reason)
    return one
