"""When what a calendar holds takes place, by the spans: no rule is read for it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.db import UTCDateTime, fetch
from plugins.schedule.models import Event, Span
from plugins.schedule.queries.programs.keys import OWNER, SERIES
from plugins.schedule.queries.weeks import week_of

_IN_WINDOW = (
    Span.person_id == OWNER,
    Span.week >= bindparam("first", type_=Integer()),
    Span.week <= bindparam("last", type_=Integer()),
    Span.starts_at < bindparam("until", type_=UTCDateTime()),
    Span.ends_at > bindparam("since", type_=UTCDateTime()),
)
_SPANNED = aliased(Event, name="spanned")

ROOTS_BETWEEN = (
    select(func.coalesce(_SPANNED.series_id, _SPANNED.id))
    .join(Span, Span.event_id == _SPANNED.id)
    .where(*_IN_WINDOW)
)
"""The families of a calendar that take place in a `window`."""

_spans = (
    select(
        Span.event_id,
        Span.starts_at,
        Span.ends_at,
        Span.original,
        Event.series_id,
        Event.original_start,
        func.coalesce(SERIES.zone, Event.zone).label("zone"),
    )
    .join(Event, Event.id == Span.event_id)
    .outerjoin(SERIES, SERIES.id == Event.series_id)
    .where(*_IN_WINDOW)
)
_busy = (
    select(Span.starts_at, Span.ends_at, Event.is_tentative)
    .join(Event, Event.id == Span.event_id)
    .where(*_IN_WINDOW, Span.is_busy)
    .order_by(Span.starts_at)
)


def window(since: datetime, until: datetime) -> dict[str, Any]:
    """What statements about the time [since, until) are executed with."""
    first, last = (week_of(_day(at)) for at in (since, until))
    return {"first": first, "last": last, "since": since, "until": until}


def spans_between(owner: int, since: datetime, until: datetime) -> Iterator[Any]:
    """Occurrences in a calendar that have a moment in common with [since, until), each once, whoever asks. One statement."""
    passed: set[Any] = set()
    for row in fetch(_spans, {"owner": owner, **window(since, until)}):
        # What touches two weeks has a row in each of them.
        key = row[:2]
        if key not in passed:
            passed.add(key)
            yield row


def busy_between(owner: int, since: datetime, until: datetime) -> Sequence[Any]:
    """(starts_at, ends_at, is_tentative) of all that keeps a person busy, in order, some of it twice. One statement."""
    return fetch(_busy, {"owner": owner, **window(since, until)}).all()


def _day(at: datetime) -> date:
    return clock.local(at).date()
