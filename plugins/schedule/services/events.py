"""Enter, change, move and cancel events."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, select

from groupware import access, audit, clock, events, idempotency, rules, search
from groupware.actor import Actor
from groupware.attachments.services import owning
from groupware.db import run, session
from groupware.directory.queries.roll import roll
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import labels
from groupware.i18n import gettext
from groupware.text.folding import fold
from plugins.schedule.enums import OWNER, Act
from plugins.schedule.events import CANCELLED, CHANGED, CREATED, event_topic
from plugins.schedule.models import Change, Event
from plugins.schedule.permissions import WRITE
from plugins.schedule.queries.events import is_readable, may_change, names, not_found
from plugins.schedule.queries.finding import search_text
from plugins.schedule.queries.secretaries import may_act_for
from plugins.schedule.rules import CHANGING, RETENTION_YEARS
from plugins.schedule.services.announcing import announce
from plugins.schedule.services.attending import participants_of, put_people
from plugins.schedule.services.content import (
    Checked,
    Content,
    checked,
    following_the_time,
    label_of,
    moved_name,
)
from plugins.schedule.services.following import begin, touch, touched
from plugins.schedule.services.rooms import held, release, reserve
from plugins.schedule.services.spanning import span, unspan
from plugins.schedule.services.twins import require_no_twin

_note = insert(Change)
_STORED = (
    *("title", "kind_id", "starts_at", "ends_at", "is_all_day", "place", "web_meeting", "is_tentative"),
    *("is_important", "is_busy", "calendar_unit_id", "rule", "holidays", "zone", "text"),
)

_WHEN = frozenset({"starts_at", "ends_at", "rule", "days", "left_out", "holidays", "zone", "is_all_day"})
"""Fields that say when it takes place."""
_SPANNED = _WHEN | {"is_busy", "calendar_unit_id", "engaged"}
"""Fields that its spans are made of, beside its people."""
_SIGHT = frozenset({"visibility", "viewers", "participants", "classification"})
"""Fields with which it changes who may read an event."""


def create(
    actor: Actor,
    content: Content,
    *,
    organiser_id: int | None = None,
    rooms: Sequence[uuid.UUID] = (),
    key: str = "",
    may_be_twin: bool = True,
) -> uuid.UUID:
    """Enter an event; the same `key` enters it once. Returns its uid.

    `organiser_id` is whose event it is: the actor, or somebody whose secretary they are. `rooms` are facilities that it
    holds, all of them or there is no event. Raises Invalid with the fields at fault, Denied where the actor may not act for
    the organiser, `capabilities.Clashes` for facilities that cannot be had, and, unless it `may_be_twin`, `twins.Twins` where the
    same is entered already.
    """
    owner, unit_id = _whose(actor, organiser_id)
    asked = {
        "title": content.title,
        "at": content.starts_at.isoformat(),
        "people": list(content.participants),
    }

    def make() -> dict[str, Any]:
        found = checked(actor, content, unit_id=unit_id, organiser_id=owner)
        if not may_be_twin:
            require_no_twin(actor, found.content, found.people)
        return {"uid": str(add(actor, found, owner, unit_id, rooms).uid)}

    made = idempotency.once(actor, key, asked, make)
    return uuid.UUID(made["uid"])


def enter(actor: Actor, content: Content, *, ical_uid: str = "") -> Event:
    """The same into the actor's own calendar, for who goes on with the event. Programs know it by `ical_uid` if it came with one."""
    owner, unit_id = _whose(actor, None)
    found = checked(actor, content, unit_id=unit_id, organiser_id=owner)
    return add(actor, found, owner, unit_id, (), ical_uid=ical_uid)


def _whose(actor: Actor, organiser_id: int | None) -> tuple[int, int | None]:
    """(person, organisation) of an event that the actor may enter. Raises Invalid, Denied."""
    owner = organiser_id or actor.person_id
    if owner is None:
        raise Invalid(gettext("Please choose whose event it is."), fields={"organiser": ""})
    unit_id = _unit_of(owner, actor)
    if not may_act_for(actor, owner):
        access.require(actor, WRITE, unit_id=unit_id)
    return owner, unit_id


