"""The timeline of a person as its page shows it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, tuple_
from sqlalchemy.orm import aliased

from groupware import rules
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.directory.models import Person
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.notifications.models import Notice
from groupware.plugin import About, NotificationKind, Plugin
from groupware.registry import registry

PAGE = 50
CAP = 100
ANNOUNCED = 5
"""Announcements on the desktop at a time."""

_person: Any = bindparam("person", type_=BIGINT)
_at: Any = bindparam("at", type_=UTCDateTime())
_id: Any = bindparam("id", type_=BIGINT)
_kinds: Any = bindparam("kinds", expanding=True)
_later = aliased(Notice)


def _newest(*criteria: Any) -> Any:
    """Lines that have no newer one about the same thing among those that meet the criteria (of `_later`)."""
    newer = exists().where(
        _later.person_id == Notice.person_id,
        _later.thing == Notice.thing,
        _later.subject_id == Notice.subject_id,
        _later.kind.in_(_kinds),
        tuple_(_later.at, _later.id) > tuple_(Notice.at, Notice.id),
        *criteria,
    )
    return (
        select(Notice.id, Notice.kind, Notice.thing, Notice.subject_id, Notice.at, Notice.read_at)
        .where(
            Notice.person_id == _person,
            Notice.kind.in_(_kinds),
            tuple_(Notice.at, Notice.id) < tuple_(_at, _id),
            ~newer,
        )
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(PAGE + 1)
    )


_lines = _newest()
_unread_lines = _newest(_later.read_at.is_(None)).where(Notice.read_at.is_(None))
_unread_about = (
    select(Notice.kind, Notice.thing, Notice.subject_id, Notice.count, Notice.is_urgent)
    .where(
        Notice.person_id == _person,
        Notice.read_at.is_(None),
        Notice.kind.in_(_kinds),
        among(Notice.subject_id, "subjects"),
    )
    .order_by(Notice.at.desc(), Notice.id.desc())
)
_numbers = (
    select(Notice.thing, func.count(Notice.subject_id.distinct()).label("number"))
    .where(Notice.person_id == _person, Notice.kind.in_(_kinds), Notice.read_at.is_(None))
    .group_by(Notice.thing)
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is new about one thing, in words. `kinds` are what happened and is not read yet, newest first."""

    id: int
    kinds: tuple[NotificationKind, ...]
    title: str
    detail: str
    at: datetime
    count: int
    is_unread: bool
    is_urgent: bool

    @property
    def kind(self) -> NotificationKind:
        """What happened last."""
        return self.kinds[0]


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, where the next page begins, and ids of lines about what is gone or not meant for the person any more."""

    lines: list[Line]
    more: "Cursor | None"
    gone: list[int]


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which line the list goes on."""

    at: datetime
    id: int


def sources(actor: Actor) -> list[Plugin]:
    """Functions that tell the actor something, in menu order."""
    return [plugin for plugin in rules.enabled(actor.unit_id) if plugin.notifications]


def kinds(actor: Actor, plugin_id: str = "") -> dict[str, NotificationKind]:
    """The kinds of the functions that are switched on for the actor, or of one of them."""
    return {
        kind.id: kind
        for plugin in sources(actor)
        if plugin_id in ("", plugin.id)
        for kind in plugin.notifications
    }


def timeline(
    actor: Actor, *, only_unread: bool = False, plugin_id: str = "", after: Cursor | None = None
) -> Page:
    """A page of lines, newest first."""
    known = kinds(actor, plugin_id)
    values = {
        "person": actor.person_id,
        "kinds": sorted(known) or [""],
        "at": after.at if after is not None else datetime.max.replace(tzinfo=actor.now.tzinfo),
        "id": after.id if after is not None else 0,
    }
    rows = fetch(_unread_lines if only_unread else _lines, values).all()
    more = Cursor(rows[PAGE - 1].at, rows[PAGE - 1].id) if len(rows) > PAGE else None
    lines = _described(actor, rows[:PAGE], known)
    shown = {line.id for line in lines}
    return Page(lines, more, [row.id for row in rows[:PAGE] if row.id not in shown])


def _described(actor: Actor, rows: Sequence[Any], known: dict[str, NotificationKind]) -> list[Line]:
    unread = _unread(actor, rows, known)
    words = descriptions(actor, [(row.kind, row.subject_id) for row in rows], known)
    lines = []
    for row in rows:
        about = words.get((known[row.kind].about, row.subject_id))
        if about is not None:
            happened = unread.get((row.thing, row.subject_id), ())
            lines.append(
                Line(
                    row.id,
                    tuple(known[one.kind] for one in happened) or (known[row.kind],),
                    about.title,
                    about.detail,
                    row.at,
                    sum(one.count for one in happened),
                    bool(happened),
                    any(one.is_urgent for one in happened),
                )
            )
    return lines


def _unread(
    actor: Actor, rows: Sequence[Any], known: dict[str, NotificationKind]
) -> dict[tuple[str, int], list[Any]]:
    """What is unread about the things of these lines, newest first."""
    found: dict[tuple[str, int], list[Any]] = {}
    if rows:
        values = {
            "person": actor.person_id,
            "kinds": sorted(known),
            "subjects": sorted({row.subject_id for row in rows}),
        }
        for one in fetch(_unread_about, values):
            found.setdefault((one.thing, one.subject_id), []).append(one)
    return found


