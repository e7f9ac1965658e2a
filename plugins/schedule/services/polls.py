"""Date polls: ask people when they have time, take their answers, settle on one of the slots.

What holds of every verb: it locks the poll, asks whether the actor may, and leaves events and the audit behind. Holds and the
settled event are events like all others, written by the services of events in the same unit of work.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from groupware import access, audit, events, idempotency, jobs, rules
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.picking import Ref
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import labels, texts
from groupware.i18n import gettext
from plugins.schedule.enums import Answer, Choice, PollState, Visibility
from plugins.schedule.events import (
    POLL_ANSWERED,
    POLL_CHANGED,
    POLL_CLOSED,
    POLL_EXPIRED,
    POLL_OPENED,
    POLL_REMINDED,
    POLL_SETTLED,
    poll_topic,
)
from plugins.schedule.models import (
    Event,
    Participant,
    Poll,
    PollAnswer,
    PollRespondent,
    PollSlot,
)
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.polls import (
    invited,
    may_manage,
    not_found,
    opened,
    respondents_of,
    result,
    slots_of,
)
from plugins.schedule.queries.secretaries import may_act_for
from plugins.schedule.rules import RETENTION_YEARS, VISIBILITY
from plugins.schedule.services import events as calendar
from plugins.schedule.services.content import Content
from plugins.schedule.services.poll_content import Plan, checked, put, put_people
from plugins.schedule.services.poll_slots import drop_holds, put_slots, reflect

COMMENT_LENGTH = 500
REMINDED_BEFORE = timedelta(hours=24)
"""How long before the deadline those who have not answered are reminded."""


def create(actor: Actor, plan: Plan, *, organiser_id: int | None = None, key: str = "") -> uuid.UUID:
    """Ask. The same `key` asks once. Raises Invalid with the fields at fault, Denied for who may not act for the organiser."""
    owner = organiser_id or actor.person_id
    if owner is None:
        raise Invalid(gettext("Please choose whose poll it is."), code="organiser")
    entry = roll().entries.get(owner)
    unit_id = actor.unit_id if owner == actor.person_id else entry.unit_id if entry is not None else None
    if not may_act_for(actor, owner):
        access.require(actor, WRITE, unit_id=unit_id)
    asked = {"title": plan.title, "slots": plan.slots, "people": plan.participants}
    made = idempotency.once(actor, key, asked, lambda: _create(actor, plan, owner, unit_id))
    return uuid.UUID(made["uid"])


def _create(actor: Actor, plan: Plan, owner: int, unit_id: int | None) -> dict[str, Any]:
    found = checked(actor, plan, unit_id)
    poll = Poll(
        unit_id=unit_id,
        organiser_id=owner,
        created_by=actor.person_id or owner,
        classification=labels.default(unit_id).value,
        retention_years=int(rules.value(RETENTION_YEARS, unit_id)),
        created_at=actor.now,
        updated_at=actor.now,
    )
    put(poll, found.plan)
    session.add(poll)
    session.flush()
    put_people(poll, found)
    put_slots(actor, poll, found)
    _plan_reminders(actor, poll)
    events.emit(actor, poll_topic(poll.id), POLL_OPENED, poll_id=poll.id)
    audit.record(actor, POLL_OPENED, poll, unit_id=unit_id, details={"people": len(found.people)})
    return {"uid": str(poll.uid)}


def change(actor: Actor, uid: uuid.UUID, plan: Plan, *, version: int) -> Poll:
    """Change an open poll: answers to slots that stay, and of people who stay, are kept; for new slots all are asked again.

    Raises as `create` does, Conflict if somebody changed it since `version` was read or it is no longer open.
    """
    poll = _locked(actor, uid)
    if version != poll.version:
        raise Conflict(
            gettext("Somebody changed this poll meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    found = checked(actor, plan, poll.unit_id, is_new=False)
    put(poll, found.plan)
    put_people(poll, found)
    put_slots(actor, poll, found)
    _plan_reminders(actor, poll)
    _told(actor, poll, POLL_CHANGED)
    return poll


def answer(
    actor: Actor,
    uid: uuid.UUID,
    choices: Mapping[int, Choice],
    comment: str = "",
    *,
    respondent_id: int | None = None,
) -> PollRespondent:
    """Say to every slot whether one can. Answering again replaces what was said.

    `respondent_id` is whose answer it is where somebody else says it: a secretary, or for anybody the organiser, who enters
    what guests say. After the deadline only the organiser does. Raises Invalid where a slot was left out, Conflict when the
    poll is over, NotFound, Denied.
    """
    poll = session.scalars(select(Poll).where(Poll.id == opened(actor, uid).id).with_for_update()).one()
    manages = may_manage(actor, poll)
    _require_open(poll)
    if poll.answer_by <= actor.now and not manages:
        raise Conflict(gettext("The deadline for answers is over. Please ask the organiser."), code="late")
    whose = _respondent(actor, poll, respondent_id, manages=manages)
    slots = slots_of(poll.id)
    if {slot.id for slot in slots} != set(choices):
        raise Invalid(
            gettext("Please answer to every date."),
            fields={"choices": gettext("Please answer to every date.")},
        )
    comment = " ".join(comment.split())
    if len(comment) > COMMENT_LENGTH:
        fault = gettext(
            "At most %(limit)d characters (now %(length)d).", limit=COMMENT_LENGTH, length=len(comment)
        )
        raise Invalid(fault, fields={"comment": fault})
    texts.require_clean(actor, poll.unit_id, {"comment": comment})
    session.execute(delete(PollAnswer).where(PollAnswer.respondent_id == whose.id))
    session.execute(
        insert(PollAnswer),
        [{"respondent_id": whose.id, "slot_id": key, "choice": one.value} for key, one in choices.items()],
    )
    whose.comment, whose.answered_at = comment, actor.now
    whose.answered_by_name = "" if whose.person_id == actor.person_id else actor.display_name
    reflect(slots, whose, choices)
    events.emit(actor, poll_topic(poll.id), POLL_ANSWERED, poll_id=poll.id, respondent_id=whose.id)
    if whose.person_id != actor.person_id:
        audit.record(actor, POLL_ANSWERED, poll, unit_id=poll.unit_id, details={"for": whose.id})
    session.flush()
    return whose


def settle(actor: Actor, uid: uuid.UUID, slot_id: int, *, rooms: Sequence[uuid.UUID] = ()) -> uuid.UUID:
    """Make the event of a slot, with everybody who was asked and with `rooms`; what the other slots held is free again.

    All of it or nothing. Who said that they can attends. Returns the event's uid. Raises Conflict when the poll is over,
    `capabilities.Clashes` for facilities that cannot be had.
    """
    poll = _locked(actor, uid)
    slot = session.get(PollSlot, slot_id)
    if slot is None or slot.poll_id != poll.id:
        raise not_found()
    drop_holds(actor, slots_of(poll.id))
    found = result(poll.id)
    organiser = Ref(PrincipalKind.PERSON, poll.organiser_id).value
    made = calendar.create(
        actor,
        Content(
            title=poll.title,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            place=poll.place,
            text=poll.text,
            participants=tuple(dict.fromkeys([organiser, *(ref.value for ref in invited(poll.id))])),
            guests=tuple(one.name for one in found.people if one.is_guest),
            visibility=Visibility(rules.value(VISIBILITY, poll.unit_id)),
            classification=poll.classification,
        ),
        organiser_id=poll.organiser_id,
        rooms=rooms,
    )
    event = session.scalars(select(Event).where(Event.uid == made)).one()
    can = [
        one.person_id
        for one in found.people
        if one.person_id is not None and found.of(one.id, slot_id) is Choice.YES
    ]
    session.execute(
        update(Participant)
        .where(Participant.event_id == event.id, Participant.person_id.in_(can))
        .values(answer=Answer.ACCEPTED.value, answered_at=actor.now)
    )
    poll.state, poll.event_uid, poll.settled_slot_id = PollState.SETTLED.value, made, slot.id
    _told(actor, poll, POLL_SETTLED, event_id=event.id)
    return made


def close(actor: Actor, uid: uuid.UUID) -> Poll:
    """End a poll without a date; what its slots held is free again. Raises as `change` does."""
    poll = _locked(actor, uid)
    drop_holds(actor, slots_of(poll.id))
    poll.state = PollState.CLOSED.value
    _told(actor, poll, POLL_CLOSED)
    return poll


def remind(actor: Actor, poll_id: int, answer_by: str) -> None:
    """Remind those who have not answered, if the poll still has this deadline."""
    _at_deadline(actor, poll_id, answer_by, POLL_REMINDED)


def expire(actor: Actor, poll_id: int, answer_by: str) -> None:
    """Tell the organiser that the deadline is over, if the poll still has it."""
    _at_deadline(actor, poll_id, answer_by, POLL_EXPIRED)


def withdraw(actor: Actor, poll_id: int) -> None:
    """Take a poll out of everybody's sight after a security incident."""
    poll = session.scalars(
        select(Poll).where(Poll.id == poll_id, Poll.deleted_at.is_(None)).with_for_update()
    ).one_or_none()
    if poll is not None:
        drop_holds(actor, slots_of(poll.id))
        poll.deleted_at, poll.deleted_by = actor.now, actor.person_id


