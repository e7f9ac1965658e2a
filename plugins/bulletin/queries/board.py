"""Lists of what is addressed to a person, and the badges.

A list begins at the principals that the person is today. For each, the audience index is walked in the order of the list
and left after one page; the few rows that remain are merged. So a page costs the same with a thousand postings and with
a million, and for people who are rarely addressed (see the README of the plugin). What `visible()` says of one posting and what
these lists hold is the same; a test compares them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from groupware import access
from groupware.access.models import PersonPrincipal
from groupware.access.objects import ACTOR_NOW, ACTOR_PERSON, ACTOR_TODAY, may_be_seen
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, UTCDateTime, fetch, holds_on, session
from plugins.bulletin.enums import Importance
from plugins.bulletin.models import OPEN_END, Addressed, Posting, Reading
from plugins.bulletin.queries.categories import NONE, readable_ids
from plugins.bulletin.queries.items import COLUMNS, Item, with_own_reading

PAGE = 50
COUNT_LIMIT = 1000
"""Totals above lists are counted up to here."""
BADGE_LIMIT = 100

Turn = Literal["first", "after", "before"]
Criteria = Callable[[Any], list[ColumnElement[bool]]]


class View(StrEnum):
    """A list of the board as readers know it."""

    CURRENT = "current"
    UNREAD = "unread"
    UNCONFIRMED = "unconfirmed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to. `units` are the ids of an organisation with all below it; `text` is folded."""

    category_id: int | None = None
    importance: Importance | None = None
    units: frozenset[int] = frozenset()
    text: str = ""


NO_FILTER = Filter()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row that a page comes after or before, as the address of the page names it."""

    key: int
    posting_id: int
    turn: Turn

    def __str__(self) -> str:
        return f"{self.key}.{self.posting_id}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `total` is counted up to COUNT_LIMIT."""

    items: Sequence[Item]
    total: int
    next: Cursor | None
    previous: Cursor | None

    @property
    def is_capped(self) -> bool:
        """Whether there are more than `total` says."""
        return self.total >= COUNT_LIMIT


@dataclass(frozen=True, slots=True)
class Badges:
    """Numbers in menu and section bar, up to BADGE_LIMIT."""

    unread: int
    unconfirmed: int


def cursor(text: str | None, turn: Turn) -> Cursor | None:
    """The cursor that an address names; what is none is no cursor."""
    key, _, posting_id = (text or "").partition(".")
    if key.isdecimal() and posting_id.isdecimal() and len(key) < 19 and len(posting_id) < 19:
        return Cursor(int(key), int(posting_id), turn)
    return None


# ---- Criteria over an alias of the audience ----


def _displayed(a: Any) -> list[ColumnElement[bool]]:
    return [
        a.shown_to > ACTOR_NOW,
        a.shown_from <= ACTOR_NOW,
        among(a.category_id, "categories"),
        may_be_seen(a.classification),
    ]


def _unread(a: Any) -> list[ColumnElement[bool]]:
    reading = aliased(Reading)
    is_read = exists().where(
        reading.posting_id == a.posting_id, reading.person_id == ACTOR_PERSON, reading.edition >= a.edition
    )
    return [*_displayed(a), ~is_read]


def _unconfirmed(a: Any) -> list[ColumnElement[bool]]:
    reading = aliased(Reading)
    is_confirmed = exists().where(
        reading.posting_id == a.posting_id,
        reading.person_id == ACTOR_PERSON,
        reading.confirmed_edition >= a.edition,
    )
    return [*_displayed(a), a.needs_confirmation, ~is_confirmed]


def _ended(a: Any) -> list[ColumnElement[bool]]:
    return [
        a.shown_to <= ACTOR_NOW,
        a.shown_from < OPEN_END,
        among(a.category_id, "categories"),
        may_be_seen(a.classification),
    ]


CRITERIA: dict[View, Criteria] = {
    View.CURRENT: _displayed,
    View.UNREAD: _unread,
    View.UNCONFIRMED: _unconfirmed,
    View.ENDED: _ended,
}


# ---- Statements ----


def first_ids(view: View, extra: Criteria | None, turn: Turn, size: int) -> Select[Any]:
    """(posting_id, key) of the first `size` rows of a view, in its order, or of those before a cursor, in reverse."""
    name = "shown_to" if view is View.ENDED else "place"
    is_back = turn == "before"
    farthest = (
        (OPEN_END if is_back else datetime(1, 1, 1, tzinfo=UTC))
        if view is View.ENDED
        else (2**62 if is_back else 0)
    )
    key_type = UTCDateTime() if view is View.ENDED else BigInteger()
    cursor_key = bindparam("cursor_key", type_=key_type)
    cursor_id = bindparam("cursor_id", type_=BIGINT)

    def criteria(a: Any) -> list[ColumnElement[bool]]:
        found = CRITERIA[view](a) + (extra(a) if extra is not None else [])
        key = getattr(a, name)
        if turn == "after":
            found += [key <= cursor_key, or_(key < cursor_key, a.posting_id < cursor_id)]
        elif turn == "before":
            found += [key >= cursor_key, or_(key > cursor_key, a.posting_id > cursor_id)]
        return found

    def ordered(column: Any) -> Any:
        return column.asc() if is_back else column.desc()

    inner, mine = aliased(Addressed), aliased(Addressed)
    last_of_page = (
        select(getattr(inner, name))
        .where(inner.principal_id == PersonPrincipal.principal_id, *criteria(inner))
        .order_by(ordered(getattr(inner, name)))
        .limit(1)
        .offset(size - 1)
        .scalar_subquery()
    )
    bounds = (
        select(
            PersonPrincipal.principal_id,
            func.coalesce(last_of_page, literal(farthest, key_type)).label("bound"),
        )
        .where(PersonPrincipal.person_id == ACTOR_PERSON, holds_on(PersonPrincipal, ACTOR_TODAY))
        .cte(f"bounds_{view.value}")
        .prefix_with("MATERIALIZED")
    )
    key = getattr(mine, name)
    return (
        select(mine.posting_id, key.label("key"))
        .join(bounds, mine.principal_id == bounds.c.principal_id)
        .where(key <= bounds.c.bound if is_back else key >= bounds.c.bound, *criteria(mine))
        .distinct()
        .order_by(ordered(key), ordered(mine.posting_id))
        .limit(size)
    )


