"""What the people picker offers: matches of what is typed, units with their people, groups, posts, duties."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.among import among
from groupware.db import BIGINT, session
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group, GroupMember, GroupShare, Person
from groupware.directory.picking import Choice, Ref, choosable, group_words, person_choices
from groupware.directory.queries.members import members_of_group
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.directory.queries.people_search import words_of as searched_words
from groupware.directory.queries.roll import Roll, roll
from groupware.directory.queries.shared import EDITED, SEEN
from groupware.directory.wall import within
from groupware.text.folding import fold

MOST_PEOPLE = 10
MOST_UNITS = 6
MOST_OTHERS = 4


def matches(text: str, actor: Actor, *, only_people: bool) -> list[Choice]:
    """What fits the words typed, best first: units, posts, groups and duties above the people, where they may be chosen.

    One query for the people's names beside those of the people search, and two more for groups and duties.
    """
    words = searched_words(text)
    if not words:
        return []
    people = _named(found_people(Wanted(text)).people[:MOST_PEOPLE])
    if only_people:
        return people
    current = roll()
    refs = [*_units(words, current), *_posts(words, current), *_groups_and_duties(words, actor)]
    known = choosable(refs, owner=actor.person_id)
    everyone = choosable([Ref(PrincipalKind.EVERYONE)]).values()
    first = [one for one in everyone if all(word in fold(one.label) for word in words)]
    return [*first, *(known[ref] for ref in refs if ref in known), *people]


def _units(words: Sequence[str], current: Roll) -> list[Ref]:
    """Units in whose own name and path all words are; whole names first, then beginnings, then 建制順."""
    found = []
    for names, unit_id in current.words:
        if not any(word in name for word in words for name in names):
            continue
        path = fold(current.tree.path_name(unit_id), spaces="remove")
        if all(any(word in name for name in (*names, path)) for word in words):
            fit = min(
                0 if word in names else 1 if name.startswith(word) else 2 for word in words for name in names
            )
            found.append((fit, current.tree.order[unit_id], unit_id))
    refs = []
    for _, _, unit_id in sorted(found)[:MOST_UNITS]:
        refs.append(Ref(PrincipalKind.UNIT_TREE, unit_id))
        if current.tree.children.get(unit_id):
            refs.append(Ref(PrincipalKind.UNIT, unit_id))
    return refs


def _posts(words: Sequence[str], current: Roll) -> list[Ref]:
    refs = []
    for post_id, (name, rank) in current.posts.items():
        if all(word in fold(f"{name} 以上") for word in words):
            refs += [Ref(PrincipalKind.POST, post_id), Ref(PrincipalKind.RANK, rank)]
    return list(dict.fromkeys(refs))[: 2 * MOST_OTHERS]


def _groups_and_duties(words: Sequence[str], actor: Actor) -> list[Ref]:
    groups = [group for group in visible_groups(actor) if all(word in fold(group.name) for word in words)]
    duties = [
        (key, name) for key, name, name_en in session.execute(_duty_kinds)
        if all(word in fold(f"{name} {name_en}") for word in words)
    ]  # fmt: skip
    return [
        *(Ref(PrincipalKind.DUTY_KIND, key) for key, _ in duties[:MOST_OTHERS]),
        *(Ref(PrincipalKind.GROUP, group.id) for group in groups[:MOST_OTHERS]),
    ]


_duty_kinds = select(DutyKind.id, DutyKind.name, DutyKind.name_en).order_by(
    DutyKind.official_order, DutyKind.id
)


def standing_choices() -> tuple[list[Choice], list[Choice], list[Choice]]:
    """What is always there: (everyone and ranks, posts, duties of any organisation). Two queries."""
    current = roll()
    posts = list(current.posts.items())
    ranks = [Ref(PrincipalKind.RANK, rank) for rank in dict.fromkeys(rank for _, (_, rank) in posts)]
    duties = [Ref(PrincipalKind.DUTY_KIND, row.id) for row in session.execute(_duty_kinds)]
    parts = [
        [Ref(PrincipalKind.EVERYONE), *ranks[:-1]],
        [Ref(PrincipalKind.POST, post_id) for post_id, _ in posts],
        duties,
    ]
    known = choosable(ref for part in parts for ref in part)
    everyone, by_post, by_duty = ([known[ref] for ref in part if ref in known] for part in parts)
    return everyone, by_post, by_duty


_names = select(Person.id, Person.display_name).where(among(Person.id, "people"))


def named_people(people: Sequence[int]) -> list[Choice]:
    """People as choices, in the order given. One query."""
    return _named(people)


def _named(people: Sequence[int]) -> list[Choice]:
    if not people:
        return []
    names: dict[int, str] = dict(session.execute(_names, {"people": list(people)}).all())
    return person_choices((person_id, names[person_id]) for person_id in people if person_id in names)


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the picker: it can be opened, and, where units may be chosen, chosen."""

    unit_id: int
    label: str
    count: int


