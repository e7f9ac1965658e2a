"""Date polls: those that concern somebody, and one with its slots, people and answers."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, session
from groupware.directory.picking import Ref
from groupware.errors import NotFound
from groupware.i18n import gettext
from plugins.schedule.enums import POLL, Choice, PollState
from plugins.schedule.models import Poll, PollAnswer, PollInvited, PollRespondent, PollSlot
from plugins.schedule.permissions import READ
from plugins.schedule.queries.events import names
from plugins.schedule.queries.secretaries import may_act_for

PAGE = 50


def not_found() -> NotFound:
    """What is answered for a poll that does not exist and for one that may not be known."""
    return NotFound(gettext("The page you are looking for was not found."))


def parameters(actor: Actor) -> dict[str, Any]:
    """What statements about polls are executed with."""
    return access.parameters(actor, READ, POLL)


_opened = select(Poll).where(
    Poll.uid == bindparam("uid"), Poll.deleted_at.is_(None), access.visible(READ, Poll)
)


def opened(actor: Actor, uid: uuid.UUID) -> Poll:
    """The poll, if the actor may see it. Raises NotFound."""
    found: Poll | None = session.scalars(_opened, {**parameters(actor), "uid": uid}).one_or_none()
    if found is None:
        raise not_found()
    return found


def may_manage(actor: Actor, poll: Poll) -> bool:
    """Whether the actor may change, close and settle it: organiser, whoever made it, their secretaries."""
    return actor.person_id == poll.created_by or may_act_for(actor, poll.organiser_id)


@dataclass(frozen=True, slots=True)
class Tally:
    """A slot with how many said what."""

    slot: PollSlot
    counts: Mapping[Choice, int]
    is_best: bool


@dataclass(frozen=True, slots=True)
class Result:
    """The table of answers."""

    slots: Sequence[Tally]
    people: Sequence[PollRespondent]
    answers: Mapping[tuple[int, int], Choice]
    """(respondent, slot) → what was said."""

    @property
    def answered(self) -> int:
        """How many have answered."""
        return sum(one.answered_at is not None for one in self.people)

    def of(self, respondent: int, slot: int) -> Choice | None:
        """What somebody said to a slot."""
        return self.answers.get((respondent, slot))


def slots_of(poll_id: int) -> Sequence[PollSlot]:
    """In order of time."""
    statement = select(PollSlot).where(PollSlot.poll_id == poll_id)
    return session.scalars(statement.order_by(PollSlot.starts_at, PollSlot.ends_at, PollSlot.id)).all()


def respondents_of(poll_id: int) -> Sequence[PollRespondent]:
    """In their order, guests last."""
    statement = select(PollRespondent).where(PollRespondent.poll_id == poll_id)
    return session.scalars(statement.order_by(PollRespondent.place, PollRespondent.id)).all()


_answers = (
    select(PollAnswer.respondent_id, PollAnswer.slot_id, PollAnswer.choice)
    .join(PollRespondent, PollRespondent.id == PollAnswer.respondent_id)
    .where(PollRespondent.poll_id == bindparam("poll", type_=BIGINT))
)


def result(poll_id: int) -> Result:
    """Slots, people and answers. Best are the slots that most can, then that fewest cannot. Three queries."""
    slots, people = slots_of(poll_id), respondents_of(poll_id)
    answers = {
        (row.respondent_id, row.slot_id): Choice(row.choice) for row in fetch(_answers, {"poll": poll_id})
    }
    counts: dict[int, Counter[Choice]] = {slot.id: Counter() for slot in slots}
    for (_, slot_id), choice in answers.items():
        counts[slot_id][choice] += 1
    worth = {key: (found[Choice.YES], -found[Choice.NO]) for key, found in counts.items()}
    top = max(worth.values(), default=(0, 0))
    return Result(
        [Tally(slot, counts[slot.id], bool(answers) and worth[slot.id] == top) for slot in slots],
        people,
        answers,
    )


def invited(poll_id: int) -> list[Ref]:
    """What was chosen, as the picker spells it."""
    statement = (
        select(Principal.kind, Principal.ref, Principal.ref2)
        .join(PollInvited, PollInvited.principal_id == Principal.id)
        .where(PollInvited.poll_id == poll_id)
        .order_by(PollInvited.place)
    )
    return [Ref(PrincipalKind(kind), ref, ref2) for kind, ref, ref2 in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Listed:
    """A poll in the list of somebody; `must_answer` while they have not and may still."""

    uid: uuid.UUID
    title: str
    organiser: str
    answer_by: datetime
    state: PollState
    answered: int
    asked: int
    must_answer: bool


_number = select(func.count()).where(PollRespondent.poll_id == Poll.id).correlate(Poll).scalar_subquery()
_said = (
    select(func.count())
    .where(PollRespondent.poll_id == Poll.id, PollRespondent.answered_at.is_not(None))
    .correlate(Poll)
    .scalar_subquery()
)
_concerning = (
    select(
        Poll.id,
        Poll.uid,
        Poll.title,
        Poll.organiser_id,
        Poll.answer_by,
        Poll.state,
        _number.label("asked"),
        _said.label("answered"),
        PollRespondent.id.label("respondent"),
        PollRespondent.answered_at,
    )
    .outerjoin(
        PollRespondent,
        and_(PollRespondent.poll_id == Poll.id, PollRespondent.person_id == bindparam("me", type_=BIGINT)),
    )
    .where(
        Poll.deleted_at.is_(None),
        or_(
            Poll.organiser_id == bindparam("me", type_=BIGINT),
            Poll.created_by == bindparam("me", type_=BIGINT),
            PollRespondent.id.is_not(None),
        ),
    )
)
_mine = (
    _concerning.order_by((Poll.state != PollState.OPEN.value), Poll.answer_by.desc(), Poll.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_newest = (
    _concerning.where(
        Poll.id < bindparam("before", type_=BIGINT), Poll.state.in_(bindparam("states", expanding=True))
    )
    .order_by(Poll.id.desc())
    .limit(bindparam("limit"))
)


def of_person(actor: Actor, page: int = 1) -> tuple[list[Listed], bool]:
    """Polls that the actor organises or is asked in, open ones first, and whether another page follows. Two queries."""
    values = {"me": actor.person_id, "limit": PAGE + 1, "offset": (page - 1) * PAGE}
    rows = fetch(_mine, values).all()
    return _listed(actor, rows[:PAGE]), len(rows) > PAGE


def newest_of(
    actor: Actor, limit: int, *, before: int | None = None, state: PollState | None = None
) -> tuple[list[Listed], int | None]:
    """The same, newest first, and where the list goes on: polls `before` that place. Two queries."""
    values = {
        "me": actor.person_id,
        "limit": limit + 1,
        "before": 2**62 if before is None else before,
        "states": [one.value for one in ([state] if state is not None else PollState)],
    }
    rows = fetch(_newest, values).all()
    return _listed(actor, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def _listed(actor: Actor, rows: Sequence[Any]) -> list[Listed]:
    known = names(sorted({row.organiser_id for row in rows}))
    return [
        Listed(
            row.uid,
            row.title,
            known[row.organiser_id].display_name if row.organiser_id in known else "",
            row.answer_by,
            PollState(row.state),
            row.answered,
            row.asked,
            row.state == PollState.OPEN
            and row.respondent is not None
            and row.answered_at is None
            and row.answer_by > actor.now,
        )
        for row in rows
    ]


def unanswered(poll_id: int) -> Select[Any]:
    """The people who have not answered."""
    return select(PollRespondent.person_id).where(
        PollRespondent.poll_id == poll_id,
        PollRespondent.person_id.is_not(None),
        PollRespondent.answered_at.is_(None),
    )


def asked(poll_id: int) -> Select[Any]:
    """The people who are asked."""
    return select(PollRespondent.person_id).where(
        PollRespondent.poll_id == poll_id, PollRespondent.person_id.is_not(None)
    )


def organiser(poll_id: int) -> Select[Any]:
    """Whose poll it is."""
    return select(Poll.organiser_id).where(Poll.id == poll_id)


_told = select(Poll.id, Poll.uid, Poll.title, Poll.answer_by, Poll.classification, Poll.unit_id).where(
    Poll.id.in_(bindparam("polls", type_=BIGINT, expanding=True)), access.visible(READ, Poll)
)


def told_about(actor: Actor, polls: Sequence[int]) -> Sequence[Any]:
    """Those of the polls that the actor may see."""
    return fetch(_told, {**parameters(actor), "polls": list(polls)}).all()


__all__ = [
    "Listed",
    "Result",
    "Tally",
    "asked",
    "invited",
    "may_manage",
    "newest_of",
    "not_found",
    "of_person",
    "opened",
    "organiser",
    "respondents_of",
    "result",
    "slots_of",
    "told_about",
    "unanswered",
]
