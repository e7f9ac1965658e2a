"""What calendar programs are given: the entries of a person's calendar, by family, as much of them as the actor sees.

An `Entry` says what is there and in which state, without its text. It is *whole* where the text that all participants share says
neither more nor less than this calendar shows the actor: everything of the series and of each changed occurrence.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Integer, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.directory.models import Person
from plugins.schedule.enums import Answer, Sight
from plugins.schedule.models import Copy, Event, Followed, Guest, Kind, Moved, Participant, Span, Told
from plugins.schedule.queries.sight import IS_LABELLED, SIGHT, parameters, seen
from plugins.schedule.queries.weeks import week_of

CHUNK: Final = 500
_HIDDEN_NAMES: Final = uuid.UUID("7d1c6a5e-6a0c-5f4e-9a53-0b7f3f9d2c11")
"""Under which what shows its time alone gets a name that says nothing of the event."""
_SERIES = aliased(Event, name="series")
_TAKES = aliased(Participant, name="takes")
"""A participant by another name: the expression of sight asks for one of its own."""
_OWNER = bindparam("owner", type_=BIGINT)
_KEYS = bindparam("keys", type_=BIGINT, expanding=True)
_ROOT = func.coalesce(Event.series_id, Event.id)

_entries = (
    select(
        _ROOT.label("root"),
        Event.id,
        Event.series_id,
        Event.unit_id,
        Event.organiser_id,
        func.coalesce(_SERIES.uid, Event.uid).label("uid"),
        func.coalesce(_SERIES.version, Event.version).label("version"),
        _TAKES.person_id.label("takes_part"),
        _TAKES.answer,
        Told.ical_uid,
        Told.serial,
        Copy.name,
        Copy.serial.label("copy_serial"),
        Copy.told_serial,
        Copy.is_hidden,
        SIGHT,
    )
    .outerjoin(_SERIES, _SERIES.id == Event.series_id)
    .outerjoin(Told, Told.event_id == _ROOT)
    .outerjoin(Copy, and_(Copy.event_id == _ROOT, Copy.person_id == _OWNER))
    .where(Event.deleted_at.is_(None), IS_LABELLED)
)
_all_of_calendar = _entries.join(_TAKES, and_(_TAKES.event_id == Event.id, _TAKES.person_id == _OWNER))
# Occurrences of the person's series in which they do not take part: the series as told leaves them out.
_others = (
    select(Event.series_id.label("root"))
    .join(_TAKES, and_(_TAKES.event_id == Event.series_id, _TAKES.person_id == _OWNER))
    .where(
        Event.deleted_at.is_(None),
        ~exists().where(Participant.event_id == Event.id, Participant.person_id == _OWNER),
    )
)
_others_of = _others.where(Event.series_id.in_(_KEYS))
_some = _all_of_calendar.where(or_(Event.id.in_(_KEYS), Event.series_id.in_(_KEYS)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A family in a calendar. `tag` changes with whatever a program may be told of it."""

    root: int
    uid: uuid.UUID
    ical_uid: str
    name: str
    tag: str
    sight: Sight
    serial: int
    is_whole: bool
    has_copy: bool = False
    copy_is_current: bool = False


def entries(actor: Actor, owner: int, roots: Collection[int] | None = None) -> list[Entry]:
    """What is in the calendar of a person for the actor; of `roots` only where they are given. Two queries."""
    values = {**parameters(actor), "owner": owner}
    if roots is None:
        rows = fetch(_all_of_calendar, values).all()
    else:
        rows = [row for some in _chunks(roots) for row in fetch(_some, {**values, "keys": some})]
    if not rows:
        return []
    if roots is None:
        mixed = {row.root for row in fetch(_others, values)}
    else:
        mixed = {row.root for some in _chunks(roots) for row in fetch(_others_of, {**values, "keys": some})}
    families: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        families[row.root].append(row)
    is_own = owner == actor.person_id
    found = (_entry(family, is_own=is_own, is_mixed=root in mixed) for root, family in families.items())
    return [one for one in found if one is not None]


