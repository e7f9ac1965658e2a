"""Requests for the time of the mayor and others: whom one can ask, the inbox of secretaries, one request, the printed week."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, union

from groupware import access, clock
from groupware.access.models import PersonPrincipal
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, holds_on, session
from groupware.directory.enums import AppointmentKind, EmploymentType
from groupware.directory.models import Appointment, Person
from groupware.directory.queries.roll import roll
from groupware.errors import NotFound
from groupware.i18n import gettext
from plugins.schedule.enums import SPECIAL, Layer, Sight, SpecialState
from plugins.schedule.models import Secretary, SpecialChange, SpecialRequest
from plugins.schedule.permissions import READ
from plugins.schedule.queries.events import names
from plugins.schedule.queries.secretaries import may_act_for, served
from plugins.schedule.queries.spans import Item, of_people

PAGE = 50
_OPEN = (SpecialState.REQUESTED.value, SpecialState.ADJUSTING.value)
_STANDING = (*_OPEN, SpecialState.FIXED.value)


def not_found() -> NotFound:
    """What is answered for a request that does not exist and for one that may not be known."""
    return NotFound(gettext("The page you are looking for was not found."))


_served_people = select(Secretary.person_id, Secretary.unit_id, Secretary.post_id).where(
    holds_on(Secretary, bindparam("day"))
)


def askable(day: date) -> list[int]:
    """The people of special service who have secretaries, in 建制順: those whose time can be asked for. One query."""
    rows = fetch(_served_people, {"day": day}).all()
    people = {row.person_id for row in rows}
    posts = {(row.unit_id, row.post_id) for row in rows}
    current = roll()
    return current.sorted(
        key
        for key, entry in current.entries.items()
        if entry.employment_type == EmploymentType.SPECIAL_SERVICE
        and (key in people or posts.intersection(entry.stands))
    )


_opened = select(SpecialRequest).where(
    SpecialRequest.uid == bindparam("uid"),
    SpecialRequest.deleted_at.is_(None),
    access.visible(READ, SpecialRequest),
)


def opened(actor: Actor, uid: uuid.UUID) -> SpecialRequest:
    """The request, if the actor may see it. Raises NotFound."""
    values = {**access.parameters(actor, READ, SPECIAL), "uid": uid}
    found: SpecialRequest | None = session.scalars(_opened, values).one_or_none()
    if found is None:
        raise not_found()
    return found


def decides(actor: Actor, request: SpecialRequest) -> bool:
    """Whether the actor arranges it: whose time it is, and their secretaries."""
    return may_act_for(actor, request.person_id)


def asks(actor: Actor, request: SpecialRequest) -> bool:
    """Whether the actor may change and withdraw it: whoever asked, and their secretaries."""
    return may_act_for(actor, request.requested_by)


def trace(request_id: int) -> Sequence[SpecialChange]:
    """What was done with it, oldest first."""
    statement = select(SpecialChange).where(SpecialChange.request_id == request_id)
    return session.scalars(statement.order_by(SpecialChange.id)).all()


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list."""

    uid: uuid.UUID
    title: str
    person: str
    asker: str
    unit_id: int | None
    assignee: str
    starts_at: datetime
    ends_at: datetime
    state: SpecialState
    papers_due: date | None
    has_papers: bool


