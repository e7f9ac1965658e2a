"""The slots of a date poll, and the tentative events that hold them in the calendars.

Holds are events like all others, written by the services of events; nobody is told of them, because the poll tells already.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select, update

from groupware import rules
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.picking import Ref
from groupware.i18n import gettext
from plugins.schedule.enums import Answer, Choice, Visibility
from plugins.schedule.models import (
    Event,
    Participant,
    Poll,
    PollAnswer,
    PollRespondent,
    PollSlot,
    Span,
)
from plugins.schedule.queries.polls import slots_of
from plugins.schedule.rules import VISIBILITY
from plugins.schedule.services import events as calendar
from plugins.schedule.services.content import TITLE_LENGTH, Content
from plugins.schedule.services.poll_content import Checked


def put_slots(actor: Actor, poll: Poll, found: Checked) -> None:
    """The slots, with what holds them. For a new one everybody has to answer again."""
    known = {(slot.starts_at, slot.ends_at): slot for slot in slots_of(poll.id)}
    gone = [slot for when, slot in known.items() if when not in found.plan.slots]
    drop_holds(actor, known.values() if not poll.holds else gone)
    for slot in gone:
        session.execute(delete(PollAnswer).where(PollAnswer.slot_id == slot.id))
        session.delete(slot)
    made = [when for when in found.plan.slots if when not in known]
    for begins, ends in made:
        session.add(PollSlot(poll_id=poll.id, starts_at=begins, ends_at=ends))
    session.flush()
    if known and made:
        session.execute(
            update(PollRespondent).where(PollRespondent.poll_id == poll.id).values(answered_at=None)
        )
    if poll.holds:
        _hold(actor, poll, found)


def _hold(actor: Actor, poll: Poll, found: Checked) -> None:
    """Let every slot stand in the calendars as a tentative event."""
    organiser = Ref(PrincipalKind.PERSON, poll.organiser_id).value
    for slot in slots_of(poll.id):
        content = Content(
            title=gettext("(Proposed) %(title)s", title=poll.title)[:TITLE_LENGTH],
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            place=poll.place,
            is_tentative=True,
            participants=tuple(dict.fromkeys([organiser, *found.plan.participants])),
            visibility=Visibility(rules.value(VISIBILITY, poll.unit_id)),
            classification=poll.classification,
        )
        kept = session.get(Event, slot.hold_id) if slot.hold_id is not None else None
        if kept is not None and kept.deleted_at is None:
            calendar.change(actor, kept.uid, content, version=kept.version)
            continue
        made = calendar.create(actor, content, organiser_id=poll.organiser_id)
        event = session.scalars(select(Event).where(Event.uid == made)).one()
        event.poll_uid, slot.hold_id = poll.uid, event.id
    session.flush()


def drop_holds(actor: Actor, slots: Iterable[PollSlot]) -> None:
    """Take what holds these slots out of the calendars."""
    for slot in slots:
        held = session.get(Event, slot.hold_id) if slot.hold_id is not None else None
        if held is not None and held.deleted_at is None:
            calendar.take_down(actor, held)


def reflect(slots: Sequence[PollSlot], whose: PollRespondent, choices: Mapping[int, Choice]) -> None:
    """Whoever cannot is free of what holds the slot."""
    if whose.person_id is None:
        return
    for slot in slots:
        if slot.hold_id is None:
            continue
        said = {Choice.YES: Answer.ACCEPTED, Choice.MAYBE: Answer.TENTATIVE, Choice.NO: Answer.DECLINED}
        session.execute(
            update(Participant)
            .where(Participant.event_id == slot.hold_id, Participant.person_id == whose.person_id)
            .values(answer=said[choices[slot.id]].value)
        )
        session.execute(
            update(Span)
            .where(Span.event_id == slot.hold_id, Span.person_id == whose.person_id)
            .values(is_busy=choices[slot.id] is not Choice.NO)
        )