def add(
    actor: Actor,
    found: Checked,
    owner: int,
    unit_id: int | None,
    rooms: Sequence[uuid.UUID],
    *,
    series_id: int | None = None,
    original_start: str | None = None,
    ical_uid: str = "",
) -> Event:
    """Write an event that was checked; the caller has decided that the actor may."""
    label = label_of(found.content, unit_id)
    event = Event(
        unit_id=unit_id,
        organiser_id=owner,
        created_by=actor.person_id or owner,
        classification=label,
        retention_years=labels.retention(int(rules.value(RETENTION_YEARS, unit_id)), label, unit_id),
        created_at=actor.now,
        updated_at=actor.now,
        series_id=series_id,
        original_start=original_start,
        spanned_until=None,
    )
    _put(event, found.content)
    session.add(event)
    session.flush()
    put_people(event, found, set())
    _put_files(actor, event, found.content)
    if found.content.files:
        search.index(OWNER, [event.id])
    else:
        search.add(OWNER, [search_text(event)])
    span(event, found.people, actor.now, is_new=True)
    reserve(actor, event, rooms, is_new=True)
    announce(actor, event, found.people)
    _write_down(actor, event, Act.CREATED)
    if series_id is None:
        begin(event, found.people, ical_uid)
    else:
        touch(event)
    events.emit(actor, event_topic(event.id), CREATED, event_id=event.id)
    audit.record(actor, CREATED, event, unit_id=event.unit_id, details={"people": len(found.people)})
    session.flush()
    return event


def take_leave(actor: Actor, day: date, *, key: str = "") -> uuid.UUID:
    """A whole day of leave in one's own calendar. Its kind is nobody's business and is stored nowhere."""
    starts_at, ends_at = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    content = Content(title=gettext("Leave"), starts_at=starts_at, ends_at=ends_at, is_all_day=True)
    return create(actor, content, key=key)


def change(
    actor: Actor,
    uid: uuid.UUID,
    content: Content,
    *,
    version: int,
    reason: str = "",
    rooms: Sequence[uuid.UUID] | None = None,
) -> Event:
    """Change an event, a series as a whole; what was answered stays unless the time changes.

    `rooms` are the facilities that it holds from now on; None lets it keep those that it has, at the new time.

    Raises Invalid with the fields at fault, Conflict if somebody changed it since `version` was read.
    """
    event = locked(actor, uid, version=version)
    return change_locked(actor, event, content, Content.of(event), reason=reason, rooms=rooms)


def change_locked(
    actor: Actor,
    event: Event,
    content: Content,
    before: Content,
    *,
    reason: str = "",
    rooms: Sequence[uuid.UUID] | None = None,
) -> Event:
    """The same for one that is locked, may be changed (`require_changeable`), and says `before`."""
    content = replace(
        content,
        classification=content.classification or event.classification,
        zone=content.zone or before.zone,
    )
    if content.files is None:
        content = replace(content, files=before.files)
    content = following_the_time(content, before)
    found = checked(actor, content, unit_id=event.unit_id, organiser_id=event.organiser_id, before=before)
    changed = found.content.differences(before)
    if rooms is not None and set(rooms) != {one.facility for one in held(actor, event)}:
        changed.append("rooms")
    if not changed:
        return event
    labels.change(actor, event, found.content.classification, reason)
    event.retention_years = labels.retention(event.retention_years, event.classification, event.unit_id)
    _put(event, found.content)
    if {"starts_at", "zone"} & set(changed):
        rename_parts(event.id, event.id, found.content, before)
    if "files" in changed:
        _put_files(actor, event, found.content)
    search.index(OWNER, [event.id])
    known = participants_of(event)
    fields = set(changed)
    put_people(
        event, found, known, fields, asks_again=bool({"starts_at", "ends_at", "rule", "days"} & fields)
    )
    if fields & _SPANNED or known != set(found.people):
        span(event, found.people, actor.now)
    if fields & _WHEN or rooms is not None:
        reserve(actor, event, rooms)
    announce(actor, event, known | set(found.people), [before.visibility.value])
    told(actor, event, Act.CHANGED, changed)
    return event


def rename_parts(from_id: int, to_id: int, content: Content, before: Content, since: str = "") -> None:
    """Let changed occurrences of a series, from `since` on, belong to where the series goes on, under their new names."""
    parts = select(Event).where(Event.series_id == from_id, Event.original_start >= since)
    for part in session.scalars(parts):
        part.series_id = to_id
        part.original_start = moved_name(part.original_start or "", content, before)
        if to_id != from_id:
            # Who takes part in it alone has another series from now on, and the former one no more.
            people = participants_of(part)
            touched(from_id, people)
            touched(to_id, people)


def move(actor: Actor, uid: uuid.UUID, starts_at: datetime, ends_at: datetime, *, version: int) -> Event:
    """Give an event that happens once another time, as dragging does. Raises as `change` does."""
    event = locked(actor, uid, version=version)
    if event.is_series:
        raise Conflict(gettext("Please change a repeated event in its form."), code="series")
    content = replace(Content.of(event), starts_at=starts_at, ends_at=ends_at)
    return change(actor, uid, content, version=version)


def cancel(actor: Actor, uid: uuid.UUID) -> Event:
    """Take an event, a series as a whole, out of all calendars. Its record stays until it is disposed of."""
    event = locked(actor, uid)
    take_down(actor, event)
    return event


