"""Everybody who works here today in 建制順, in memory: where each stands, for sorting and filtering lists of people.

Loaded again when the directory changes or the day does, like the tree. It holds what sorts and filters, the unit and
post of each appointment, and the name that lists show; what else a card says is read when it is shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, or_, select

from groupware import clock
from groupware.db import holds_on, session
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person, Post
from groupware.directory.queries.history import Version, unit_history
from groupware.directory.queries.memory import remembered
from groupware.directory.tree import OrgTree, org_tree
from groupware.directory.wall import seen_tree, within
from groupware.text.folding import fold

LAST = 1 << 30
"""Place of whoever has no unit today: after all others."""

# The appointment by which a person is listed: the main one, else what stands in its stead.
_PRECEDENCE = (
    AppointmentKind.MAIN,
    AppointmentKind.SECONDMENT,
    AppointmentKind.CONCURRENT,
    AppointmentKind.CROSS_AUTHORITY,
    AppointmentKind.FOR_SUBORDINATE,
    AppointmentKind.FOR_SUPERIOR,
    AppointmentKind.LEAVE,
)
_BEFORE = {kind.value: number for number, kind in enumerate(_PRECEDENCE)}


@dataclass(slots=True)
class Entry:
    """A person as listed today: unit, post and place by the main appointment, `also` by the further ones.

    `is_away`: on leave, of whatever kind; the kind is not kept.
    """

    person_id: int
    name: str
    unit_id: int | None
    post_id: int | None
    rank: int
    roster: int
    kind: str
    employment_type: str
    sort_kana: str
    staff_number: str
    extension: str
    also: tuple[tuple[int, int], ...] = ()
    is_away: bool = False

    @property
    def stands(self) -> Iterator[tuple[int, int]]:
        """(unit, post) of every appointment of today."""
        if self.unit_id is not None and self.post_id is not None:
            yield self.unit_id, self.post_id
        yield from self.also


@dataclass(frozen=True, slots=True)
class Roll:
    """All people of a day. `place` is the index of a person in 建制順: section, post rank, roster, kana."""

    day: date
    tree: OrgTree
    entries: dict[int, Entry]
    place: dict[int, int]
    posts: dict[int, tuple[str, int]]
    """Post → name and rank."""
    words: tuple[tuple[tuple[str, ...], int], ...] = ()
    """Folded names of each unit, and its id."""
    by_unit: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Unit → people with any appointment directly to it."""
    by_post: dict[int, tuple[int, ...]] = field(default_factory=dict)

    counts: dict[int, int] = field(default_factory=dict)
    """Unit → how many people are listed in it or below."""

    def people_of_units(self, units: Iterable[int]) -> set[int]:
        """Everybody with an appointment to one of these units."""
        return {person_id for unit_id in units for person_id in self.by_unit.get(unit_id, ())}

    def people_of_posts(self, posts: Iterable[int]) -> set[int]:
        """Everybody who holds one of these posts."""
        return {person_id for post_id in posts for person_id in self.by_post.get(post_id, ())}

    def sorted(self, people: Iterable[int]) -> list[int]:
        """These people in 建制順; who is not on the roll is left out."""
        return sorted((i for i in people if i in self.place), key=self.place.__getitem__)


_day = bindparam("day", type_=Date())
_people = (
    select(
        Person.id,
        Person.display_name,
        Person.employment_type,
        Person.sort_kana,
        Person.staff_number,
        Person.extension,
        Appointment.unit_id,
        Appointment.post_id,
        Appointment.kind,
        Appointment.roster,
    )
    .outerjoin(Appointment, and_(Appointment.person_id == Person.id, holds_on(Appointment, _day)))
    .where(Person.left_on > _day, or_(Person.hired_on.is_(None), Person.hired_on <= _day))
    .order_by(Person.id)
)
_posts = select(Post.id, Post.name, Post.rank).order_by(Post.rank, Post.code)


def load_roll(day: date) -> Roll:
    """Read the roll of `day` in two queries; tree and history are in memory."""
    tree = org_tree(day)
    posts = {row.id: (row.name, row.rank) for row in session.execute(_posts)}
    return _made(tree, posts, _entries(session.execute(_people, {"day": day}), posts))


