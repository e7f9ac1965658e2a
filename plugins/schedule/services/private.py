"""Private calendars: a person's programs make them, write into them and delete them. Nobody but the person sees any of it.

An entry is kept to the letter. What is guarded elsewhere is guarded here: individual numbers, how much one person may keep, and
that no file comes in by this door. All writes of one person take turns.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from groupware import audit, rules
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import Person
from groupware.errors import Conflict, Denied, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.schedule.icalendar.stored import Stored, stored
from plugins.schedule.icalendar.timeline import COMPONENTS
from plugins.schedule.models import CalendarProperty, PrivateCalendar, PrivateEntry
from plugins.schedule.queries.events import not_found
from plugins.schedule.rules import PRIVATE_CALENDARS, PRIVATE_ENTRIES, PRIVATE_MEGABYTES
from plugins.schedule.services.turns import take_turn_of_person

MADE, REMOVED = "schedule.private_made", "schedule.private_removed"
OBJECT: Final = "schedule.private_calendar"
LONGEST_NAME: Final = 255
LONGEST_TEXT: Final = 100_000
"""Bytes of one entry."""
LONGEST_VALUE: Final = 10_000
MOST_PROPERTIES: Final = 50
KEPT: Final = 10_000
"""Changes for which a calendar knows what was deleted. Programs that know an older state look at everything again."""
AFTER_LEAVING: Final = timedelta(days=90)
"""Who comes back in the next fiscal year finds what they had."""
_MEGABYTE: Final = 1024 * 1024


class QuotaError(Conflict):
    """The person has as much as the bureau allows."""

    default_code = "quota"


class UidTakenError(Conflict):
    """The calendar has another entry with this UID; `name` is its address."""

    default_code = "uid_taken"

    def __init__(self, name: str) -> None:
        super().__init__(gettext("This entry is in the calendar already."))
        self.name = name


class ComponentError(Conflict):
    """The calendar does not take entries of this kind."""

    default_code = "component"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an entry."""

    is_new: bool
    tag: str


def make(
    actor: Actor, slug: str, components: Collection[str], properties: Mapping[str, str]
) -> PrivateCalendar:
    """Make a calendar for these kinds of entries (none: for all). Raises Conflict where there is one, Denied by rule, Invalid."""
    person_id = _begin(actor)
    if not 0 < len(slug) <= LONGEST_NAME or "\x00" in slug:
        raise Invalid(gettext("This name is too long."), code="name")
    taken = [one for one in COMPONENTS if one in components or not components]
    if not taken:
        raise ComponentError(gettext("Entries of this kind cannot be kept."))
    known = session.scalars(select(PrivateCalendar.slug).where(PrivateCalendar.person_id == person_id)).all()
    if slug in known:
        raise Conflict(gettext("This calendar is there already."), code="exists")
    limit = int(rules.value_for(actor, PRIVATE_CALENDARS))
    if limit == 0:
        raise Denied(gettext("Your organisation does not allow private calendars."), code="private_calendars")
    if len(known) >= limit:
        raise QuotaError(gettext("At most %(limit)d private calendars can be made.", limit=limit))
    made = PrivateCalendar(
        person_id=person_id,
        slug=slug,
        components=" ".join(taken),
        created_at=actor.now,
        changed_at=actor.now,
    )
    session.add(made)
    session.flush()
    describe(actor, slug, properties)
    _record(actor, MADE, made)
    return made


def drop(actor: Actor, slug: str) -> None:
    """Delete a calendar with everything in it. Raises NotFound."""
    calendar = _calendar(actor, slug)
    _record(actor, REMOVED, calendar, entries=calendar.entries)
    session.execute(
        delete(CalendarProperty).where(
            CalendarProperty.person_id == calendar.person_id, CalendarProperty.slug == slug
        )
    )
    session.delete(calendar)
    session.flush()


def describe(actor: Actor, slug: str, properties: Mapping[str, str], removed: Collection[str] = ()) -> None:
    """Keep what a program says about a calendar that it shows: values are the inside of elements, as XML. Raises Invalid."""
    person_id = _begin(actor)
    texts.require_clean(actor, actor.unit_id, properties)
    if any(len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE for name, value in properties.items()):
        raise Invalid(gettext("This name is too long."), code="property")
    mine = (CalendarProperty.person_id == person_id, CalendarProperty.slug == slug)
    kept = {one.name: one for one in session.scalars(select(CalendarProperty).where(*mine))}
    for name in {*removed, *properties} & kept.keys():
        session.delete(kept.pop(name))
    session.flush()
    if len(kept) + len(properties) > MOST_PROPERTIES:
        raise QuotaError(gettext("At most %(limit)d properties are kept.", limit=MOST_PROPERTIES))
    session.add_all(
        CalendarProperty(person_id=person_id, slug=slug, name=name, value=value)
        for name, value in properties.items()
    )
    session.flush()


