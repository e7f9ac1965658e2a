"""One event: as somebody opens it, with its people and its history."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, cast, literal, select, union_all

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.db import BIGINT, fetch, session
from groupware.directory.models import Person
from groupware.directory.picking import Ref
from groupware.directory.queries.roll import roll
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.realtime.queries import seq_of
from plugins.schedule.enums import Sight
from plugins.schedule.events import EVENT
from plugins.schedule.models import Change, Engaged, Event, Guest, Invited, Participant, Viewer
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.secretaries import served
from plugins.schedule.queries.sight import READABLE, SIGHT, parameters, seen


@dataclass(frozen=True, slots=True)
class Opened:
    """An event as somebody opens it; `sight` is TITLE or FULL."""

    event: Event
    sight: Sight
    seq: int
    """Number of the last event of its topic when it was read."""

    @property
    def is_full(self) -> bool:
        """Whether more than time and title is seen."""
        return self.sight is Sight.FULL


_opened = select(
    Event, SIGHT, seq_of(literal(f"{EVENT}.") + cast(Event.id, String)).label("topic_seq")
).where(Event.uid == bindparam("uid"), Event.deleted_at.is_(None), READABLE)


def opened(actor: Actor, uid: uuid.UUID) -> Opened:
    """The event, if the actor sees at least its title. Raises NotFound, the same for what is absent and what is hidden."""
    row = session.execute(_opened, {**parameters(actor), "uid": uid}).first()
    if row is None:
        raise not_found()
    event: Event = row.Event
    return Opened(event, seen(row.sight, event.unit_id), row.topic_seq)


_readable = select(Event.id).where(
    Event.id == bindparam("event", type_=BIGINT), Event.deleted_at.is_(None), READABLE
)


def is_readable(actor: Actor, event_id: int) -> bool:
    """Whether the actor sees at least its title."""
    return fetch(_readable, {**parameters(actor), "event": event_id}).first() is not None


_there = select(Event.id).where(Event.uid == bindparam("uid"), Event.deleted_at.is_(None), READABLE)


def has_page(actor: Actor, uid: uuid.UUID | None) -> bool:
    """Whether `opened` would show the event: what it was made of may outlive it, and be seen by more people."""
    return uid is not None and fetch(_there, {**parameters(actor), "uid": uid}).first() is not None


def not_found() -> NotFound:
    """What is answered for an event that does not exist and for one that may not be known."""
    return NotFound(gettext("The page you are looking for was not found."))


def may_change(actor: Actor, event: Event, *, has_participants_right: bool) -> bool:
    """Whether the actor may change and delete it: organiser, whoever entered it, secretaries, participants by rule."""
    if actor.is_system or actor.person_id in (event.organiser_id, event.created_by):
        return True
    if has_participants_right and _takes_part(actor, event):
        return True
    return access.can(actor, WRITE, unit_id=event.unit_id) or event.organiser_id in served(actor)


def _takes_part(actor: Actor, event: Event) -> bool:
    return session.get(Participant, (event.id, actor.person_id)) is not None


_participants = (
    select(
        Participant.person_id, Participant.answer, Participant.answered_at, Person.uid, Person.display_name
    )
    .join(Person, Person.id == Participant.person_id)
    .where(Participant.event_id == bindparam("event", type_=BIGINT))
)


def participants(event_id: int) -> list[Any]:
    """The people who take part, in 建制順; those who have left come last. One query."""
    place = roll().place
    rows = fetch(_participants, {"event": event_id}).all()
    return sorted(rows, key=lambda row: (place.get(row.person_id, len(place)), row.person_id))


def _refs(model: Any, event_id: int, order: Any) -> list[Ref]:
    statement = (
        select(Principal.kind, Principal.ref, Principal.ref2)
        .join(model, model.principal_id == Principal.id)
        .where(model.event_id == event_id)
        .order_by(order)
    )
    return [Ref(PrincipalKind(kind), ref, ref2) for kind, ref, ref2 in session.execute(statement)]


def invited(event_id: int) -> list[Ref]:
    """What was chosen as participants."""
    return _refs(Invited, event_id, Invited.place)


def viewers(event_id: int) -> list[Ref]:
    """Who was chosen to see it."""
    return _refs(Viewer, event_id, Viewer.principal_id)


def engaged(event_id: int) -> list[Ref]:
    """Whom it makes busy without their taking part."""
    return _refs(Engaged, event_id, Engaged.principal_id)


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an event names, as the picker spells them, and guests as they are called."""

    invited: tuple[str, ...]
    viewers: tuple[str, ...]
    engaged: tuple[str, ...]
    guests: tuple[str, ...]


_this = bindparam("event", type_=BIGINT)
_what, _empty = "what", literal("", String(200))


def _naming(model: Any, place: Any) -> Any:
    columns = (Principal.kind, Principal.ref, Principal.ref2, _empty.label("name"), place.label("place"))
    what = literal(model.__tablename__).label(_what)
    return (
        select(what, *columns).join(model, model.principal_id == Principal.id).where(model.event_id == _this)
    )


_named: Any = union_all(
    _naming(Invited, Invited.place),
    _naming(Viewer, Viewer.principal_id),
    _naming(Engaged, Engaged.principal_id),
    select(literal(Guest.__tablename__), _empty, literal(0), literal(0), Guest.name, Guest.place).where(
        Guest.event_id == _this
    ),
).order_by("place")


def named(event_id: int) -> Named:
    """Everybody whom an event names. One query."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in fetch(_named, {"event": event_id}):
        is_guest = row.what == Guest.__tablename__
        found[row.what].append(
            row.name if is_guest else Ref(PrincipalKind(row.kind), row.ref, row.ref2).value
        )
    return Named(*(tuple(found[one.__tablename__]) for one in (Invited, Viewer, Engaged, Guest)))


def series_of(event: Event) -> Event | None:
    """The series that a changed occurrence belongs to, unless it was cancelled."""
    found = session.get(Event, event.series_id) if event.series_id is not None else None
    return found if found is not None and found.deleted_at is None else None


def guests(event_id: int) -> Sequence[str]:
    """Those from outside."""
    return session.scalars(select(Guest.name).where(Guest.event_id == event_id).order_by(Guest.place)).all()


def history(event_id: int) -> Sequence[Change]:
    """What was done with it, oldest first."""
    return session.scalars(select(Change).where(Change.event_id == event_id).order_by(Change.id)).all()


def names(people: Sequence[int]) -> dict[int, Any]:
    """(uid, display name) of people by id. One query."""
    return {row.id: row for row in fetch(_names, {"people": list(people)})} if people else {}


_names = select(Person.id, Person.uid, Person.display_name).where(
    Person.id.in_(bindparam("people", type_=BIGINT, expanding=True))
)
