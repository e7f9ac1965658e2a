"""Date polls for programs: the same queries, services and permissions as the pages."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from groupware.actor import Actor
from groupware.api.reading import changes_of, number_of
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Collection, Operation, Slice
from plugins.schedule.api.poll_shapes import (
    NewPoll,
    PollArguments,
    PollChange,
    PollItem,
    PollSaid,
    PollView,
    RespondentView,
    Settling,
    SlotAnswer,
    SlotView,
)
from plugins.schedule.enums import Choice, PollState
from plugins.schedule.models import Poll
from plugins.schedule.queries import polls as queries
from plugins.schedule.services import polls as services
from plugins.schedule.services.poll_content import Plan


def _found(actor: Actor, wanted: PollArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    rows, following = queries.newest_of(actor, limit, before=number_of(after), state=wanted.state)
    items = [
        PollItem(
            uid=one.uid,
            title=one.title,
            organiser=one.organiser,
            answer_by=one.answer_by,
            state=one.state,
            asked=one.asked,
            answered=one.answered,
            must_answer=one.must_answer,
        )
        for one in rows
    ]
    return Slice(items=items, next=(following,) if following is not None else None)


def _poll(actor: Actor, uid: UUID) -> PollView:
    poll = queries.opened(actor, uid)
    found = queries.result(poll.id)
    return PollView(
        uid=poll.uid,
        title=poll.title,
        text=poll.text,
        place=poll.place,
        answer_by=poll.answer_by,
        state=PollState(poll.state),
        holds=poll.holds,
        slots=[
            SlotView(
                id=one.slot.id,
                starts_at=one.slot.starts_at,
                ends_at=one.slot.ends_at,
                yes=one.counts[Choice.YES],
                maybe=one.counts[Choice.MAYBE],
                no=one.counts[Choice.NO],
                is_best=one.is_best,
            )
            for one in found.slots
        ],
        people=[
            RespondentView(
                id=one.id,
                name=one.name,
                is_guest=one.is_guest,
                answered_at=one.answered_at,
                comment=one.comment,
                answers=[
                    SlotAnswer(slot=tally.slot.id, choice=said)
                    for tally in found.slots
                    if (said := found.of(one.id, tally.slot.id)) is not None
                ],
            )
            for one in found.people
        ],
        event=poll.event_uid,
        version=poll.version,
    )


def _plan_of(poll: Poll) -> Plan:
    return Plan(
        title=poll.title,
        slots=tuple((one.starts_at, one.ends_at) for one in queries.slots_of(poll.id)),
        participants=tuple(ref.value for ref in queries.invited(poll.id)),
        answer_by=poll.answer_by,
        guests=tuple(one.name for one in queries.respondents_of(poll.id) if one.is_guest),
        place=poll.place,
        text=poll.text,
        holds=poll.holds,
    )


def _create(actor: Actor, body: NewPoll) -> UUID:
    given = {name: getattr(body, name) for name in NewPoll.model_fields}
    given["slots"] = tuple((one.starts_at, one.ends_at) for one in body.slots)
    return services.create(actor, Plan(**given))


def _change(actor: Actor, uid: UUID, body: PollChange, seen: PollView) -> None:
    given = changes_of(body)
    if body.slots is not None:
        given["slots"] = tuple((one.starts_at, one.ends_at) for one in body.slots)
    plan = replace(_plan_of(queries.opened(actor, uid)), **given)
    services.change(actor, uid, plan, version=seen.version)


def _answer(actor: Actor, uid: UUID, body: PollSaid) -> None:
    choices = {one.slot: one.choice for one in body.answers}
    services.answer(actor, uid, choices, body.comment, respondent_id=body.respondent)


def _settle(actor: Actor, uid: UUID, body: Settling) -> None:
    services.settle(actor, uid, body.slot, rooms=body.rooms)


def _close(actor: Actor, uid: UUID) -> None:
    services.close(actor, uid)


COLLECTIONS = (
    Collection(
        id="polls",
        title=lazy_pgettext("schedule", "Date polls"),
        find=Operation(
            title=lazy_gettext("Polls that the person organises or is asked in, newest first"),
            run=_found,
            takes=PollArguments,
            gives=PollItem,
        ),
        read=Operation(title=lazy_gettext("A poll with its answers"), run=_poll, gives=PollView),
        create=Operation(title=lazy_gettext("Ask people when they have time"), run=_create, takes=NewPoll),
        change=Operation(title=lazy_gettext("Change an open poll"), run=_change, takes=PollChange),
        acts={
            "answer": Operation(title=lazy_gettext("Answer to every slot"), run=_answer, takes=PollSaid),
            "settle": Operation(
                title=lazy_gettext("Make the event of a slot, with the rooms that it needs"),
                run=_settle,
                takes=Settling,
            ),
            "close": Operation(title=lazy_gettext("End a poll without a date"), run=_close),
        },
    ),
)
