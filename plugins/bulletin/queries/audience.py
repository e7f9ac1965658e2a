"""Audiences: whom a set of principals reaches, what may be addressed, what is offered to choose from."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.actor import Actor
from groupware.db import holds_on, session
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group, Person, Post
from groupware.directory.picking import Choice, Ref, choosable, parse, words_of
from groupware.directory.tree import org_tree
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.bulletin.models import Addressed, CategoryRight

EVERYONE = Ref(PrincipalKind.EVERYONE)


def parsed(values: Iterable[str]) -> tuple[Ref, ...]:
    """Principals as a form names them, each once, in their order; all staff includes the rest. What is malformed is left out."""
    found: dict[Ref, None] = {}
    for value in values:
        try:
            found[parse(value)] = None
        except Invalid:
            continue
    return (EVERYONE,) if EVERYONE in found else tuple(found)


def addressable(actor: Actor, refs: Sequence[Ref]) -> set[Ref]:
    """Those of `refs` that exist today and that the actor may name: no other person's own groups, nobody who left."""
    known = set(choosable(refs, owner=actor.person_id or 0))
    people = {ref.ref for ref in known if ref.kind is PrincipalKind.PERSON}
    if not people:
        return known
    left = set(session.scalars(select(Person.id).where(Person.id.in_(people), Person.left_on <= actor.today)))
    return {ref for ref in known if ref.kind is not PrincipalKind.PERSON or ref.ref not in left}


def _is_one_of(refs: Sequence[Ref]) -> ColumnElement[bool]:
    kinds: dict[tuple[PrincipalKind, int], set[int]] = {}
    for ref in refs:
        kinds.setdefault((ref.kind, ref.ref2), set()).add(ref.ref)
    return or_(
        *(
            and_(Principal.kind == kind.value, Principal.ref2 == ref2, Principal.ref.in_(sorted(numbers)))
            for (kind, ref2), numbers in kinds.items()
        )
    )


def count(refs: Sequence[Ref], day: date, *, category_id: int | None = None) -> int:
    """How many people working here on `day` the principals are together, within those who may read the category."""
    if not refs:
        return 0
    statement = (
        select(func.count(PersonPrincipal.person_id.distinct()))
        .join(Principal, Principal.id == PersonPrincipal.principal_id)
        .join(Person, Person.id == PersonPrincipal.person_id)
        .where(_is_one_of(refs), holds_on(PersonPrincipal, day), Person.left_on > day)
    )
    if category_id is not None:
        statement = statement.where(PersonPrincipal.person_id.in_(readers_of(category_id, day)))
    return session.scalar(statement) or 0


def readers_of(category_id: int, day: date) -> Select[Any]:
    """People who may read a category by its rights."""
    return (
        select(PersonPrincipal.person_id)
        .join(CategoryRight, CategoryRight.principal_id == PersonPrincipal.principal_id)
        .where(CategoryRight.category_id == category_id, holds_on(PersonPrincipal, day))
    )


def audience_of(posting_id: int) -> tuple[Ref, ...]:
    """Whom a posting addresses."""
    rows = session.execute(
        select(Principal.kind, Principal.ref, Principal.ref2)
        .join(Addressed, Addressed.principal_id == Principal.id)
        .where(Addressed.posting_id == posting_id)
    )
    return in_order([Ref(PrincipalKind(kind), ref, ref2) for kind, ref, ref2 in rows])


# ---- Words ----

_ORDER = (
    PrincipalKind.EVERYONE,
    PrincipalKind.UNIT_TREE,
    PrincipalKind.UNIT,
    PrincipalKind.RANK,
    PrincipalKind.POST,
    PrincipalKind.DUTY_KIND,
    PrincipalKind.DUTY,
    PrincipalKind.GROUP,
    PrincipalKind.PERSON,
)


def in_order(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Organisations in their official order, then posts, duties, groups, people."""
    order = org_tree().order
    units = (PrincipalKind.UNIT_TREE, PrincipalKind.UNIT)

    def place(ref: Ref) -> tuple[int, int, int]:
        number = order.get(ref.ref, len(order)) if ref.kind in units else ref.ref
        return _ORDER.index(ref.kind), number, ref.ref2

    return tuple(sorted(refs, key=place))


def named(refs: Iterable[Ref]) -> list[Choice]:
    """The principals in words, in order; what is gone is said to be gone."""
    ordered = in_order(refs)
    words = words_of(ordered)
    return [words.get(ref) or Choice(ref.value, gettext("No longer exists")) for ref in ordered]


def ranks() -> list[Choice]:
    """Each rank that a post has, as 「局長級以上」, highest first."""
    found = session.scalars(select(Post.rank).distinct().order_by(Post.rank)).all()
    return list(choosable(Ref(PrincipalKind.RANK, rank) for rank in found).values())


def groups(actor: Actor) -> list[Choice]:
    """Groups that the actor may address: shared ones, roles, and their own."""
    rows = session.scalars(
        select(Group.id)
        .where((Group.kind != GroupKind.PERSONAL.value) | (Group.owner_id == actor.person_id))
        .order_by(Group.kind.desc(), Group.name, Group.id)
    ).all()
    refs = [Ref(PrincipalKind.GROUP, group_id) for group_id in rows]
    return list(choosable(refs).values())
