"""The review of rooms at the end of a fiscal year: what is asked of somebody, what is asked about, and how far bureaus have come."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from groupware import access
from groupware.access import held
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_PERSON
from groupware.actor import Actor
from groupware.among import among
from groupware.db import UTCDateTime, fetch, holds_on
from groupware.directory.models import Person
from groupware.directory.tree import Unit, org_tree
from plugins.chat.enums import ReviewDecision, ReviewReason, Role, RoomKind
from plugins.chat.models import Member, Review, Room, Task
from plugins.chat.permissions import MANAGE_YEAR_END
from plugins.chat.queries.belonging import memberships, seen_since_among
from plugins.chat.queries.directory import people_counts
from plugins.chat.queries.rooms import IS_THERE

MOST = 300
PENDING_LIMIT = 100
UNDO_FOR = timedelta(days=1)
"""How long what was decided can be taken back in one go."""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A room about which somebody is asked."""

    uid: uuid.UUID
    name: str
    unit_id: int | None
    why: ReviewReason
    year: int
    ends_on: date | None
    last_at: datetime | None
    people: int
    open_tasks: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What somebody has decided last, and can still take back."""

    id: uuid.UUID
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bureau has come."""

    unit_id: int
    name: str
    proposed: int
    undecided: int
    archived: int
    kept: int
    handed_over: int


_LIVE = (Room.kind == RoomKind.ROOM.value, Room.archived_at.is_(None), Room.deleted_at.is_(None))
_last = func.coalesce(Room.last_at, Room.created_at)
_candidates = (
    select(Room.id, Room.unit_id, Room.ends_on, _last.label("last_at"))
    .outerjoin(Review, (Review.room_id == Room.id) & (Review.year == bindparam("year")))
    .where(*_LIVE, Review.room_id.is_(None))
    .order_by(Room.id)
)
_owners = (
    select(Member.room_id, PersonPrincipal.person_id)
    .join(PersonPrincipal, PersonPrincipal.principal_id == Member.principal_id)
    .join(Person, Person.id == PersonPrincipal.person_id)
    .where(
        among(Member.room_id, "rooms"),
        Member.ended_at.is_(None),
        Member.role == Role.OWNER.value,
        holds_on(PersonPrincipal, bindparam("day")),
        # Who has left stays the principal of themselves.
        Person.left_on > bindparam("day"),
    )
    .distinct()
)
_ties = memberships().subquery("ties_of_reviews")
_asked = (
    select(
        Room.id,
        Room.uid,
        Room.name,
        Room.unit_id,
        Room.ends_on,
        Room.last_at,
        Room.created_at,
        Room.shows_past,
        Review.why,
        Review.year,
    )
    .join(Review, Review.room_id == Room.id)
    .join(_ties, _ties.c.room_id == Room.id)
    .where(*_LIVE, IS_THERE, Review.decision.is_(None), _ties.c.role == Role.OWNER.value)
    .order_by(_last, Room.id)
    .limit(MOST)
)
NUMBER = select(func.count()).select_from(_asked.limit(PENDING_LIMIT).subquery()).scalar_subquery()
"""How many rooms the actor is asked about, up to PENDING_LIMIT."""
_number = select(NUMBER)
_open_tasks = select(Task.room_id, Task.created_at).where(
    among(Task.room_id, "rooms"), Task.done_at.is_(None), Task.deleted_at.is_(None)
)
_batch = (
    select(Review.batch, func.count().label("number"), func.max(Review.decided_at).label("at"))
    .where(
        Review.decided_by == ACTOR_PERSON,
        Review.batch.is_not(None),
        Review.decided_at > bindparam("since", type_=UTCDateTime()),
    )
    .group_by(Review.batch)
    .order_by(func.max(Review.decided_at).desc())
    .limit(1)
)
_of_year = (
    select(
        Room.unit_id,
        Review.decision,
        Room.archived_at.is_not(None).label("is_archived"),
        func.count().label("number"),
    )
    .join(Review, Review.room_id == Room.id)
    .where(Review.year == bindparam("year"), Room.deleted_at.is_(None))
    .group_by(Room.unit_id, Review.decision, Room.archived_at.is_not(None))
)
_undecided = (
    select(Review.room_id)
    .join(Room, Room.id == Review.room_id)
    .where(*_LIVE, Review.decision.is_(None), among(Room.unit_id, "units"))
    .order_by(Review.room_id)
)


