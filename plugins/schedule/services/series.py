"""Change or cancel one occurrence of a series, or it and all that follow.

A changed occurrence becomes an event of its own that the series leaves out; it stays as it is when the series changes. What
follows becomes a series of its own, and takes the changed occurrences after its beginning along. Occurrences are named by
their wall-clock start by the rule.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from groupware.actor import Actor
from groupware.calendar.recurrence import Recurrence, split
from groupware.db import session
from groupware.errors import Conflict
from groupware.i18n import gettext
from plugins.schedule.enums import Act
from plugins.schedule.models import Event, Participant
from plugins.schedule.queries.events import not_found
from plugins.schedule.services.announcing import announce
from plugins.schedule.services.content import (
    Content,
    checked,
    following_the_time,
    known_zone,
    recurrence_of,
)
from plugins.schedule.services.events import add, locked, rename_parts, take_down, told
from plugins.schedule.services.reminding import take_over
from plugins.schedule.services.rooms import held, reserve
from plugins.schedule.services.spanning import occurrence_at, span


def content_of_one(event: Event, original: datetime) -> Content:
    """What one occurrence says: the series at that time, without its repetition. Raises NotFound where there is none."""
    one = occurrence_at(event, original)
    if one is None:
        raise not_found()
    return replace(
        Content.of(event),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        rule="",
        days=(),
        left_out=(),
        holidays="keep",
    )


def content_of_following(event: Event, original: datetime) -> Content:
    """What the series says from an occurrence on. Raises NotFound where there is none."""
    one = content_of_one(event, original)
    _, after = split(_recurrence(event), original)
    starts_at = original.replace(tzinfo=known_zone(event.zone))
    return replace(
        one,
        starts_at=starts_at,
        ends_at=starts_at + after.length,
        holidays=after.holidays,
        rule=after.rule,
        days=_days(after, original),
        left_out=_left_out(after),
    )


def change_one(
    actor: Actor,
    uid: uuid.UUID,
    original: datetime,
    content: Content,
    *,
    version: int,
    rooms: Sequence[uuid.UUID] | None = None,
) -> Event:
    """Change one occurrence. Raises as `events.change` does, and NotFound where the series has no such occurrence."""
    event = locked(actor, uid, version=version)
    before = content_of_one(event, original)
    content = replace(content, rule="", days=(), left_out=(), classification=event.classification)
    kept = rooms if rooms is not None else _rooms_of(actor, event)
    _leave_out(actor, event, original)
    made = _add(actor, event, content, kept, before=before, series_id=event.id, original=original)
    if (made.starts_at, made.ends_at) == (before.starts_at, before.ends_at):
        _take_answers_over(event.id, made.id)
    return made


def move_one(
    actor: Actor, uid: uuid.UUID, original: datetime, starts_at: datetime, ends_at: datetime, *, version: int
) -> Event:
    """Give one occurrence another time, as dragging does. Raises as `change_one` does."""
    event = locked(actor, uid, version=version)
    content = replace(content_of_one(event, original), starts_at=starts_at, ends_at=ends_at)
    return change_one(actor, uid, original, content, version=version)


def change_following(
    actor: Actor,
    uid: uuid.UUID,
    original: datetime,
    content: Content,
    *,
    version: int,
    rooms: Sequence[uuid.UUID] | None = None,
) -> Event:
    """Change an occurrence and all after it: the series ends before, another one begins. Raises as `change_one` does."""
    event = locked(actor, uid, version=version)
    before = content_of_following(event, original)
    content = replace(content, classification=event.classification, zone=content.zone or event.zone)
    content = following_the_time(content, before)
    kept = rooms if rooms is not None else _rooms_of(actor, event)
    if original <= _recurrence(event).starts:
        raise Conflict(gettext("This is the first occurrence: please change the whole series."), code="first")
    _end_before(actor, event, original)
    made = _add(actor, event, content, kept, before=before)
    rename_parts(event.id, made.id, content, before, _name(original))
    if (made.starts_at, made.ends_at) == (before.starts_at, before.ends_at):
        _take_answers_over(event.id, made.id)
    return made


def cancel_one(actor: Actor, uid: uuid.UUID, original: datetime) -> Event:
    """Let one occurrence not take place."""
    event = locked(actor, uid)
    content_of_one(event, original)
    _leave_out(actor, event, original)
    return event


def cancel_following(actor: Actor, uid: uuid.UUID, original: datetime) -> Event:
    """End the series before an occurrence; changed occurrences after it are cancelled as well."""
    event = locked(actor, uid)
    content_of_one(event, original)
    later = select(Event).where(
        Event.series_id == event.id, Event.original_start >= _name(original), Event.deleted_at.is_(None)
    )
    for one in session.scalars(later):
        take_down(actor, one)
    if original <= _recurrence(event).starts:
        take_down(actor, event)
    else:
        _end_before(actor, event, original)
    return event


def _recurrence(event: Event) -> Recurrence:
    found = recurrence_of(event)
    if found is None:
        raise not_found()
    return found


def _name(original: datetime) -> str:
    return original.isoformat(timespec="minutes")


def _days(recurrence: Recurrence, starts: datetime) -> tuple[str, ...]:
    """The chosen days as they are stored: without the first where there is no rule beside them."""
    return tuple(_name(day) for day in recurrence.days if recurrence.rule or day != starts)


def _left_out(recurrence: Recurrence) -> tuple[str, ...]:
    return tuple(sorted(_name(day) for day in recurrence.left_out))


def _leave_out(actor: Actor, event: Event, original: datetime) -> None:
    event.left_out = sorted({*event.left_out, _name(original)})
    _again(actor, event, ["left_out"])


def _end_before(actor: Actor, event: Event, original: datetime) -> None:
    recurrence = _recurrence(event)
    before, _ = split(recurrence, original)
    event.rule = before.rule
    event.days, event.left_out = list(_days(before, recurrence.starts)), list(_left_out(before))
    _again(actor, event, ["rule"])


def _again(actor: Actor, event: Event, changed: list[str]) -> None:
    """Write the spans of a series anew and give back what it no longer needs of its rooms."""
    people = session.scalars(select(Participant.person_id).where(Participant.event_id == event.id)).all()
    span(event, people, actor.now)
    reserve(actor, event, None)
    announce(actor, event, people)
    told(actor, event, Act.CHANGED, changed)


def _add(
    actor: Actor,
    event: Event,
    content: Content,
    rooms: Sequence[uuid.UUID],
    *,
    before: Content,
    series_id: int | None = None,
    original: datetime | None = None,
) -> Event:
    if content.files is None:
        content = replace(content, files=before.files)
    found = checked(actor, content, unit_id=event.unit_id, organiser_id=event.organiser_id, before=before)
    made = add(
        actor,
        found,
        event.organiser_id,
        event.unit_id,
        rooms,
        series_id=series_id,
        original_start=_name(original) if original is not None else None,
    )
    take_over(event.id, made.id)
    return made


def _rooms_of(actor: Actor, event: Event) -> list[uuid.UUID]:
    return list(dict.fromkeys(one.facility for one in held(actor, event)))


def _take_answers_over(from_id: int, to_id: int) -> None:
    answers = select(Participant.person_id, Participant.answer, Participant.answered_at).where(
        Participant.event_id == from_id
    )
    for person_id, answer, answered_at in session.execute(answers).all():
        session.execute(
            update(Participant)
            .where(Participant.event_id == to_id, Participant.person_id == person_id)
            .values(answer=answer, answered_at=answered_at)
        )