def _counted(criteria: Criteria, limit: int) -> Any:
    a = aliased(Addressed)
    found = (
        select(a.posting_id)
        .join(PersonPrincipal, PersonPrincipal.principal_id == a.principal_id)
        .where(
            PersonPrincipal.person_id == ACTOR_PERSON, holds_on(PersonPrincipal, ACTOR_TODAY), *criteria(a)
        )
        .distinct()
        .limit(limit)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def _page_statement(view: View, turn: Turn, extra: Criteria | None = None) -> Select[Any]:
    ids = first_ids(view, extra, turn, PAGE + 1).subquery("ids")
    base = CRITERIA[view]

    def criteria(a: Any) -> list[ColumnElement[bool]]:
        return base(a) + (extra(a) if extra is not None else [])

    statement = select(*COLUMNS, _counted(criteria, COUNT_LIMIT).label("total")).join(
        ids, ids.c.posting_id == Posting.id
    )
    return with_own_reading(statement).order_by(ids.c.key.desc(), ids.c.posting_id.desc())


_TURNS: tuple[Turn, ...] = ("first", "after", "before")
_pages = {(view, turn): _page_statement(view, turn) for view in View for turn in _TURNS}
_badges = select(
    _counted(_unread, BADGE_LIMIT).label("unread"), _counted(_unconfirmed, BADGE_LIMIT).label("unconfirmed")
)
# ---- Reads ----


def page(actor: Actor, view: View, narrowed: Filter = NO_FILTER, at: Cursor | None = None) -> Page:
    """One page of a list, newest place first; 掲載終了 by the end of the display."""
    turn: Turn = at.turn if at is not None else "first"
    extra = _extra(narrowed)
    statement = _pages[view, turn] if extra is None else _page_statement(view, turn, extra)
    values = {**access.parameters(actor), "categories": _categories(actor, narrowed)}
    if at is not None:
        values |= {
            "cursor_key": _instant(at.key) if view is View.ENDED else at.key,
            "cursor_id": at.posting_id,
        }
    rows = fetch(statement, values).all()
    if turn == "before":
        shown = rows[-PAGE:]
        has_next, has_previous = True, len(rows) > PAGE
    else:
        shown = rows[:PAGE]
        has_next, has_previous = len(rows) > PAGE, turn == "after"
    items = [Item.of(row, actor.now) for row in shown]
    return Page(
        items,
        rows[0].total if rows else 0,
        _cursor(items[-1], view, "after") if items and has_next else None,
        _cursor(items[0], view, "before") if items and has_previous else None,
    )


def whole(load: Callable[[Cursor | None], Page], most: int | None = None) -> Page:
    """The pages of a list, joined, for export and paper; `next` says where it goes on if `most` rows were not enough."""
    page = first = load(None)
    items = list(first.items)
    while page.next is not None and (most is None or len(items) < most):
        page = load(page.next)
        items += page.items
    return Page(items, first.total, page.next, None)


def badges(actor: Actor) -> Badges:
    """Unread and unconfirmed; asked once per unit of work."""
    cache: dict[int | None, Badges] = session().info.setdefault("bulletin.badges", {})
    if actor.person_id not in cache:
        values = {**access.parameters(actor), "categories": readable_ids(actor)}
        cache[actor.person_id] = Badges(*fetch(_badges, values).one())
    return cache[actor.person_id]


def _categories(actor: Actor, narrowed: Filter) -> Sequence[int]:
    readable = readable_ids(actor)
    if narrowed.category_id is None:
        return readable
    return (narrowed.category_id,) if narrowed.category_id in readable else NONE


def _extra(narrowed: Filter) -> Criteria | None:
    """The filter beyond the category, which is a parameter of every statement."""
    wanted = posting_criteria(narrowed)
    if not wanted:
        return None

    def criteria(a: Any) -> list[ColumnElement[bool]]:
        return [exists().where(Posting.id == a.posting_id, *wanted).correlate(a)]

    return criteria


def posting_criteria(narrowed: Filter) -> list[ColumnElement[bool]]:
    """A filter as criteria over postings, the category aside."""
    found: list[ColumnElement[bool]] = []
    if narrowed.importance is not None:
        found.append(Posting.importance == narrowed.importance.value)
    if narrowed.units:
        found.append(Posting.unit_id.in_(sorted(narrowed.units)))
    found += [Posting.search_text.contains(word, autoescape=True) for word in narrowed.text.split()]
    return [and_(*found)] if found else []


def after_item(item: Item, view: View) -> Cursor:
    """Where a list goes on after one of its rows."""
    return _cursor(item, view, "after")


def _cursor(item: Item, view: View, turn: Turn) -> Cursor:
    key = _microseconds(item.shown_to) if view is View.ENDED else item.place
    return Cursor(key, item.id, turn)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _instant(microseconds: int) -> datetime:
    return min(_EPOCH + timedelta(microseconds=min(microseconds, 10**17)), OPEN_END)
