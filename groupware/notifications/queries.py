"""The timeline of a person as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, tuple_

from groupware import rules
from groupware.actor import Actor
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.errors import NotFound
from groupware.i18n import gettext
from groupware.notifications.models import Notice, NoticeChoice
from groupware.plugin import NotificationKind, Plugin
from groupware.registry import registry

PAGE = 50
CAP = 100

_person: Any = bindparam("person", type_=BIGINT)
_at: Any = bindparam("at", type_=UTCDateTime())
_id: Any = bindparam("id", type_=BIGINT)
_kinds: Any = bindparam("kinds", expanding=True)
_lines = (
    select(Notice.id, Notice.kind, Notice.subject_id, Notice.at, Notice.count, Notice.read_at)
    .where(
        Notice.person_id == _person, Notice.kind.in_(_kinds), tuple_(Notice.at, Notice.id) < tuple_(_at, _id)
    )
    .order_by(Notice.at.desc(), Notice.id.desc())
    .limit(PAGE + 1)
)
_unread_lines = _lines.where(Notice.read_at.is_(None))
_numbers = (
    select(Notice.kind, func.count().label("number"))
    .where(Notice.person_id == _person, Notice.kind.in_(_kinds), Notice.read_at.is_(None))
    .group_by(Notice.kind)
)
_refused = select(NoticeChoice.kind).where(
    NoticeChoice.person_id == _person, NoticeChoice.is_wanted.is_(False)
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in words."""

    id: int
    kind: NotificationKind
    title: str
    detail: str
    at: datetime
    count: int
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, where the next page begins, and lines about what is gone or not meant for the person any more."""

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
    return [
        plugin for plugin in registry() if plugin.notifications and rules.is_enabled(plugin, actor.unit_id)
    ]


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
    wanted: dict[str, list[int]] = {}
    for row in rows:
        wanted.setdefault(row.kind, []).append(row.subject_id)
    # Kinds of one plugin share a description where they can: it is asked once for all of them.
    asked: dict[Any, set[int]] = {}
    for kind, ids in wanted.items():
        asked.setdefault(known[kind].describe, set()).update(ids)
    words = {describe: describe(actor, sorted(ids)) for describe, ids in asked.items()}
    lines = []
    for row in rows:
        declared = known[row.kind]
        about = words[declared.describe].get(row.subject_id)
        if about is not None:
            lines.append(
                Line(row.id, declared, about.title, about.detail, row.at, row.count, row.read_at is None)
            )
    return lines


_own = select(Notice.kind, Notice.subject_id).where(Notice.person_id == _person, Notice.id == _id)


def line_of(actor: Actor, notice_id: int) -> Any:
    """Kind and subject of a line of the actor's own. Raises NotFound."""
    row = fetch(_own, {"person": actor.person_id, "id": notice_id}).first()
    if row is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return row


def address(actor: Actor, kind: str, subject_id: int) -> str | None:
    """Where the thing is that a line is about, or None if the actor may not see it or it is gone."""
    declared = kinds(actor).get(kind)
    if declared is None:
        return None
    about = declared.describe(actor, [subject_id]).get(subject_id)
    return about.url if about is not None else None


def unread_numbers(actor: Actor) -> dict[str, int]:
    """How many lines are unread, by plugin; of functions that are switched off there are none."""
    found: dict[str, int] = {}
    for row in fetch(_numbers, {"person": actor.person_id, "kinds": list(kinds(actor)) or [""]}):
        plugin_id = row.kind.partition(".")[0]
        found[plugin_id] = found.get(plugin_id, 0) + row.number
    return found


def at_the_bell(actor: Actor, counted: int) -> int:
    """What the bell shows, given the count that came with the session, which knows no function that is switched off."""
    if not counted or len(kinds(actor)) == len(registry().notifications):
        return counted
    return min(sum(unread_numbers(actor).values()), CAP)


def refused_kinds(actor: Actor) -> set[str]:
    """Kinds that the person does not want."""
    return {row.kind for row in fetch(_refused, {"person": actor.person_id})}


def unread_count(person: Any) -> Any:
    """Scalar subquery for other statements: how many lines of a person are unread, capped."""
    capped = (
        select(Notice.id)
        .where(Notice.person_id == person, Notice.read_at.is_(None))
        .correlate_except(Notice)
        .limit(CAP)
    )
    return select(func.count()).select_from(capped.subquery()).scalar_subquery()


__all__ = [
    "Cursor",
    "Line",
    "Page",
    "address",
    "at_the_bell",
    "kinds",
    "line_of",
    "refused_kinds",
    "sources",
    "timeline",
    "unread_count",
    "unread_numbers",
]
