"""Events for the search: what they are found by, and what is said of those that were found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from groupware.actor import Actor
from groupware.among import among
from groupware.db import fetch
from groupware.plugin import SearchText
from plugins.schedule.models import Event
from plugins.schedule.queries.sight import IS_FULL, READABLE, parameters

_these = (among(Event.id, "events"), Event.deleted_at.is_(None))
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
).where(among(Event.uid, "uids"), Event.deleted_at.is_(None), READABLE)


def linked(actor: Actor, uids: Sequence[UUID]) -> Sequence[Any]:
    """Those of the events, by what their addresses name, of which the actor sees the title; `is_full` where they see all."""
    return fetch(_linked, {**parameters(actor), "uids": list(uids)}).all()


def standing(events: Sequence[int]) -> Sequence[Any]:
    """Those of the events that were not cancelled, with their words."""
    return fetch(_standing, {"events": list(events)}).all()


def search_text(event: Any) -> SearchText:
    """What an event is found by; `event` is one of `standing`, or the row that was just written."""
    return SearchText(
        key=event.id,
        title=event.title,
        text=f"{event.place}\n{event.text}",
        at=event.starts_at.replace(microsecond=0),
        unit_id=event.unit_id,
        person_id=event.organiser_id,
    )


def found(actor: Actor, events: Sequence[int]) -> Sequence[Any]:
    """Those of the events of which the actor sees the title; `is_full` where they see all."""
    return fetch(_found, {**parameters(actor), "events": list(events)}).all()
