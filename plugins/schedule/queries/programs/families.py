"""What a family says: its events, who takes part, who comes from outside."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, or_, select

from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from groupware.directory.models import Person
from plugins.schedule.models import Event, Guest, Kind, Participant
from plugins.schedule.queries.programs.keys import OWNER, TAKES, chunks
from plugins.schedule.queries.sight import IS_LABELLED, SIGHT, parameters

_members = (
    select(
        Event.id,
        Event.uid,
        Event.series_id,
        Event.original_start,
        Event.organiser_id,
        Event.unit_id,
        Event.title,
        Kind.name.label("kind"),
        Event.starts_at,
        Event.ends_at,
        Event.is_all_day,
        Event.place,
        Event.web_meeting,
        Event.is_tentative,
        Event.is_important,
        Event.is_busy,
        Event.visibility,
        Event.zone,
        Event.rule,
        Event.days,
        Event.left_out,
        Event.holidays,
        Event.updated_at,
        Event.version,
        Event.spanned_until,
        Event.text,
        TAKES.person_id.label("takes_part"),
        SIGHT,
    )
    .outerjoin(Kind, Kind.id == Event.kind_id)
    .outerjoin(TAKES, and_(TAKES.event_id == Event.id, TAKES.person_id == OWNER))
    .where(
        Event.deleted_at.is_(None), or_(among(Event.id, "keys"), among(Event.series_id, "keys")), IS_LABELLED
    )
    .order_by(Event.id)
)
_attendees = (
    select(
        Participant.event_id,
        Participant.person_id,
        Participant.answer,
        Person.uid,
        Person.display_name,
        Person.email,
    )
    .join(Person, Person.id == Participant.person_id)
    .where(among(Participant.event_id, "keys"))
    .order_by(Participant.event_id, Participant.person_id)
)
_guests = (
    select(Guest.event_id, Guest.name)
    .where(among(Guest.event_id, "keys"))
    .order_by(Guest.event_id, Guest.place)
)


def members(actor: Actor, owner: int, roots: Collection[int]) -> list[Any]:
    """The rows of the events of these families, with how much of each the actor sees."""
    values = {**parameters(actor), "owner": owner}
    return [row for some in chunks(roots) for row in fetch(_members, {**values, "keys": some})]


def attendees(events: Collection[int]) -> Mapping[int, list[Any]]:
    """Who takes part, by event."""
    found: dict[int, list[Any]] = defaultdict(list)
    for some in chunks(events):
        for row in fetch(_attendees, {"keys": some}):
            found[row.event_id].append(row)
    return found


def guests(events: Collection[int]) -> Mapping[int, list[str]]:
    """Who comes from outside, by event."""
    found: dict[int, list[str]] = defaultdict(list)
    for some in chunks(events):
        for row in fetch(_guests, {"keys": some}):
            found[row.event_id].append(row.name)
    return found