def _at_deadline(actor: Actor, poll_id: int, answer_by: str, kind: str) -> None:
    poll = session.get(Poll, poll_id)
    is_due = poll is not None and poll.state == PollState.OPEN and poll.deleted_at is None
    if poll is not None and is_due and poll.answer_by.isoformat() == answer_by:
        events.emit(actor, poll_topic(poll.id), kind, poll_id=poll.id)


def _plan_reminders(actor: Actor, poll: Poll) -> None:
    payload = {"poll_id": poll.id, "answer_by": poll.answer_by.isoformat()}
    due_at = poll.answer_by - REMINDED_BEFORE
    tail = f"{poll.id}-{int(poll.answer_by.timestamp())}"
    if due_at > actor.now:
        jobs.enqueue(
            actor, "schedule.poll_remind", payload, key=f"schedule-poll-remind-{tail}", due_at=due_at
        )
    jobs.enqueue(
        actor, "schedule.poll_expire", payload, key=f"schedule-poll-expire-{tail}", due_at=poll.answer_by
    )


def _locked(actor: Actor, uid: uuid.UUID) -> Poll:
    """The open poll, locked, if the actor manages it."""
    poll = session.scalars(
        select(Poll)
        .where(Poll.id == opened(actor, uid).id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if not may_manage(actor, poll):
        raise Denied(
            gettext("Only the organiser and their secretaries change, close and settle a poll."),
            permission=WRITE,
        )
    _require_open(poll)
    return poll


def _require_open(poll: Poll) -> None:
    if poll.state != PollState.OPEN:
        raise Conflict(gettext("This poll is over."), code="over")


def _respondent(actor: Actor, poll: Poll, respondent_id: int | None, *, manages: bool) -> PollRespondent:
    people = respondents_of(poll.id)
    if respondent_id is None:
        mine = next((one for one in people if one.person_id == actor.person_id), None)
        if mine is None:
            raise Conflict(gettext("You are not asked in this poll."), code="not_asked")
        return mine
    whose = next((one for one in people if one.id == respondent_id), None)
    if whose is None:
        raise not_found()
    is_served = whose.person_id is not None and may_act_for(actor, whose.person_id)
    if not (manages or is_served):
        raise Denied(
            gettext("Only the organiser and their secretaries answer for somebody."), permission=WRITE
        )
    return whose


def _told(actor: Actor, poll: Poll, kind: str, **more: int) -> None:
    poll.updated_at = actor.now
    poll.version += 1
    events.emit(actor, poll_topic(poll.id), kind, poll_id=poll.id, **more)
    audit.record(actor, kind, poll, unit_id=poll.unit_id, details=dict(more))
    session.flush()


__all__ = ["Plan", "answer", "change", "close", "create", "expire", "remind", "settle", "withdraw"]
