"""Who has which tie to an event: what the event itself allows, beside grants."""

from typing import Any

from sqlalchemy import Select, exists, or_, select

from groupware.access import ACTOR_PERSON, ObjectAccess, Relation, is_among
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.i18n import lazy_gettext
from plugins.schedule.enums import OWNER, Visibility
from plugins.schedule.models.tables import Event, Participant, Viewer
from plugins.schedule.permissions import READ, WRITE

IS_ORGANISER = or_(Event.organiser_id == ACTOR_PERSON, Event.created_by == ACTOR_PERSON)
IS_PARTICIPANT = exists().where(Participant.event_id == Event.id, Participant.person_id == ACTOR_PERSON)
IS_VIEWER = (Event.visibility == Visibility.CHOSEN.value) & exists().where(
    Viewer.event_id == Event.id, is_among(Viewer.principal_id)
)
IS_OPEN = Event.visibility.in_([Visibility.EVERYONE.value, Visibility.TIME_AND_TITLE.value])


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
