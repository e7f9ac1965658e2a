"""Who has which tie to an event: what the event itself allows, beside grants."""

from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, exists, or_, select, union_all

from groupware import clock
from groupware.access import ACTOR_PERSON, ACTOR_TODAY, ObjectAccess, Relation, is_among
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.among import one_of
from groupware.db import holds_on
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment
from groupware.i18n import lazy_gettext
from plugins.schedule.enums import OWNER, Visibility
from plugins.schedule.models.secretaries import Secretary
from plugins.schedule.models.tables import Event, Participant, Viewer
from plugins.schedule.permissions import READ, WRITE

IS_ORGANISER = or_(Event.organiser_id == ACTOR_PERSON, Event.created_by == ACTOR_PERSON)
IS_PARTICIPANT = exists().where(Participant.event_id == Event.id, Participant.person_id == ACTOR_PERSON)
IS_VIEWER = (Event.visibility == Visibility.CHOSEN.value) & exists().where(
    Viewer.event_id == Event.id, is_among(Viewer.principal_id)
)
IS_OPEN = one_of(Event.visibility, (Visibility.EVERYONE, Visibility.TIME_AND_TITLE))

_HOLDS = and_(
    Appointment.unit_id == Secretary.unit_id,
    Appointment.post_id == Secretary.post_id,
    Appointment.kind != AppointmentKind.LEAVE.value,
)
# From the actor to their ties and on to the holders: whoever is nobody's secretary costs one look-up.
_IS_MINE = (
    PersonPrincipal.principal_id == Secretary.principal_id,
    PersonPrincipal.person_id == ACTOR_PERSON,
    holds_on(PersonPrincipal, ACTOR_TODAY),
    holds_on(Secretary, ACTOR_TODAY),
)
SERVED: CompoundSelect[Any] = union_all(
    select(Secretary.person_id.label("person_id"))
    .join(PersonPrincipal, and_(*_IS_MINE))
    .where(Secretary.person_id.is_not(None)),
    select(Appointment.person_id)
    .join(Secretary, _HOLDS)
    .join(PersonPrincipal, and_(*_IS_MINE))
    .where(holds_on(Appointment, ACTOR_TODAY)),
)
"""The people whose secretary the actor is today, by name or by the post that they hold."""
_SERVED_IDS = select(SERVED.subquery().c.person_id)
SERVES_ORGANISER = Event.organiser_id.in_(_SERVED_IDS)
"""Events of somebody whose secretary the actor is."""
IS_SERVED = and_(
    Event.visibility != Visibility.PRIVATE.value,
    or_(
        SERVES_ORGANISER,
        exists().where(Participant.event_id == Event.id, Participant.person_id.in_(_SERVED_IDS)),
    ),
)


def _organisers(event_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Event, or_(Event.organiser_id == Principal.ref, Event.created_by == Principal.ref))
        .where(Event.id == event_id, Principal.kind == PrincipalKind.PERSON)
    )


def _participants(event_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Participant, Participant.person_id == Principal.ref)
        .where(Participant.event_id == event_id, Principal.kind == PrincipalKind.PERSON)
    )


def _secretaries(event_id: int) -> Select[Any]:
    takes_part = select(Participant.person_id).where(Participant.event_id == event_id)
    theirs = select(Event.organiser_id).where(Event.id == event_id)
    holds_post = exists().where(
        _HOLDS,
        holds_on(Appointment, clock.today()),
        or_(Appointment.person_id.in_(takes_part), Appointment.person_id.in_(theirs)),
    )
    is_open = exists().where(Event.id == event_id, Event.visibility != Visibility.PRIVATE.value)
    return select(Secretary.principal_id).where(
        holds_on(Secretary, clock.today()),
        is_open,
        or_(Secretary.person_id.in_(takes_part), Secretary.person_id.in_(theirs), holds_post),
    )


def _everyone(event_id: int) -> Select[Any]:
    return (
        select(Principal.id)
        .join(Event, Event.id == event_id)
        .where(IS_OPEN, Principal.kind == PrincipalKind.EVERYONE)
    )


Event.access = ObjectAccess(
    type=OWNER,
    read=READ,
    unit=Event.unit_id,
    label=Event.classification,
    relations=(
        Relation(
            name="organiser",
            title=lazy_gettext("It is their event, or they entered it"),
            permissions=frozenset({READ, WRITE}),
            criterion=IS_ORGANISER,
            principals=_organisers,
        ),
        Relation(
            name="participant",
            title=lazy_gettext("They take part"),
            permissions=frozenset({READ}),
            criterion=IS_PARTICIPANT,
            principals=_participants,
        ),
        Relation(
            name="secretary",
            title=lazy_gettext("They are the secretary of somebody whose event it is or who takes part"),
            permissions=frozenset({READ}),
            criterion=IS_SERVED,
            principals=_secretaries,
        ),
        Relation(
            name="viewer",
            title=lazy_gettext("They were chosen to see it"),
            permissions=frozenset({READ}),
            criterion=IS_VIEWER,
            principals=lambda event_id: select(Viewer.principal_id).where(Viewer.event_id == event_id),
        ),
        Relation(
            name="everyone",
            title=lazy_gettext("Everybody sees it"),
            permissions=frozenset({READ}),
            criterion=IS_OPEN,
            principals=_everyone,
        ),
    ),
)
