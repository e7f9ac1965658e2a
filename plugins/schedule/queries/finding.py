"""Events for the search: what they are found by, and what is said of those that were found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from plugins.schedule.models import Event
from plugins.schedule.queries.sight import IS_FULL, READABLE, parameters

_these = (Event.id.in_(bindparam("events", type_=BIGINT, expanding=True)), Event.deleted_at.is_(None))
_standing = select(
    Event.id, Event.title, Event.place, Event.text, Event.starts_at, Event.unit_id, Event.organiser_id
).where(*_these)
_found = select(
    Event.id,
    Event.uid,
    Event.title,
    Event.place,
    Event.text,
    Event.starts_at,
    Event.ends_at,
    Event.is_all_day,
    IS_FULL.label("is_full"),
).where(*_these, READABLE)


_linked = select(
    Event.uid,
    Event.title,
    Event.place,
    Event.starts_at,
    Event.ends_at,
    Event.is_all_day,
    IS_FULL.label("is_full"),
).where(Event.uid.in_(bindparam("uids", type_=Uuid(), expanding=True)), Event.deleted_at.is_(None), READABLE)


def linked(actor: Actor, uids: Sequence[UUID]) -> Sequence[Any]:
    """Those of the events, by what their addresses name, of which the actor sees the title; `is_full` where they see all."""
    return fetch(_linked, {**parameters(actor), "uids": list(uids)}).all()


def standing(events: Sequence[int]) -> Sequence[Any]:
    """Those of the events that were not cancelled, with their words."""
    return fetch(_standing, {"events": list(events)}).all()


def found(actor: Actor, events: Sequence[int]) -> Sequence[Any]:
    """Those of the events of which the actor sees the title; `is_full` where they see all."""
    return fetch(_found, {**parameters(actor), "events": list(events)}).all()