def branches(unit_id: int | None) -> list[Branch]:
    """The units right below one, or the roots. No query."""
    current = roll()
    below = current.tree.children.get(unit_id, [])
    if unit_id is None and len(below) == 1:
        # The municipality itself need not be opened first.
        below = [*below, *current.tree.children.get(below[0], [])]
    return [Branch(i, current.tree.units[i].name, current.counts.get(i, 0)) for i in below]


def people_directly_in(unit_id: int) -> list[Choice]:
    """Everybody with an appointment to the unit itself, in 建制順. One query."""
    current = roll()
    return _named(sorted(current.by_unit.get(unit_id, ()), key=current.place.__getitem__))


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group as lists show it."""

    id: int
    uid: str
    kind: GroupKind
    name: str
    owner_id: int | None
    unit_id: int | None
    version: int
    is_shared: bool
    """Whether the owner of a personal one shares it."""
    may_edit: bool
    """Whether the actor may change a personal one: as its owner, or because it is shared so."""
    count: int

    @property
    def words(self) -> str:
        """What it is, in words."""
        return group_words(GroupKind.SHARED if self.is_shared else self.kind)


_person = bindparam("person", type_=BIGINT)
_groups = (
    select(
        Group.id,
        Group.uid,
        Group.kind,
        Group.name,
        Group.owner_id,
        Group.unit_id,
        Group.version,
        select(GroupShare.group_id).where(GroupShare.group_id == Group.id).exists(),
        or_(Group.owner_id == _person, Group.id.in_(EDITED)),
        func.count(GroupMember.person_id),
    )
    .outerjoin(GroupMember, GroupMember.group_id == Group.id)
    .where(or_(Group.kind != GroupKind.PERSONAL.value, Group.owner_id == _person, Group.id.in_(SEEN)))
    .group_by(Group.id)
    .order_by(Group.name, Group.id)
)
_ORDER = {GroupKind.PERSONAL: 0, GroupKind.SHARED: 1, GroupKind.ROLE: 2}


def visible_groups(actor: Actor) -> list[GroupRow]:
    """The actor's own groups, then those of colleagues and of organisations, then roles, each by name. One query.

    Within an affiliated body only one's own, those of its people and those of its organisations are seen.
    """
    rows: Iterable[Any] = session.execute(_groups, {"person": actor.person_id, "day": actor.today})
    found = [GroupRow(row.id, str(row.uid), GroupKind(row.kind), *row[3:]) for row in rows]
    if within.get() is not None:
        current = roll()
        found = [
            group
            for group in found
            if (
                group.owner_id in current.place or group.owner_id == actor.person_id
                if group.kind is GroupKind.PERSONAL
                else current.tree.get(group.unit_id) is not None
            )
        ]
    return sorted(
        found, key=lambda group: _ORDER[group.kind] if group.owner_id in (None, actor.person_id) else 1
    )


def people_of_group(group_id: int) -> list[Choice]:
    """The members of a group who work here today, in 建制順. Two queries."""
    return _named(roll().sorted(members_of_group(group_id)))


__all__ = [
    "Branch",
    "GroupRow",
    "branches",
    "matches",
    "named_people",
    "people_directly_in",
    "people_of_group",
    "standing_choices",
    "visible_groups",
]