def _made(tree: OrgTree, posts: dict[int, tuple[str, int]], entries: dict[int, Entry]) -> Roll:
    day = tree.day
    ordered = sorted(entries.values(), key=lambda entry: _place(entry, tree))
    by_unit: dict[int, list[int]] = {}
    by_post: dict[int, list[int]] = {}
    for entry in ordered:
        for unit_id in dict.fromkeys(unit_id for unit_id, _ in entry.stands):
            by_unit.setdefault(unit_id, []).append(entry.person_id)
        for post_id in dict.fromkeys(post_id for _, post_id in entry.stands):
            by_post.setdefault(post_id, []).append(entry.person_id)
    counts: dict[int, int] = {}
    for entry in ordered:
        for above in tree.ancestors(entry.unit_id):
            counts[above] = counts.get(above, 0) + 1
    history = unit_history()
    words = tuple((_words_of(history.on(unit.id, day)), unit.id) for unit in tree)
    return Roll(
        day=day,
        tree=tree,
        entries={entry.person_id: entry for entry in ordered},
        place={entry.person_id: index for index, entry in enumerate(ordered)},
        posts=posts,
        words=words,
        by_unit={unit_id: tuple(people) for unit_id, people in by_unit.items()},
        by_post={post_id: tuple(people) for post_id, people in by_post.items()},
        counts=counts,
    )


def _entries(rows: Iterable[Any], posts: dict[int, tuple[str, int]]) -> dict[int, Entry]:
    entries: dict[int, Entry] = {}
    for person_id, name, employment, kana, number, extension, unit_id, post_id, kind, roster in rows:
        entry = entries.get(person_id)
        rank = posts[post_id][1] if post_id is not None else LAST
        if entry is None:
            stand = (unit_id, post_id, rank, roster or 0, kind or "")
            entry = entries[person_id] = Entry(person_id, name, *stand, employment, kana, number, extension)
        elif kind != AppointmentKind.LEAVE and entry.unit_id is not None and entry.post_id is not None:
            further = (unit_id, post_id)
            if _BEFORE[kind] < _BEFORE[entry.kind]:
                further = (entry.unit_id, entry.post_id) if entry.kind != AppointmentKind.LEAVE else further
                entry.unit_id, entry.post_id, entry.rank = unit_id, post_id, rank
                entry.roster, entry.kind = roster, kind
            if further not in entry.stands:
                entry.also = (*entry.also, further)
        entry.is_away |= kind == AppointmentKind.LEAVE
    return entries


def _words_of(unit: Version | None) -> tuple[str, ...]:
    names = (unit.name, unit.short_name, unit.kana) if unit is not None else ()
    return tuple({fold(name, spaces="remove") for name in names} - {""})


def _place(entry: Entry, tree: OrgTree) -> tuple[int, int, int, str, int]:
    order = tree.order.get(entry.unit_id, LAST) if entry.unit_id is not None else LAST
    return order, entry.rank, entry.roster, entry.sort_kana, entry.person_id


def _cut(whole: Roll, tree: OrgTree) -> Roll:
    """The roll of a part of the tree: who stands in it, and of them only where they stand in it."""
    entries: dict[int, Entry] = {}
    for entry in whole.entries.values():
        stands = [stand for stand in entry.stands if stand[0] in tree]
        if stands:
            (unit_id, post_id), rank = stands[0], whole.posts[stands[0][1]][1]
            also = tuple(stands[1:])
            entries[entry.person_id] = replace(entry, unit_id=unit_id, post_id=post_id, rank=rank, also=also)
    return _made(tree, whole.posts, entries)


def roll() -> Roll:
    """The roll of today as far as whoever looks may see it, from memory."""
    today, root = clock.today(), within.get()
    whole = remembered("roll", today, load_roll)
    if root is None:
        return whole
    return remembered(f"roll.{root}", today, lambda day: _cut(whole, seen_tree(day)))


def is_seen(person_id: int) -> bool:
    """Whether no wall hides the person from whoever looks."""
    return within.get() is None or person_id in roll().place


__all__ = ["Entry", "Roll", "is_seen", "load_roll", "roll"]