def put(actor: Actor, slug: str, name: str, content: bytes, check: Callable[[Any], None]) -> Kept:
    """Write an entry. `check` is given what is there (None: nothing), locked, and may raise.

    Raises NotFound for no such calendar, UnreadableError, ComponentError, UidTakenError, QuotaError, and Invalid for an
    individual number.
    """
    calendar = _calendar(actor, slug)
    before = _entry(calendar, name)
    is_there = before is not None and before.uid is not None
    check(before if is_there else None)
    if len(content) > LONGEST_TEXT:
        raise Invalid(gettext("This entry is too long."), code="too_large")
    found = stored(content)
    if found.component not in calendar.components.split():
        raise ComponentError(gettext("This calendar does not take entries of this kind."))
    _require_uid(calendar, name, found)
    texts.require_clean(actor, actor.unit_id, {"text": found.words})
    size = len(found.text.encode())
    old = before.size if before is not None and is_there else 0
    _require_room(actor, calendar, 0 if is_there else 1, size - old)
    entry = before or PrivateEntry(calendar_id=calendar.id, name=name)
    if before is not None and before.uid != found.uid:
        # Out of the way of whatever has this UID in its index.
        before.uid = None
        session.flush()
    calendar.seq += 1
    calendar.entries += 0 if is_there else 1
    calendar.size += size - old
    calendar.changed_at = actor.now
    entry.uid, entry.component, entry.text, entry.size = found.uid, found.component, found.text, size
    entry.first_at, entry.last_at = found.first_at, found.last_at
    entry.tag = tag_of(found.text)
    entry.seq, entry.changed_at = calendar.seq, actor.now
    session.add(entry)
    session.flush()
    return Kept(is_new=not is_there, tag=entry.tag)


def remove(actor: Actor, slug: str, name: str, check: Callable[[Any], None]) -> None:
    """Delete an entry. Raises NotFound."""
    calendar = _calendar(actor, slug)
    entry = _entry(calendar, name)
    if entry is None or entry.uid is None:
        check(None)
        raise not_found()
    check(entry)
    calendar.seq += 1
    calendar.entries -= 1
    calendar.size -= entry.size
    calendar.changed_at = actor.now
    entry.uid, entry.text, entry.size, entry.component, entry.tag = None, "", 0, "", ""
    entry.seq, entry.changed_at = calendar.seq, actor.now
    session.execute(
        delete(PrivateEntry).where(
            PrivateEntry.calendar_id == calendar.id,
            PrivateEntry.uid.is_(None),
            PrivateEntry.seq <= calendar.seq - KEPT,
        )
    )
    session.flush()


def forget_leavers(day: date) -> None:
    """Erase the private calendars of those who left more than `AFTER_LEAVING` ago, and what they said about calendars."""
    gone = select(Person.id).where(Person.left_on <= day - AFTER_LEAVING)
    session.execute(delete(PrivateCalendar).where(PrivateCalendar.person_id.in_(gone)))
    session.execute(delete(CalendarProperty).where(CalendarProperty.person_id.in_(gone)))


def tag_of(text: str) -> str:
    """What tells a text from every other one."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _begin(actor: Actor) -> int:
    """Take the person's turn: limits hold for all calendars of a person together."""
    assert actor.person_id is not None, "only people have calendars"
    take_turn_of_person(actor.person_id)
    return actor.person_id


def _calendar(actor: Actor, slug: str) -> PrivateCalendar:
    person_id = _begin(actor)
    statement = select(PrivateCalendar).where(
        PrivateCalendar.person_id == person_id, PrivateCalendar.slug == slug
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise not_found()
    return found


def _entry(calendar: PrivateCalendar, name: str) -> PrivateEntry | None:
    if not 0 < len(name) <= LONGEST_NAME or "\x00" in name:
        raise Invalid(gettext("This name is too long."), code="name")
    statement = select(PrivateEntry).where(PrivateEntry.calendar_id == calendar.id, PrivateEntry.name == name)
    return session.scalars(statement).one_or_none()


def _require_uid(calendar: PrivateCalendar, name: str, found: Stored) -> None:
    statement = select(PrivateEntry.name).where(
        PrivateEntry.calendar_id == calendar.id, PrivateEntry.uid == found.uid, PrivateEntry.name != name
    )
    other = session.scalar(statement)
    if other is not None:
        raise UidTakenError(other)


def _require_room(actor: Actor, calendar: PrivateCalendar, entries: int, size: int) -> None:
    """Whoever makes it smaller may, even where the bureau allows less than there is."""
    totals = select(func.sum(PrivateCalendar.entries), func.sum(PrivateCalendar.size)).where(
        PrivateCalendar.person_id == calendar.person_id
    )
    has_entries, has_size = session.execute(totals).one()
    most, megabytes = (int(rules.value_for(actor, one)) for one in (PRIVATE_ENTRIES, PRIVATE_MEGABYTES))
    if entries > 0 and has_entries + entries > most:
        raise QuotaError(gettext("At most %(limit)d entries are kept in private calendars.", limit=most))
    if size > 0 and has_size + size > megabytes * _MEGABYTE:
        raise QuotaError(gettext("Private calendars hold at most %(limit)d MB.", limit=megabytes))


def _record(actor: Actor, action: str, calendar: PrivateCalendar, **details: int) -> None:
    audit.record(
        actor,
        action,
        object_type=OBJECT,
        object_id=calendar.id,
        unit_id=actor.unit_id,
        details=details,
    )


__all__ = [
    "OBJECT",
    "ComponentError",
    "Kept",
    "QuotaError",
    "UidTakenError",
    "describe",
    "drop",
    "forget_leavers",
    "make",
    "put",
    "remove",
    "tag_of",
]
