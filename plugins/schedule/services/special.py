"""Ask for the time of the mayor and others of special service; arrange, fix, decline, withdraw.

Whoever asked may change and withdraw; whose time it is and their secretaries decide. What is fixed is an event with its rooms
and cars, written in the same unit of work. Every act is a line of the trace.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from groupware import audit, clock, events, idempotency, jobs, rules
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.picking import Ref
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import labels, texts
from groupware.i18n import gettext
from groupware.text.folding import fold
from plugins.schedule.enums import Act, Layer, SpecialState, Visibility
from plugins.schedule.events import (
    SPECIAL_CHANGED,
    SPECIAL_DECIDED,
    SPECIAL_PAPERS_DUE,
    SPECIAL_REQUESTED,
    SPECIAL_WITHDRAWN,
    special_topic,
)
from plugins.schedule.models import Event, SpecialChange, SpecialRequest
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.special import askable, asks, colleagues, decides, opened
from plugins.schedule.rules import RETENTION_YEARS
from plugins.schedule.services import events as calendar
from plugins.schedule.services.content import EARLIEST, LATEST, PLACE_LENGTH, TITLE_LENGTH, Content

LINE_LENGTH = 200
LINES_LENGTH = 500
TEXT_LENGTH = 2000
REPLY_LENGTH = 1000
LONGEST = timedelta(days=31)
PAPERS_AT = 8
"""Hour at which somebody is reminded of papers, the day before and on the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked for: whose time, when, what for, and with what."""

    person_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    text: str = ""
    other_times: str = ""
    place: str = ""
    attendants: str = ""
    companions: str = ""
    papers: str = ""
    papers_due: date | None = None
    wants_car: bool = False
    may_send_deputy: bool = False
    layer: Layer = Layer.STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How it is fixed. With `deputy_id` somebody else goes; `rooms` are facilities, cars among them, all of them or none."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""
    layer: Layer = Layer.STAFF
    deputy_id: int | None = None
    rooms: tuple[uuid.UUID, ...] = ()
    reply: str = ""


_STORED = (
    *("person_id", "title", "starts_at", "ends_at", "text", "other_times", "place", "attendants"),
    *("companions", "papers", "papers_due", "wants_car", "may_send_deputy"),
)


def request(actor: Actor, plan: Plan, *, key: str = "") -> uuid.UUID:
    """Ask. The same `key` asks once. Raises Invalid with the fields at fault."""
    asked = {"title": plan.title, "at": plan.starts_at, "person": plan.person_id}
    made = idempotency.once(actor, key, asked, lambda: _request(actor, plan))
    return uuid.UUID(made["uid"])


def _request(actor: Actor, plan: Plan) -> dict[str, Any]:
    if actor.person_id is None:
        raise Denied(gettext("Please sign in as the person who asks."), permission=WRITE)
    plan = _checked(actor, plan, actor.unit_id)
    one = SpecialRequest(
        unit_id=actor.unit_id,
        requested_by=actor.person_id,
        classification=labels.default(actor.unit_id).value,
        retention_years=int(rules.value(RETENTION_YEARS, actor.unit_id)),
        created_at=actor.now,
        updated_at=actor.now,
    )
    _put(one, plan)
    session.add(one)
    session.flush()
    _note(actor, one, "requested")
    _plan_reminders(actor, one)
    events.emit(actor, special_topic(one.id), SPECIAL_REQUESTED, request_id=one.id)
    audit.record(actor, SPECIAL_REQUESTED, one, unit_id=one.unit_id)
    return {"uid": str(one.uid)}


def change(actor: Actor, uid: uuid.UUID, plan: Plan, *, version: int) -> SpecialRequest:
    """Change what is asked for. What was fixed has to be arranged again: until then its event is tentative.

    Raises Invalid with the fields at fault, Denied for who neither asked nor decides, Conflict if it is over or was changed.
    """
    one = _locked(actor, uid, version=version)
    if not (asks(actor, one) or decides(actor, one)):
        raise Denied(
            gettext("Only whoever asked, and the secretaries, change this request."), permission=WRITE
        )
    plan = _checked(actor, plan, one.unit_id, kept=one.person_id)
    _put(one, plan)
    if one.state in (SpecialState.FIXED, SpecialState.DEPUTY):
        one.state = SpecialState.ADJUSTING.value
        event = _event(one)
        if event is not None and not event.is_tentative:
            event.is_tentative = True
            calendar.told(actor, event, Act.CHANGED, ["is_tentative"])
    _told(actor, one, "changed", SPECIAL_CHANGED)
    _plan_reminders(actor, one)
    return one


def assign(actor: Actor, uid: uuid.UUID, person_id: int | None = None) -> SpecialRequest:
    """Take a request in hand, or give it to another secretary. Raises Invalid for who is none."""
    one = _locked(actor, uid)
    _require_decider(actor, one)
    whom = person_id or actor.person_id
    if whom != actor.person_id and whom not in {row.id for row in colleagues(one.person_id)}:
        raise Invalid(gettext("Please choose one of the secretaries."), fields={"assignee": ""})
    one.assigned_to = whom
    if one.state == SpecialState.REQUESTED:
        one.state = SpecialState.ADJUSTING.value
    _told(actor, one, "assigned", SPECIAL_CHANGED)
    return one


def fix(actor: Actor, uid: uuid.UUID, decision: Decision, *, version: int) -> SpecialRequest:
    """Fix it: the event stands in the calendars, with rooms and cars, or nothing is changed at all.

    Raises Invalid, Conflict if somebody was faster, `capabilities.Clashes` for facilities that cannot be had.
    """
    one = _locked(actor, uid, version=version)
    _require_decider(actor, one)
    reply = _reply(actor, one, decision.reply)
    _require_times(decision.starts_at, decision.ends_at)
    if decision.deputy_id is not None and (
        decision.deputy_id == one.person_id or decision.deputy_id not in roll().place
    ):
        raise Invalid(
            gettext("Please choose another person as deputy."),
            fields={"deputy": gettext("Please choose another person as deputy.")},
        )
    content = _content(one, decision)
    event = _event(one)
    if event is None:
        one.event_uid = calendar.create(actor, content, organiser_id=one.person_id, rooms=decision.rooms)
    else:
        calendar.change(actor, event.uid, content, version=event.version, rooms=decision.rooms)
    state = SpecialState.FIXED if decision.deputy_id is None else SpecialState.DEPUTY
    one.starts_at, one.ends_at, one.place = decision.starts_at, decision.ends_at, content.place
    one.state, one.layer = state.value, decision.layer.value
    one.deputy_id, one.reply = decision.deputy_id, reply
    one.assigned_to = one.assigned_to or actor.person_id
    _told(actor, one, state.value, SPECIAL_DECIDED, note=reply, state=state.value)
    return one


def decline(actor: Actor, uid: uuid.UUID, reply: str) -> SpecialRequest:
    """Say no, with a reason. What was fixed before leaves the calendars. Raises Invalid without a reason."""
    one = _locked(actor, uid)
    _require_decider(actor, one)
    reply = _reply(actor, one, reply)
    if not reply:
        raise Invalid(
            gettext("Please give the reason."), fields={"reply": gettext("Please give the reason.")}
        )
    _drop(actor, one)
    one.state, one.reply = SpecialState.DECLINED.value, reply
    _told(actor, one, "declined", SPECIAL_DECIDED, note=reply, state=one.state)
    return one


def withdraw(actor: Actor, uid: uuid.UUID, reason: str = "") -> SpecialRequest:
    """Take a request back; its event leaves the calendars, rooms and cars are free again."""
    one = _locked(actor, uid)
    if not asks(actor, one):
        raise Denied(gettext("Only whoever asked takes a request back."), permission=WRITE)
    reason = _reply(actor, one, reason)
    _drop(actor, one)
    one.state = SpecialState.WITHDRAWN.value
    _told(actor, one, "withdrawn", SPECIAL_WITHDRAWN, note=reason)
    return one


def receive_papers(actor: Actor, uid: uuid.UUID) -> SpecialRequest:
    """Note that the papers have arrived: nobody is reminded of them any more."""
    one = _locked(actor, uid)
    _require_decider(actor, one)
    if one.papers_at is None:
        one.papers_at = actor.now
        _told(actor, one, "papers", SPECIAL_CHANGED)
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


def take_away(actor: Actor, request_id: int) -> None:
    """Take a request out of everybody's sight after a security incident; its event stays what it is."""
    one = session.scalars(
        select(SpecialRequest)
        .where(SpecialRequest.id == request_id, SpecialRequest.deleted_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if one is not None:
        one.deleted_at, one.deleted_by = actor.now, actor.person_id


def _locked(actor: Actor, uid: uuid.UUID, *, version: int | None = None) -> SpecialRequest:
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


def _require_decider(actor: Actor, one: SpecialRequest) -> None:
    if not decides(actor, one):
        raise Denied(gettext("Only the secretaries arrange this request."), permission=WRITE)


def _event(one: SpecialRequest) -> Event | None:
    if one.event_uid is None:
        return None
    statement = select(Event).where(Event.uid == one.event_uid, Event.deleted_at.is_(None))
    return session.scalars(statement.with_for_update()).one_or_none()


def _drop(actor: Actor, one: SpecialRequest) -> None:
    event = _event(one)
    if event is not None:
        calendar.take_down(actor, event)


def _content(one: SpecialRequest, decision: Decision) -> Content:
    """The event: whoever goes, and whoever asked. The one whose time it is takes part unless a deputy goes."""
    who = decision.deputy_id or one.person_id
    people = (Ref(PrincipalKind.PERSON, key).value for key in dict.fromkeys([who, one.requested_by]))
    parts = (
        one.text,
        *(
            f"{word}: {value}"
            for word, value in (
                (gettext("Attendants"), one.attendants),
                (gettext("Companions"), one.companions),
                (gettext("Papers"), one.papers),
            )
            if value
        ),
    )
    is_open = decision.layer is not Layer.INTERNAL
    return Content(
        title=one.title,
        starts_at=decision.starts_at,
        ends_at=decision.ends_at,
        place=" ".join((decision.place or one.place).split())[:PLACE_LENGTH],
        text="\n".join(part for part in parts if part),
        participants=tuple(people),
        visibility=Visibility.TIME_AND_TITLE if is_open else Visibility.PARTICIPANTS,
        classification=one.classification,
    )


def _checked(actor: Actor, plan: Plan, unit_id: int | None, kept: int | None = None) -> Plan:
    lines: dict[str, Any] = {
        name: " ".join(getattr(plan, name).split())
        for name in ("title", "place", "attendants", "companions", "papers", "other_times")
    }
    plan = replace(plan, text=plan.text.replace("\r\n", "\n").strip(), **lines)
    faults: dict[str, str] = {}
    if plan.person_id not in (kept, *askable(actor.today)):
        faults["person"] = gettext("Please choose whose time you ask for.")
    if not plan.title:
        faults["title"] = gettext("Please enter the title.")
    limits = {"title": TITLE_LENGTH, "place": PLACE_LENGTH, "companions": LINE_LENGTH, "text": TEXT_LENGTH}
    for name in ("title", "place", "companions", "text", "attendants", "papers", "other_times"):
        limit, length = limits.get(name, LINES_LENGTH), len(getattr(plan, name))
        if length > limit:
            faults[name] = gettext(
                "At most %(limit)d characters (now %(length)d).", limit=limit, length=length
            )
    if plan.papers_due is not None and plan.papers_due > clock.local(plan.ends_at).date():
        faults["papers_due"] = gettext("Papers are due before the event.")
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    _require_times(plan.starts_at, plan.ends_at)
    words = {
        name: getattr(plan, name) for name in ("title", "text", "attendants", "companions", "papers", "place")
    }
    texts.require_clean(actor, unit_id, words)
    return plan


def _require_times(starts_at: datetime, ends_at: datetime) -> None:
    fault = ""
    if ends_at <= starts_at:
        fault = gettext("The end must be after the beginning.")
    elif ends_at - starts_at > LONGEST or not EARLIEST <= starts_at < LATEST:
        fault = gettext("A request is for %(days)d days at most.", days=LONGEST.days)
    if fault:
        raise Invalid(fault, fields={"ends_time": fault})


def _reply(actor: Actor, one: SpecialRequest, reply: str) -> str:
    reply = " ".join(reply.split())
    if len(reply) > REPLY_LENGTH:
        fault = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=REPLY_LENGTH, length=len(reply)
        )
        raise Invalid(fault, fields={"reply": fault})
    texts.require_clean(actor, one.unit_id, {"reply": reply})
    return reply


def _put(one: SpecialRequest, plan: Plan) -> None:
    if one.papers_due != plan.papers_due:
        one.papers_at = None
    for name in _STORED:
        setattr(one, name, getattr(plan, name))
    one.layer = plan.layer.value
    one.search_text = fold(f"{plan.title} {plan.place} {plan.text} {plan.attendants}", spaces="remove")


def _plan_reminders(actor: Actor, one: SpecialRequest) -> None:
    if one.papers_due is None or one.papers_at is not None:
        return
    payload = {"request_id": one.id, "due": one.papers_due.isoformat()}
    for before in (1, 0):
        due_at = clock.midnight(one.papers_due - timedelta(days=before)) + timedelta(hours=PAPERS_AT)
        if due_at > actor.now:
            key = f"schedule-papers-{one.id}-{one.papers_due.isoformat()}-{before}"
            jobs.enqueue(actor, "schedule.papers_due", payload, key=key, due_at=due_at)


def _note(actor: Actor, one: SpecialRequest, act: str, note: str = "") -> None:
    session.add(
        SpecialChange(
            request_id=one.id,
            act=act,
            note=note,
            made_by=actor.person_id,
            made_by_name=actor.display_name,
            made_at=actor.now,
        )
    )


def _told(actor: Actor, one: SpecialRequest, act: str, kind: str, *, note: str = "", **more: str) -> None:
    one.updated_at = actor.now
    one.version += 1
    _note(actor, one, act, note)
    events.emit(actor, special_topic(one.id), kind, request_id=one.id, **more)
    audit.record(actor, kind, one, unit_id=one.unit_id, details={"act": act})
    session.flush()


__all__ = [
    "Decision",
    "Plan",
    "assign",
    "change",
    "decline",
    "fix",
    "receive_papers",
    "remind_of_papers",
    "request",
    "take_away",
    "withdraw",
]