def descriptions(
    actor: Actor, wanted: Iterable[tuple[str, int]], known: dict[str, NotificationKind]
) -> dict[tuple[str, int], About]:
    """Words about pairs of kind and key by (thing, key), of what the actor may see; one question for each thing."""
    asked: dict[str, tuple[NotificationKind, set[int]]] = {}
    for kind, subject_id in wanted:
        asked.setdefault(known[kind].about, (known[kind], set()))[1].add(subject_id)
    return {
        (thing, subject_id): about
        for thing, (kind, ids) in asked.items()
        for subject_id, about in kind.describe(actor, sorted(ids)).items()
    }


_own = select(Notice.kind, Notice.subject_id).where(Notice.person_id == _person, Notice.id == _id)


def line_of(actor: Actor, notice_id: int) -> Any:
    """Kind and subject of a line of the actor's own. Raises NotFound."""
    row = fetch(_own, {"person": actor.person_id, "id": notice_id}).first()
    if row is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return row


_announced = (
    select(Notice.id, Notice.kind, Notice.thing, Notice.subject_id)
    .where(
        Notice.person_id == _person,
        Notice.kind.in_(_kinds),
        Notice.read_at.is_(None),
        Notice.desktop_at > bindparam("since", type_=UTCDateTime()),
        Notice.desktop_at <= bindparam("now", type_=UTCDateTime()),
    )
    .order_by(Notice.desktop_at.desc(), Notice.id.desc())
    .limit(ANNOUNCED)
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the desktop says. The same `tag` takes the place of an earlier one."""

    title: str
    detail: str
    notice_id: int
    tag: str


def announcements(actor: Actor, since: datetime) -> list[Announcement]:
    """What the desktop may announce by now and could not at `since`, newest first; nothing of it is read yet."""
    known = kinds(actor)
    values = {"person": actor.person_id, "kinds": sorted(known) or [""], "since": since, "now": actor.now}
    rows = fetch(_announced, values).all()
    words = descriptions(actor, [(row.kind, row.subject_id) for row in rows], known)
    found = []
    for row in rows:
        about = words.get((row.thing, row.subject_id))
        if about is not None:
            kind = str(known[row.kind].title)
            found.append(Announcement(kind, about.title, row.id, f"{row.thing}-{row.subject_id}"))
    return found


def address(actor: Actor, kind: str, subject_id: int) -> str | None:
    """Where the thing is that a line is about, or None if the actor may not see it or it is gone."""
    declared = kinds(actor).get(kind)
    if declared is None:
        return None
    about = declared.describe(actor, [subject_id]).get(subject_id)
    return about.url if about is not None else None


def unread_numbers(actor: Actor) -> dict[str, int]:
    """About how many things something is unread, by plugin; of functions that are switched off there are none."""
    found: dict[str, int] = {}
    for row in fetch(_numbers, {"person": actor.person_id, "kinds": list(kinds(actor)) or [""]}):
        plugin_id = row.thing.partition(".")[0]
        found[plugin_id] = found.get(plugin_id, 0) + row.number
    return found


def waiting_for(kind: str, subject_id: int, people: Collection[int]) -> set[int]:
    """Those of `people` who have an unread line of the kind about the thing."""
    values = {"kind": kind, "subject": subject_id, "people": sorted(people)}
    return {row.person_id for row in fetch(_waiting, values)}


def unread_of(people: Collection[int]) -> dict[int, int]:
    """How many lines each of `people` has not read, capped, as the bell shows it."""
    if not people:
        return {}
    return {row.id: row.unread for row in fetch(_unread_of, {"people": sorted(people)})}


def at_the_bell(actor: Actor, counted: int) -> int:
    """What the bell shows, given the count that came with the session, which knows no function that is switched off."""
    if not counted or len(kinds(actor)) == len(registry().notifications):
        return counted
    return min(sum(unread_numbers(actor).values()), CAP)


def unread_count(person: Any) -> Any:
    """Scalar subquery for other statements: about how many things something is unread for a person, capped."""
    capped = (
        select(Notice.thing, Notice.subject_id)
        .distinct()
        .where(Notice.person_id == person, Notice.read_at.is_(None))
        .correlate_except(Notice)
        .limit(CAP)
    )
    return select(func.count()).select_from(capped.subquery()).scalar_subquery()


_waiting = select(Notice.person_id).where(
    Notice.kind == bindparam("kind"),
    Notice.subject_id == bindparam("subject", type_=BIGINT),
    among(Notice.person_id, "people"),
    Notice.read_at.is_(None),
)
_unread_of = select(Person.id, unread_count(Person.id).label("unread")).where(among(Person.id, "people"))

__all__ = [
    "Announcement",
    "Cursor",
    "Line",
    "Page",
    "address",
    "announcements",
    "at_the_bell",
    "descriptions",
    "kinds",
    "line_of",
    "sources",
    "timeline",
    "unread_count",
    "unread_numbers",
    "unread_of",
    "waiting_for",
]