_columns = (
    SpecialRequest.uid,
    SpecialRequest.title,
    SpecialRequest.person_id,
    SpecialRequest.requested_by,
    SpecialRequest.unit_id,
    SpecialRequest.assigned_to,
    SpecialRequest.starts_at,
    SpecialRequest.ends_at,
    SpecialRequest.state,
    SpecialRequest.papers_due,
    SpecialRequest.papers_at,
)
_inbox = (
    select(*_columns)
    .where(
        SpecialRequest.deleted_at.is_(None),
        SpecialRequest.person_id.in_(bindparam("people", type_=BIGINT, expanding=True)),
        SpecialRequest.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(SpecialRequest.starts_at, SpecialRequest.id)
    .limit(PAGE)
)
_mine = (
    select(*_columns)
    .where(SpecialRequest.deleted_at.is_(None), SpecialRequest.requested_by == bindparam("me", type_=BIGINT))
    .order_by(SpecialRequest.starts_at.desc(), SpecialRequest.id.desc())
    .limit(PAGE)
)


_newest = (
    select(SpecialRequest.id, *_columns)
    .where(
        SpecialRequest.deleted_at.is_(None),
        or_(
            SpecialRequest.requested_by == bindparam("me", type_=BIGINT),
            SpecialRequest.person_id.in_(bindparam("people", type_=BIGINT, expanding=True)),
        ),
        SpecialRequest.id < bindparam("before", type_=BIGINT),
        SpecialRequest.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(SpecialRequest.id.desc())
    .limit(bindparam("limit"))
)


def newest_of(
    actor: Actor, limit: int, *, before: int | None = None, state: SpecialState | None = None
) -> tuple[list[Listed], int | None]:
    """What the actor has asked for or arranges, newest first, and where the list goes on: `before` that place."""
    values = {
        "me": actor.person_id,
        "people": decided_for(actor),
        "before": 2**62 if before is None else before,
        "states": [one.value for one in ([state] if state is not None else SpecialState)],
        "limit": limit + 1,
    }
    rows = fetch(_newest, values).all()
    return _listed(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def decided_for(actor: Actor) -> list[int]:
    """The people whose requests the actor arranges: themselves, and those they serve."""
    mine = {actor.person_id} if actor.person_id is not None else set()
    wanted = roll().sorted({*served(actor), *mine})
    entries = roll().entries
    return [one for one in wanted if entries[one].employment_type == EmploymentType.SPECIAL_SERVICE]


def inbox(actor: Actor, *, only_open: bool = True) -> list[Listed]:
    """What waits for the actor as a secretary, soonest first: open requests, or those that are fixed. Two queries."""
    people = decided_for(actor)
    if not people:
        return []
    fixed = (SpecialState.FIXED.value, SpecialState.DEPUTY.value)
    rows = fetch(_inbox, {"people": people, "states": list(_OPEN if only_open else fixed)}).all()
    return _listed(rows)


def own(actor: Actor) -> list[Listed]:
    """What the actor has asked for, newest first. Two queries."""
    return _listed(fetch(_mine, {"me": actor.person_id}).all())


def _listed(rows: Sequence[Any]) -> list[Listed]:
    people = {key for row in rows for key in (row.person_id, row.requested_by, row.assigned_to) if key}
    known = {key: row.display_name for key, row in names(sorted(people)).items()}
    return [
        Listed(
            row.uid,
            row.title,
            known.get(row.person_id, ""),
            known.get(row.requested_by, ""),
            row.unit_id,
            known.get(row.assigned_to, ""),
            row.starts_at,
            row.ends_at,
            SpecialState(row.state),
            row.papers_due,
            row.papers_at is not None,
        )
        for row in rows
    ]


_rivals = select(SpecialRequest).where(
    SpecialRequest.deleted_at.is_(None),
    SpecialRequest.person_id == bindparam("person", type_=BIGINT),
    SpecialRequest.id != bindparam("me", type_=BIGINT),
    SpecialRequest.state.in_(_STANDING),
    SpecialRequest.starts_at < bindparam("ends"),
    SpecialRequest.ends_at > bindparam("begins"),
)


def rivals(request: SpecialRequest) -> Sequence[SpecialRequest]:
    """Other requests for the same time of the same person."""
    values = {
        "person": request.person_id,
        "me": request.id,
        "begins": request.starts_at,
        "ends": request.ends_at,
    }
    return session.scalars(_rivals, values).all()


def day_of(actor: Actor, request: SpecialRequest) -> list[tuple[Item, bool]]:
    """What stands in the calendar on the day that is asked for, and whether it is in the way."""
    first = clock.local(request.starts_at).date()
    number = min((clock.local(request.ends_at).date() - first).days + 1, 31)
    items = of_people(actor, [request.person_id], first, number).get(request.person_id, [])
    return [
        (
            item,
            item.uid != request.event_uid
            and item.is_busy
            and item.starts_at < request.ends_at
            and item.ends_at > request.starts_at,
        )
        for item in items
    ]


_layers = select(SpecialRequest.event_uid, SpecialRequest.layer).where(
    SpecialRequest.event_uid.in_(bindparam("events", expanding=True))
)


def week(actor: Actor, person_id: int, first: date, layer: Layer) -> list[list[Item]]:
    """Seven days of somebody's calendar as a layer shows them; what is tentative only within the secretariat.

    Staff see what everybody sees, the public what was fixed for it alone. Two queries.
    """
    items = of_people(actor, [person_id], first, 7).get(person_id, [])
    found = (
        {row.event_uid: row.layer for row in fetch(_layers, {"events": [item.uid for item in items]})}
        if items
        else {}
    )

    def shown(item: Item) -> bool:
        meant = found.get(item.uid)
        if layer is Layer.INTERNAL:
            return True
        if item.is_tentative or item.sight < Sight.TITLE:
            return False
        return (
            meant == Layer.PUBLIC
            if layer is Layer.PUBLIC
            else meant in (Layer.STAFF, Layer.PUBLIC) or (meant is None and item.is_open)
        )

    kept = [item for item in items if shown(item)]
    return [
        sorted(
            (item for item in kept if n in item.days(first, 7)),
            key=lambda item: (not item.is_all_day, item.starts_at),
        )
        for n in range(7)
    ]


def secretaries(request_id: int) -> Select[Any]:
    """Who is told of a request: the secretary who has it in hand, and all of them while none has."""
    assigned = select(SpecialRequest.assigned_to).where(SpecialRequest.id == request_id).scalar_subquery()
    others, ours = _serving(request_id), _serving(request_id).subquery()
    in_hand = select(ours.c.person_id).where(ours.c.person_id == assigned).exists()
    return others.where(or_(PersonPrincipal.person_id == assigned, ~in_hand))


def _serving(request_id: int) -> Select[Any]:
    today = clock.today()
    whose = select(SpecialRequest.person_id).where(SpecialRequest.id == request_id).scalar_subquery()
    holds = (
        select(Appointment.person_id)
        .where(
            Appointment.unit_id == Secretary.unit_id,
            Appointment.post_id == Secretary.post_id,
            Appointment.kind != AppointmentKind.LEAVE.value,
            holds_on(Appointment, today),
            Appointment.person_id == whose,
        )
        .correlate(Secretary)
        .exists()
    )
    return (
        select(PersonPrincipal.person_id)
        .join(Secretary, Secretary.principal_id == PersonPrincipal.principal_id)
        .where(
            holds_on(Secretary, today),
            holds_on(PersonPrincipal, today),
            or_(Secretary.person_id == whose, holds),
        )
        .distinct()
    )


def asker(request_id: int) -> Select[Any]:
    """Who asked."""
    return select(SpecialRequest.requested_by).where(SpecialRequest.id == request_id)


def concerned(request_id: int) -> Select[Any]:
    """Both sides: who asked, and the secretaries; whoever did it is left out when they are told."""
    told = union(secretaries(request_id), asker(request_id)).subquery()
    return select(told.c[0])


def colleagues(person_id: int) -> list[Any]:
    """(id, name) of the secretaries of a person by name: those to whom a request can be given. One query."""
    today, entry = clock.today(), roll().entries.get(person_id)
    posts = [
        (Secretary.unit_id == unit_id) & (Secretary.post_id == post_id)
        for unit_id, post_id in (entry.stands if entry is not None else ())
    ]
    statement = (
        select(Person.id, Person.display_name)
        .join(PersonPrincipal, PersonPrincipal.person_id == Person.id)
        .join(Secretary, Secretary.principal_id == PersonPrincipal.principal_id)
        .where(
            holds_on(Secretary, today),
            holds_on(PersonPrincipal, today),
            or_(Secretary.person_id == person_id, *posts),
        )
        .distinct()
        .order_by(Person.id)
    )
    return list(session.execute(statement))


_told = select(
    SpecialRequest.id,
    SpecialRequest.uid,
    SpecialRequest.title,
    SpecialRequest.starts_at,
    SpecialRequest.ends_at,
    SpecialRequest.state,
    SpecialRequest.classification,
    SpecialRequest.unit_id,
).where(
    SpecialRequest.id.in_(bindparam("requests", type_=BIGINT, expanding=True)),
    access.visible(READ, SpecialRequest),
)


def told_about(actor: Actor, requests: Sequence[int]) -> Sequence[Any]:
    """Those of the requests that the actor may see."""
    values = {**access.parameters(actor, READ, SPECIAL), "requests": list(requests)}
    return fetch(_told, values).all()