def candidates(year: int) -> Sequence[Any]:
    """Live rooms about which nobody was asked at the end of that year: `id`, `unit_id`, `ends_on`, `last_at`."""
    return fetch(_candidates, {"year": year}).all()


def owners(rooms: Sequence[int], day: date) -> dict[int, set[int]]:
    """Person → those of the rooms that they own on that day, through whatever makes them an owner."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in fetch(_owners, {"rooms": list(rooms), "day": day}) if rooms else ():
        found[row.person_id].add(row.room_id)
    return found


def asked(actor: Actor) -> list[ReviewLine]:
    """The actor's own rooms about which nobody has decided yet, the most silent first. Three statements, four if some hide their past."""
    rows = fetch(_asked, access.parameters(actor)).all()
    keys = [row.id for row in rows]
    counts, tasks = people_counts(actor, keys), _tasks(actor, rows)
    return [
        ReviewLine(
            row.uid,
            row.name,
            row.unit_id,
            ReviewReason(row.why),
            row.year,
            row.ends_on,
            row.last_at,
            counts.get(row.id, 0),
            tasks[row.id],
        )
        for row in rows
    ]


def number(actor: Actor) -> int:
    """How many they are, up to PENDING_LIMIT."""
    return fetch(_number, access.parameters(actor)).scalar() or 0


def last_batch(actor: Actor) -> Batch | None:
    """What the actor has decided last, if that can still be taken back."""
    row = fetch(_batch, {**access.parameters(actor), "since": actor.now - UNDO_FOR}).first()
    return Batch(row.batch, row.number, row.at) if row is not None else None


def may_manage(actor: Actor) -> bool:
    """Whether the actor sees how far some organisation has come."""
    return access.holds_somewhere(actor, MANAGE_YEAR_END)


def progress(actor: Actor, year: int) -> list[Progress]:
    """The bureaus within reach, in official order: how many rooms were asked about, and what was decided. One statement."""
    tree, mine = org_tree(actor.today), held(actor, MANAGE_YEAR_END)
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row in fetch(_of_year, {"year": year}):
        bureau = tree.bureau(row.unit_id)
        if bureau is not None and (mine.everywhere or row.unit_id in mine.units):
            counted = found[bureau.id]
            counted["proposed"] += row.number
            # Whatever way it was archived, there is nothing left to decide.
            state = row.decision or (ReviewDecision.ARCHIVE.value if row.is_archived else "undecided")
            counted[state] += row.number
    return [_progress(unit, found[unit.id]) for unit in tree if unit.id in found]


def _progress(unit: Unit, counted: Counter[str]) -> Progress:
    return Progress(
        unit.id,
        unit.name,
        counted["proposed"],
        counted["undecided"],
        counted[ReviewDecision.ARCHIVE.value],
        counted[ReviewDecision.KEEP.value],
        counted[ReviewDecision.HAND_OVER.value],
    )


def undecided_of(actor: Actor, unit_id: int) -> list[int]:
    """The rooms of an organisation and of all below it, as far as the actor's reach goes, about which nobody has decided."""
    mine, below = held(actor, MANAGE_YEAR_END), org_tree(actor.today).subtree(unit_id)
    units = sorted(below if mine.everywhere else below & mine.units)
    return [row.room_id for row in fetch(_undecided, {"units": units})] if units else []


def _tasks(actor: Actor, rows: Sequence[Any]) -> Counter[int]:
    """Room → open tasks in it that the actor sees."""
    counted: Counter[int] = Counter()
    if not rows:
        return counted
    since = seen_since_among(actor, {row.id: row.created_at for row in rows if not row.shows_past})
    for row in fetch(_open_tasks, {"rooms": [row.id for row in rows]}):
        if row.room_id not in since or row.created_at >= since[row.room_id]:
            counted[row.room_id] += 1
    return counted


__all__ = [
    "MOST",
    "NUMBER",
    "PENDING_LIMIT",
    "UNDO_FOR",
    "Batch",
    "Progress",
    "ReviewLine",
    "asked",
    "candidates",
    "last_batch",
    "may_manage",
    "number",
    "owners",
    "progress",
    "undecided_of",
]
