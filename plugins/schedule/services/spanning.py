"""Write when an event happens, in whose calendars, week by week: the rows that every view reads."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.calendar.recurrence import Occurrence, occurrences
from groupware.db import BIGINT, UTCDateTime, fetch, run, session
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.enums import Answer
from plugins.schedule.models import Engaged, Event, Participant, Span, UnitSpan
from plugins.schedule.queries.weeks import weeks_between
from plugins.schedule.services.content import EARLIEST, LATEST, recurrence_of
from plugins.schedule.services.following import touch

HORIZON = timedelta(days=400)
"""How far ahead the occurrences of a series without an end are written; a job goes on daily."""
MOST_ROWS = 40_000
"""Rows that one event may have: a daily meeting of a hundred people for a year."""
MOST_OCCURRENCES = 5000
CHUNK = 2000
EXTENDED_AT_ONCE = 200

_away = select(Participant.person_id).where(
    Participant.event_id == bindparam("event", type_=BIGINT), Participant.answer == Answer.DECLINED.value
)

_delete = [
    delete(model).where(model.event_id == bindparam("event", type_=BIGINT)) for model in (Span, UnitSpan)
]
_inserts: dict[Any, Any] = {model: insert(model) for model in (Span, UnitSpan)}
_belongs = aliased(PersonPrincipal)
_engaged = (
    select(
        PersonPrincipal.person_id,
        PersonPrincipal.valid_from,
        PersonPrincipal.valid_to,
        _belongs.valid_from.label("since"),
        _belongs.valid_to.label("until"),
    )
    .join(Engaged, Engaged.principal_id == PersonPrincipal.principal_id)
    .join(_belongs, _belongs.person_id == PersonPrincipal.person_id)
    .join(Principal, Principal.id == _belongs.principal_id)
    .where(
        Engaged.event_id == bindparam("event", type_=BIGINT),
        Principal.kind == PrincipalKind.UNIT_TREE,
        Principal.ref == bindparam("unit", type_=BIGINT),
    )
)
_engaging = (
    select(Event)
    .where(
        Event.deleted_at.is_(None),
        Event.id.in_(select(Engaged.event_id)),
        (Event.ends_at > bindparam("now", type_=UTCDateTime()))
        | (Event.rule != "")
        | Event.spanned_until.is_not(None),
    )
    .order_by(Event.id)
    .with_for_update(skip_locked=True)
)
Piece = tuple[Occurrence, int]
"""An occurrence and a week that it touches."""


def span(event: Event, people: Sequence[int], now: datetime, *, is_new: bool = False) -> None:
    """Write all spans of an event anew. Raises Invalid where they would be too many."""
    if not is_new:
        _erase(event)
    until = now + HORIZON
    _write(event, people, list(_times(event, event.starts_at - timedelta(days=20), until)), is_new=is_new)
    reached = until if event.rule and _goes_on(event, until) else None
    if event.spanned_until != reached:
        event.spanned_until = reached


def unspan(event: Event) -> None:
    """Take an event out of all calendars."""
    _erase(event)
    event.spanned_until = None


def _erase(event: Event) -> None:
    for statement in _delete:
        run(statement, {"event": event.id})


def extend(now: datetime) -> int:
    """Write what has come within the horizon of series without an end; returns how many of them were looked at."""
    until = now + HORIZON
    due = session.scalars(
        select(Event)
        .where(Event.spanned_until < until - timedelta(days=7), Event.deleted_at.is_(None))
        .order_by(Event.spanned_until)
        .limit(EXTENDED_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for event in due:
        written = event.spanned_until
        assert written is not None, "it is what the rows were chosen by"
        people = session.scalars(select(Participant.person_id).where(Participant.event_id == event.id)).all()
        new = [one for one in _times(event, written, until) if one.starts_at >= written]
        _write(event, people, new)
        event.spanned_until = until if _goes_on(event, until) else None
        if event.holidays != "keep":
            # Programs do not know when the office is closed: they are told each time that was moved.
            touch(event)
    return len(due)


def next_of(event: Event, after: datetime) -> Occurrence | None:
    """The first occurrence of a series that ends after `after`, within the horizon, or None."""
    return next((one for one in _times(event, after, after + HORIZON)), None)


def occurrence_at(event: Event, original: datetime) -> Occurrence | None:
    """The occurrence of a series that the rule starts at `original` (wall clock), or None."""
    if not EARLIEST <= original.replace(tzinfo=UTC) < LATEST:
        return None
    near = original.replace(tzinfo=UTC)
    around = _times(event, near - timedelta(days=20), near + timedelta(days=20))
    return next((one for one in around if one.original == original), None)


def _goes_on(event: Event, until: datetime) -> bool:
    later = until + timedelta(days=366 * 5)
    return any(one.starts_at >= until for one in _times(event, until, later))


def _times(event: Event, since: datetime, until: datetime) -> Iterator[Occurrence]:
    recurrence = recurrence_of(event)
    if recurrence is None:
        if event.ends_at > since:
            original = clock.local(event.starts_at).replace(tzinfo=None)
            yield Occurrence(event.starts_at, event.ends_at, original)
        return
    yield from occurrences(recurrence, since, until, MOST_OCCURRENCES)


def _write(event: Event, people: Sequence[int], times: Sequence[Occurrence], *, is_new: bool = False) -> None:
    pieces = [(one, week) for one in times for week in weeks_between(one.starts_at, one.ends_at)]
    engaged = list(_engaged_rows(event, people, pieces))
    if len(pieces) * max(len(people), 1) + len(engaged) > MOST_ROWS:
        fault = gettext(
            "This is too much at once: so many occurrences for so many people. Please end the repetition earlier,"
            " or use the calendar of an organisation."
        )
        raise Invalid(fault, code="too_many_spans", fields={"rule": fault})
    is_answered = bool(people) and not is_new
    away = {row.person_id for row in fetch(_away, {"event": event.id})} if is_answered else set()
    rows = (
        {"person_id": person, **_row(event, *piece, is_away=person in away)}
        for person in people
        for piece in pieces
    )
    _insert(Span, rows)
    _insert(Span, iter(engaged))
    if event.calendar_unit_id is not None:
        _insert(UnitSpan, ({"unit_id": event.calendar_unit_id, **_row(event, *piece)} for piece in pieces))


def _engaged_rows(event: Event, people: Sequence[int], pieces: Sequence[Piece]) -> Iterator[dict[str, Any]]:
    """What makes people busy who do not take part: those who are meant, and belong to the organisation, on the day itself."""
    if event.calendar_unit_id is None:
        return
    invited = set(people)
    named = [
        row
        for row in session.execute(_engaged, {"event": event.id, "unit": event.calendar_unit_id})
        if row.person_id not in invited
    ]
    for one, week in pieces if named else ():
        day = clock.local(one.starts_at).date()
        meant = {
            row.person_id
            for row in named
            if row.valid_from <= day < row.valid_to and row.since <= day < row.until
        }
        for person in sorted(meant):
            yield {"person_id": person, **_row(event, one, week)}


def follow_transfers(now: datetime) -> int:
    """Let events make busy whom they mean since the directory changed; returns how many of them were written anew."""
    changed = 0
    for event in session.scalars(_engaging, {"now": now}).all():
        people = session.scalars(select(Participant.person_id).where(Participant.event_id == event.id)).all()
        times = list(
            _times(event, event.starts_at - timedelta(days=20), event.spanned_until or now + HORIZON)
        )
        pieces = [(one, week) for one in times for week in weeks_between(one.starts_at, one.ends_at)]
        wanted = {
            (row["person_id"], row["week"], row["starts_at"]) for row in _engaged_rows(event, people, pieces)
        }
        written = select(Span.person_id, Span.week, Span.starts_at).where(
            Span.event_id == event.id, Span.person_id.not_in(people)
        )
        if wanted != set(map(tuple, session.execute(written))):
            span(event, people, now)
            changed += 1
    return changed


def _row(event: Event, one: Occurrence, week: int, *, is_away: bool = False) -> dict[str, Any]:
    return {
        "week": week,
        "event_id": event.id,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "is_busy": event.is_busy and not is_away,
        "original": one.original.isoformat(timespec="minutes"),
    }


def _insert(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    for first in rows:
        part = [first, *(row for _, row in zip(range(CHUNK - 1), rows, strict=False))]
        run(_inserts[model], part)


__all__ = ["HORIZON", "extend", "follow_transfers", "next_of", "occurrence_at", "span", "unspan"]