def take_down(actor: Actor, event: Event) -> None:
    """The same for one that is locked. The caller has decided that the actor may."""
    statement = (
        select(Event).where(Event.series_id == event.id, Event.deleted_at.is_(None)).order_by(Event.id)
    )
    parts = session.scalars(_for_change(statement)).all()
    people = participants_of(event)
    for part in parts:
        # Who takes part in the series is told once.
        _remove(actor, part, is_told=not participants_of(part) <= people)
    _remove(actor, event)
    search.index(OWNER, [event.id, *(part.id for part in parts)])


def _remove(actor: Actor, event: Event, *, is_told: bool = True) -> None:
    event.deleted_at, event.deleted_by = actor.now, actor.person_id
    event.version += 1
    unspan(event)
    release(actor, event)
    announce(actor, event, participants_of(event))
    note(actor, event, Act.CANCELLED)
    if is_told:
        events.emit(actor, event_topic(event.id), CANCELLED, event_id=event.id)
    audit.record(actor, CANCELLED, event, unit_id=event.unit_id)
    events.end_epoch(event_topic(event.id))


def withdraw(actor: Actor, event_id: int) -> None:
    """The same after a security incident, by its key; one that is deleted already stays so."""
    event = still_there(Event.id == event_id)
    if event is not None:
        take_down(actor, event)


def still_there(which: ColumnElement[bool]) -> Event | None:
    """The event, locked and as it is now, whatever the unit of work has read of it before; None for one that is deleted."""
    return session.scalars(_for_change(select(Event).where(which, Event.deleted_at.is_(None)))).one_or_none()


def _for_change(statement: Select[Any]) -> Select[Any]:
    return statement.with_for_update().execution_options(populate_existing=True)


def locked(actor: Actor, uid: uuid.UUID, *, version: int | None = None) -> Event:
    """The event, locked, if the actor may change it. Raises NotFound, Denied, Conflict."""
    event = still_there(Event.uid == uid)
    if event is None:
        raise not_found()
    require_changeable(actor, event)
    if version is not None and version != event.version:
        raise Conflict(
            gettext("Somebody changed this event meanwhile. Please look at it once more before you save."),
            code="changed",
        )
    return event


def require_changeable(actor: Actor, event: Event) -> None:
    """Raise NotFound or Denied unless the actor may change the event."""
    if not (actor.is_system or is_readable(actor, event.id)):
        raise not_found()
    has_right = bool(rules.value(CHANGING, event.unit_id))
    if not may_change(actor, event, has_participants_right=has_right):
        raise Denied(
            gettext("Only the organiser, whoever entered the event and their secretaries may change it."),
            permission=WRITE,
            object_type=OWNER,
            object_id=event.id,
            unit_id=event.unit_id,
        )


def told(actor: Actor, event: Event, act: Act, changed: list[str]) -> None:
    """Write a change down and tell it."""
    event.updated_at = actor.now
    event.version += 1
    note(actor, event, act, changed)
    topic = event_topic(event.id)
    events.emit(actor, topic, CHANGED, event_id=event.id, changed=changed)
    if _SIGHT & set(changed):
        events.end_epoch(topic)
    audit.record(actor, CHANGED, event, unit_id=event.unit_id, details={"changed": changed})
    session.flush()


def note(
    actor: Actor, event: Event, act: Act, changed: list[str] | None = None, *, person_id: int | None = None
) -> None:
    """A line of the history, and for programs a new state; it says for whom, where somebody acts for the organiser, or for `person_id`."""
    _write_down(actor, event, act, changed, person_id)
    touch(event)


def _write_down(
    actor: Actor, event: Event, act: Act, changed: list[str] | None = None, person_id: int | None = None
) -> None:
    whose = person_id or event.organiser_id
    is_for = not actor.is_system and whose != actor.person_id and may_act_for(actor, whose)
    known = names([whose]) if is_for else {}
    run(
        _note,
        {
            "event_id": event.id,
            "act": act.value,
            "changed": changed or [],
            "made_by": actor.person_id,
            "made_by_name": actor.display_name,
            "made_for": whose if known else None,
            "made_for_name": known[whose].display_name if known else "",
            "made_at": actor.now,
        },
    )


def _unit_of(person_id: int, actor: Actor) -> int | None:
    if person_id == actor.person_id and actor.unit_id is not None:
        return actor.unit_id
    entry = roll().entries.get(person_id)
    return entry.unit_id if entry is not None else None


def _put(event: Event, content: Content) -> None:
    for name in _STORED:
        setattr(event, name, getattr(content, name))
    event.visibility = content.visibility.value
    event.days, event.left_out = list(content.days), list(content.left_out)
    event.search_text = fold(f"{content.title} {content.place} {content.text}", spaces="remove")


def _put_files(actor: Actor, event: Event, content: Content) -> None:
    if content.files or event.file_count:
        owning.attach(actor, OWNER, event.id, content.files or (), unit_id=event.unit_id)
    count = len(content.files or ())
    if event.file_count != count:
        # To set the same again would let SQLAlchemy go through the event before the next statement.
        event.file_count = count
