"""Private calendars of a person: what programs made, what is in it, and what changed. Nobody else is ever asked for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, String, bindparam, select

from groupware.db import BIGINT, fetch
from plugins.schedule.models import CalendarProperty, PrivateCalendar, PrivateEntry

CHUNK: Final = 500
_OWNER = bindparam("owner", type_=BIGINT)
_CALENDAR = bindparam("calendar", type_=BIGINT)
_calendars = (
    select(
        PrivateCalendar.id,
        PrivateCalendar.uid,
        PrivateCalendar.person_id,
        PrivateCalendar.slug,
        PrivateCalendar.components,
        PrivateCalendar.seq,
        PrivateCalendar.entries,
        PrivateCalendar.size,
        PrivateCalendar.changed_at,
    )
    .where(PrivateCalendar.person_id == _OWNER)
    .order_by(PrivateCalendar.id)
)
_calendar = _calendars.where(PrivateCalendar.slug == bindparam("slug", type_=String))
_properties = select(CalendarProperty.slug, CalendarProperty.name, CalendarProperty.value).where(
    CalendarProperty.person_id == _OWNER
)
_entries = select(
    PrivateEntry.id,
    PrivateEntry.name,
    PrivateEntry.uid,
    PrivateEntry.component,
    PrivateEntry.tag,
    PrivateEntry.size,
    PrivateEntry.seq,
    PrivateEntry.changed_at,
).where(PrivateEntry.calendar_id == _CALENDAR)
_there = _entries.where(PrivateEntry.uid.is_not(None)).order_by(PrivateEntry.id)
_with_text = _there.add_columns(PrivateEntry.text)
_between = _with_text.where(
    PrivateEntry.last_at >= bindparam("since"), PrivateEntry.first_at <= bindparam("until")
)
_named = _with_text.where(PrivateEntry.name.in_(bindparam("names", type_=String, expanding=True)))
_changed = (
    _entries.add_columns(PrivateEntry.text)
    .where(PrivateEntry.seq > bindparam("seq", type_=BigInteger))
    .order_by(PrivateEntry.seq)
    .limit(bindparam("limit"))
)


def calendars(owner: int) -> Sequence[Any]:
    """All of a person, the oldest first. One query."""
    return fetch(_calendars, {"owner": owner}).all()


def calendar(owner: int, slug: str) -> Any | None:
    """The one at an address, or None."""
    return fetch(_calendar, {"owner": owner, "slug": slug}).first()


def properties(owner: int) -> Mapping[str, dict[str, str]]:
    """What the person's programs set, by the last part of the calendar's address. One query."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in fetch(_properties, {"owner": owner}):
        found[row.slug][row.name] = row.value
    return found


def entries(calendar_id: int) -> Sequence[Any]:
    """What is in a calendar, without the texts."""
    return fetch(_there, {"calendar": calendar_id}).all()


def texts(calendar_id: int, since: datetime | None = None, until: datetime | None = None) -> Sequence[Any]:
    """What is in a calendar with the texts; with a time what may take place in it: the text says whether it does."""
    if since is None or until is None:
        return fetch(_with_text, {"calendar": calendar_id}).all()
    return fetch(_between, {"calendar": calendar_id, "since": since, "until": until}).all()


def by_names(calendar_id: int, names: Collection[str]) -> dict[str, Any]:
    """The entries at these addresses, with the texts."""
    found: dict[str, Any] = {}
    for some in _chunks(sorted(names)):
        found |= {row.name: row for row in fetch(_named, {"calendar": calendar_id, "names": some})}
    return found


def changed_since(calendar_id: int, seq: int, limit: int) -> Sequence[Any]:
    """What changed after a state, in order, with the texts; what is gone has no `uid`."""
    return fetch(_changed, {"calendar": calendar_id, "seq": seq, "limit": limit}).all()


def _chunks(names: Sequence[str]) -> list[list[str]]:
    return [list(names[at : at + CHUNK]) for at in range(0, len(names), CHUNK)]