def _entry(family: list[Any], *, is_own: bool, is_mixed: bool) -> Entry | None:
    row = next((one for one in family if one.series_id is None), family[0])
    if is_own and row.is_hidden and row.answer == Answer.DECLINED:
        return None
    sights = [seen(one.sight, one.unit_id) for one in family]
    sight = max(sights)
    if sight is Sight.NOTHING:
        return None
    serial = row.serial or 0
    is_whole = not is_mixed and row.series_id is None and min(sights) is Sight.FULL
    has_copy = is_own and row.name is not None
    tag = f"{row.root}-{serial}"
    if has_copy:
        tag += f"-{row.copy_serial}"
    if not is_whole:
        tag += f"-{''.join(str(int(one)) for one in sights)[:32]}{len(sights)}"
    is_named = sight >= Sight.TITLE
    shown = row.uid if is_named else uuid.uuid5(_HIDDEN_NAMES, str(row.uid))
    return Entry(
        root=row.root,
        uid=shown,
        ical_uid=(row.ical_uid or str(row.uid)) if is_named else str(shown),
        name=row.name if has_copy else f"{shown}.ics",
        tag=tag,
        sight=sight,
        serial=serial,
        is_whole=is_whole,
        has_copy=has_copy,
        copy_is_current=has_copy and is_whole and row.told_serial == serial,
    )


# ---- Which family is meant ----

_by_name = select(Copy.event_id).where(Copy.person_id == _OWNER, Copy.name == bindparam("name"))
_by_uid = select(Event.id).where(Event.uid == bindparam("uid"), Event.series_id.is_(None))
_by_ical_uid = (
    select(Told.event_id)
    .join(Participant, and_(Participant.event_id == Told.event_id, Participant.person_id == _OWNER))
    .where(Told.ical_uid == bindparam("ical_uid"))
)


def root_of_name(owner: int, name: str) -> int | None:
    """The family that has this address in a person's own calendar, cancelled or not; or None."""
    found = fetch(_by_name, {"owner": owner, "name": name}).scalar()
    if found is not None:
        return int(found)
    try:
        uid = uuid.UUID(name.removesuffix(".ics"))
    except ValueError:
        return None
    found = fetch(_by_uid, {"uid": uid}).scalar()
    return int(found) if found is not None else None


def roots_of_uid(owner: int, ical_uid: str) -> list[int]:
    """The families in a person's calendar that a UID of iCalendar means."""
    found = [int(row[0]) for row in fetch(_by_ical_uid, {"owner": owner, "ical_uid": ical_uid})]
    try:
        own = fetch(_by_uid, {"uid": uuid.UUID(ical_uid)}).scalar()
    except ValueError:
        own = None
    return [*found, int(own)] if own is not None and own not in found else found


_organiser = select(Event.organiser_id).where(Event.id == bindparam("event", type_=BIGINT))


def organiser_of(root: int) -> int | None:
    """Whose event a family is."""
    found = fetch(_organiser, {"event": root}).scalar()
    return int(found) if found is not None else None


# ---- Changes ----

_seqs = select(Followed.person_id, Followed.seq, Followed.changed_at).where(
    Followed.person_id.in_(bindparam("people", type_=BIGINT, expanding=True))
)
_moved = (
    select(Moved.event_id, Moved.seq, Event.uid, Copy.name)
    .join(Event, Event.id == Moved.event_id)
    .outerjoin(Copy, and_(Copy.event_id == Moved.event_id, Copy.person_id == _OWNER))
    .where(Moved.person_id == _OWNER, Moved.seq > bindparam("since", type_=BIGINT))
    .order_by(Moved.seq, Moved.event_id)
)


def seqs(people: Collection[int]) -> Mapping[int, Any]:
    """(seq, changed_at) of those calendars that are followed. One query."""
    return {row.person_id: row for row in fetch(_seqs, {"people": list(people)})} if people else {}


def moved_since(owner: int, since: int) -> Sequence[Any]:
    """(event_id, seq, uid, name) of the families that changed after `since`, in the order of their changes."""
    return fetch(_moved, {"owner": owner, "since": since}).all()


def hidden_name(uid: uuid.UUID) -> str:
    """The name of a family that shows its time alone."""
    return f"{uuid.uuid5(_HIDDEN_NAMES, str(uid))}.ics"


# ---- Times ----

_spans = (
    select(
        Span.event_id,
        Span.starts_at,
        Span.ends_at,
        Span.original,
        Span.is_busy,
        Event.series_id,
        Event.original_start,
        Event.is_tentative,
        func.coalesce(_SERIES.zone, Event.zone).label("zone"),
    )
    .join(Event, Event.id == Span.event_id)
    .outerjoin(_SERIES, _SERIES.id == Event.series_id)
    .where(
        Span.person_id == _OWNER,
        Span.week >= bindparam("first", type_=Integer()),
        Span.week <= bindparam("last", type_=Integer()),
    )
)


