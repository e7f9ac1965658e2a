"""Find what holds the words, among what the actor may see.

Order: things whose title holds all words, newest first, then the others, newest first. Each kind is asked by one statement
that ends as soon as it has a page, walks the same order, and decides who may see a row by the same criterion as the
lists do; the answers are merged. A cursor is a place in that order, so nothing is shown twice while new things arrive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, not_, or_, select, union_all

from groupware import access, clock, rules
from groupware.access.objects import access_of
from groupware.actor import Actor
from groupware.db import fetch
from groupware.errors import Invalid
from groupware.guards.zoning import file_types
from groupware.i18n import gettext
from groupware.plugin import Containers, SearchHit, SearchKind
from groupware.registry import registry
from groupware.search.query import Query, Term, parsed
from groupware.search.services.files import words_of
from groupware.search.services.indexing import first_id
from groupware.search.stores import store
from groupware.search.stores.columns import CONTAINER, ID, KEY, KIND, NAME, PART, PERSON, UNIT

COUNTED = 20
"""Up to here the hits of a kind are counted."""
LISTED = 20
"""Hits of a page."""
MOST_LISTED = 100

_NEWEST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is sought: the words as they were typed, and what narrows them down. `until` is the last day, inclusive."""

    text: str
    kinds: tuple[str, ...] | None = None
    person_id: int | None = None
    unit_ids: tuple[int, ...] | None = None
    since: date | None = None
    until: date | None = None
    within: Containers | None = None
    """Where it is sought, instead of wherever the kind says: who asks has looked what of it the actor may read."""
    only: ColumnElement[bool] | None = None
    """What must be so besides: a criterion over the model of the one kind that is wanted."""

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words and kinds say what is sought."""
        narrowing = (self.person_id, self.unit_ids, self.since, self.until)
        return any(one is not None for one in narrowing)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found. `file` is the name of the file in which, if it was in one."""

    kind: SearchKind
    key: int
    about: SearchHit
    file: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `cursor` asks for the next one, None if this is the last. `counts`: hits of each kind, up to
    `COUNTED` + 1, if they were asked for."""

    hits: tuple[Hit, ...] = ()
    cursor: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


class _Place(NamedTuple):
    """A place in the order of all hits; the larger one comes first."""

    rank: int
    """1 where the title holds the words."""
    id: int


class _Row(NamedTuple):
    place: _Place
    kind: SearchKind
    key: int
    part: int
    name: str


def kinds(actor: Actor) -> list[SearchKind]:
    """The indexed kinds of the functions that are switched on for the actor."""
    return [
        kind
        for plugin in rules.enabled(actor.unit_id)
        for kind in plugin.search
        if isinstance(kind, SearchKind)
    ]


def search(
    actor: Actor, wanted: Wanted, *, cursor: str = "", limit: int = LISTED, has_counts: bool = False
) -> Found:
    """A page of what holds the words and may be seen by the actor; nothing for words that are too short.

    One query for each kind and one for what each of them says of its hits. With `has_counts` the kinds that are not
    wanted are counted as well. Raises Invalid for a cursor that is none.
    """
    query = parsed(wanted.text)
    if query.is_too_short:
        return Found()
    start = _place(cursor)
    limit = max(1, min(limit, MOST_LISTED))
    known = kinds(actor)
    listed = {kind.id for kind in known if wanted.kinds is None or kind.id in wanted.kinds}
    most = max(limit, COUNTED) + 1
    rows = {
        kind.id: _rows(actor, kind, query, wanted, start, most)
        for kind in known
        if has_counts or kind.id in listed
    }
    merged = [row for kind_id in listed for row in rows[kind_id]]
    merged.sort(key=lambda row: row.place, reverse=True)
    shown = merged[:limit]
    following = f"{shown[-1].place.rank}-{shown[-1].place.id}" if len(merged) > limit else None
    counts = {kind_id: min(len(some), COUNTED + 1) for kind_id, some in rows.items()} if has_counts else {}
    return Found(tuple(_described(actor, shown)), following, counts)


def _place(cursor: str) -> _Place:
    if not cursor:
        return _Place(2, _NEWEST)
    rank, _, number = cursor.partition("-")
    if rank not in ("0", "1") or not (number.isascii() and number.isdecimal()) or len(number) > 18:
        raise Invalid(gettext("This page of results does not exist. Please search again."), code="cursor")
    return _Place(int(rank), int(number))


def _rows(
    actor: Actor, kind: SearchKind, query: Query, wanted: Wanted, start: _Place, limit: int
) -> list[_Row]:
    values: dict[str, Any] = {}
    by_title: ColumnElement[bool] | None = None
    if kind.containers is not None:
        found = wanted.within or kind.containers(actor)
        containers = found if isinstance(found, Containers) else Containers(found)
        if not containers.ids:
            return []
        may_see = _lies_in(kind, containers)
    else:
        declaration = access_of(kind.model)
        may_see = _readable(kind, kind.seen)
        # Narrowed down, a hit would tell whose it is and where, which is more than its title.
        if kind.titled is not None and wanted.person_id is None and wanted.unit_ids is None:
            by_title = and_(_readable(kind, kind.titled), not_(_readable(kind, kind.seen)))
        values = access.parameters(actor, declaration.read, declaration.type)
    conditions = [literal(kind.id) == KIND, *_narrowing(wanted), *_openable(actor)]
    if wanted.only is not None and wanted.kinds == (kind.id,):
        conditions.append(exists().where(kind.model.id == KEY, wanted.only))
    arms = [
        _arm(
            kind,
            query,
            wanted,
            rank,
            [*conditions, _found_by(query, may_see, by_title if rank == 1 else None)],
            start.id if rank == start.rank else _NEWEST,
            limit,
        )
        for rank in (1, 0)
        if rank <= start.rank
    ]
    both = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    statement = select(both).order_by(both.c.rank.desc(), both.c.id.desc()).limit(limit)
    return [
        _Row(_Place(row.rank, row.id), kind, row.key, row.part, row.name) for row in fetch(statement, values)
    ]


def _arm(
    kind: SearchKind,
    query: Query,
    wanted: Wanted,
    rank: int,
    conditions: Sequence[ColumnElement[bool]],
    before: int,
    limit: int,
) -> Select[Any]:
    here = store()
    holds = [_holds(term, in_title=rank == 1) for term in query.wanted]
    if rank == 0:
        holds.append(not_(and_(*(_holds(term, in_title=True) for term in query.wanted))))
    return (
        select(
            ID.label("id"),
            KEY.label("key"),
            PART.label("part"),
            NAME.label("name"),
            literal(rank).label("rank"),
        )
        .select_from(here.source)
        .where(
            here.leads(query, kind.id, wanted.person_id, in_title=rank == 1),
            here.when < literal(before),
            *_days(wanted),
            *conditions,
            *holds,
        )
        .order_by(here.when.desc())
        .limit(limit)
    )


def _lies_in(kind: SearchKind, containers: Containers) -> ColumnElement[bool]:
    lies = store().among(CONTAINER, list(containers.ids))
    if not containers.partly:
        return lies
    wholly = not_(store().among(CONTAINER, list(containers.partly)))
    return and_(lies, or_(wholly, exists().where(kind.model.id == KEY, containers.seen)))


def _found_by(
    query: Query, may_see: ColumnElement[bool], by_title: ColumnElement[bool] | None
) -> ColumnElement[bool]:
    """What is found without the unwanted words; of what only the title is seen, no other word decides anything."""
    whole = and_(may_see, *(not_(_holds(term, in_title=False)) for term in query.unwanted))
    if by_title is None:
        return whole
    in_titles = (not_(_holds(term, in_title=True)) for term in query.unwanted)
    return or_(whole, and_(literal(0) == PART, *in_titles, by_title))


def _holds(term: Term, *, in_title: bool) -> ColumnElement[bool]:
    """The dates of a text stand below it: in a title a date is met as it was typed only."""
    spellings = term.spellings[:1] if in_title else term.spellings
    return or_(*(store().holds(spelling, in_title=in_title) for spelling in spellings))


def _openable(actor: Actor) -> list[ColumnElement[bool]]:
    """Who may not open files from where they are, or not files of this type, does not read them in the search either."""
    is_no_file = literal(0) == PART
    types = file_types(actor)
    if types is None:
        return []
    return [or_(is_no_file, *(func.lower(NAME).like(f"%.{one}") for one in sorted(types)))]


def _narrowing(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.person_id is not None:
        found.append(literal(wanted.person_id) == PERSON)
    if wanted.unit_ids is not None:
        found.append(store().among(UNIT, list(wanted.unit_ids)))
    return found


def _days(wanted: Wanted) -> list[ColumnElement[bool]]:
    when, found = store().when, []
    if wanted.since is not None:
        found.append(when >= literal(first_id(clock.midnight(wanted.since))))
    if wanted.until is not None:
        found.append(when < literal(first_id(clock.end_of(wanted.until))))
    return found


@cache
def _readable(kind: SearchKind, criterion: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """Criterion: the document is about a row of the model that stands, that the actor may read, and that meets this one."""
    model = kind.model
    seen = [criterion] if criterion is not None else []
    stands = [model.deleted_at.is_(None)] if hasattr(model, "deleted_at") else []
    return exists().where(model.id == KEY, *stands, *seen, access.visible(access_of(model).read, model))


def _described(actor: Actor, rows: Sequence[_Row]) -> list[Hit]:
    by_kind: dict[str, list[int]] = {}
    for row in rows:
        by_kind.setdefault(row.kind.id, []).append(row.key)
    known = registry().search_kinds
    abouts = {kind_id: known[kind_id].describe(actor, sorted(set(keys))) for kind_id, keys in by_kind.items()}
    words = words_of([row.part for row in rows if row.part])
    hits = []
    for row in rows:
        about = abouts[row.kind.id].get(row.key)
        if about is None:
            continue
        if row.part:
            about = replace(about, text=words.get(row.part, ""))
        hits.append(Hit(row.kind, row.key, about, row.name))
    return hits


__all__ = ["COUNTED", "LISTED", "Found", "Hit", "Wanted", "kinds", "search"]