def spans_between(owner: int, since: datetime, until: datetime) -> Iterator[Any]:
    """Occurrences in a calendar that have a moment in common with [since, until), each once, whoever asks. One query."""
    first, last = (week_of(_day(at)) for at in (since, until))
    passed: set[tuple[int, datetime]] = set()
    for row in fetch(_spans, {"owner": owner, "first": first, "last": last}):
        key = (row.event_id, row.starts_at)
        if row.starts_at < until and row.ends_at > since and key not in passed:
            passed.add(key)
            yield row


def _day(at: datetime) -> date:
    return clock.local(at).date()


# ---- What a family says ----

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
        _TAKES.person_id.label("takes_part"),
        SIGHT,
    )
    .outerjoin(Kind, Kind.id == Event.kind_id)
    .outerjoin(_TAKES, and_(_TAKES.event_id == Event.id, _TAKES.person_id == _OWNER))
    .where(Event.deleted_at.is_(None), or_(Event.id.in_(_KEYS), Event.series_id.in_(_KEYS)), IS_LABELLED)
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
    .where(Participant.event_id.in_(_KEYS))
    .order_by(Participant.event_id, Participant.person_id)
)
_guests = (
    select(Guest.event_id, Guest.name).where(Guest.event_id.in_(_KEYS)).order_by(Guest.event_id, Guest.place)
)
_people = select(Person.id, Person.uid, Person.display_name, Person.email).where(Person.id.in_(_KEYS))


def members(actor: Actor, owner: int, roots: Collection[int]) -> list[Any]:
    """The rows of the events of these families, with how much of each the actor sees."""
    values = {**parameters(actor), "owner": owner}
    return [row for some in _chunks(roots) for row in fetch(_members, {**values, "keys": some})]


def attendees(events: Collection[int]) -> Mapping[int, list[Any]]:
    """Who takes part, by event."""
    found: dict[int, list[Any]] = defaultdict(list)
    for some in _chunks(events):
        for row in fetch(_attendees, {"keys": some}):
            found[row.event_id].append(row)
    return found


def guests(events: Collection[int]) -> Mapping[int, list[str]]:
    """Who comes from outside, by event."""
    found: dict[int, list[str]] = defaultdict(list)
    for some in _chunks(events):
        for row in fetch(_guests, {"keys": some}):
            found[row.event_id].append(row.name)
    return found


def people(keys: Collection[int]) -> Mapping[int, Any]:
    """(id, uid, display_name, email) of people."""
    return {row.id: row for some in _chunks(keys) for row in fetch(_people, {"keys": some})}


_by_address = select(Person.id, Person.uid, Person.email).where(
    or_(
        func.lower(Person.email).in_(bindparam("mails", expanding=True)),
        Person.uid.in_(bindparam("uids", type_=Person.uid.type, expanding=True)),
    )
)


def people_of_addresses(addresses: Collection[str]) -> dict[str, int]:
    """The people whom calendar addresses mean: mailto:, urn:uuid:, or the address of a principal."""
    mails, uids = set[str](), set[uuid.UUID]()
    for one in addresses:
        mails.add(one.removeprefix("mailto:"))
        if (uid := uid_of_address(one)) is not None:
            uids.add(uid)
    if not addresses:
        return {}
    known: dict[str, int] = {}
    for row in fetch(_by_address, {"mails": sorted(mails), "uids": sorted(uids) or [uuid.UUID(int=0)]}):
        if row.email:
            known[f"mailto:{row.email.lower()}"] = row.id
        known[f"urn:uuid:{row.uid}"] = row.id
    found = {}
    for one in addresses:
        uid = uid_of_address(one)
        person = known.get(f"urn:uuid:{uid}") if uid is not None else known.get(one)
        if person is not None:
            found[one] = person
    return found


def uid_of_address(address: str) -> uuid.UUID | None:
    """The person's uid in urn:uuid:… or …/dav/principals/…/."""
    text = address.removeprefix("urn:uuid:")
    if "/dav/principals/" in address:
        text = address.rstrip("/").rpartition("/")[2]
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


_texts = select(Told.event_id, Told.text).where(Told.event_id.in_(_KEYS), Told.text != "")
_copies = select(Copy.event_id, Copy.text).where(Copy.person_id == _OWNER, Copy.event_id.in_(_KEYS))


def texts(roots: Collection[int]) -> dict[int, str]:
    """The texts that are stored for everybody."""
    return {row.event_id: row.text for some in _chunks(roots) for row in fetch(_texts, {"keys": some})}


def copies(owner: int, roots: Collection[int]) -> dict[int, str]:
    """The texts that the person's own programs wrote."""
    return {
        row.event_id: row.text
        for some in _chunks(roots)
        for row in fetch(_copies, {"owner": owner, "keys": some})
    }


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(keys)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]
