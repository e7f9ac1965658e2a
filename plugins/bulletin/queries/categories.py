"""Categories as every page needs them (kept per process), and as their managers see them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.actor import Actor
from groupware.caches import Cached
from groupware.db import session
from groupware.errors import NotFound
from groupware.i18n import gettext
from plugins.bulletin.enums import Right
from plugins.bulletin.models import Category, CategoryRight, Posting
from plugins.bulletin.permissions import CATEGORY_MANAGE, CATEGORY_READ, POST

CACHE = "bulletin.categories"
"""Name of the cache version that writes of categories bump."""

NONE = (-1,)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category as lists show it. `is_open`: everybody may read it."""

    id: int
    uid: uuid.UUID
    name: str
    description: str
    hue: str
    unit_id: int | None
    is_active: bool
    is_open: bool
    holders: frozenset[int]
    """Principals with any right in it."""


_shelves = select(
    Category.id,
    Category.uid,
    Category.name,
    Category.description,
    Category.hue,
    Category.unit_id,
    Category.is_active,
).order_by(Category.official_order, Category.id)


_rights = (
    select(CategoryRight.category_id, CategoryRight.principal_id, Principal.kind)
    .join(Principal, Principal.id == CategoryRight.principal_id)
    .distinct()
)


def _load() -> dict[int, Shelf]:
    holders: dict[int, set[int]] = {}
    is_open: set[int] = set()
    for right in session.execute(_rights):
        holders.setdefault(right.category_id, set()).add(right.principal_id)
        if right.kind == PrincipalKind.EVERYONE:
            is_open.add(right.category_id)
    return {
        row.id: Shelf(*row, row.id in is_open, frozenset(holders.get(row.id, ())))
        for row in session.execute(_shelves)
    }


_kept: Cached[dict[int, Shelf]] = Cached(CACHE, _load)


def shelves() -> Mapping[int, Shelf]:
    """All categories in their order."""
    return _kept.get()


def readable_ids(actor: Actor) -> Sequence[int]:
    """Categories that the actor may read by their rights: a right to post or manage in one is a right to read it."""
    found = [shelf.id for shelf in shelves().values() if shelf.is_open]
    if len(found) < len(shelves()):
        mine = access.principals_of(actor).keys()
        found = [shelf.id for shelf in shelves().values() if not mine.isdisjoint(shelf.holders)]
    return sorted(found) or NONE


def readable(actor: Actor) -> list[Shelf]:
    """Categories that the actor may read, in their order."""
    ids = set(readable_ids(actor))
    return [shelf for shelf in shelves().values() if shelf.id in ids]


_postable = select(Category.id).where(Category.is_active, access.visible(POST, Category))


def postable(actor: Actor) -> list[Shelf]:
    """Categories in which the actor may post, in their order."""
    ids = set(session.scalars(_postable, access.parameters(actor, POST, "bulletin.category")))
    return [shelf for shelf in shelves().values() if shelf.id in ids]


_managed = select(Category.id).where(access.visible(CATEGORY_MANAGE, Category))


def managed(actor: Actor) -> list[Shelf]:
    """Categories that the actor manages, in their order."""
    ids = set(session.scalars(_managed, access.parameters(actor, CATEGORY_MANAGE, "bulletin.category")))
    return [shelf for shelf in shelves().values() if shelf.id in ids]


_by_uid = {
    permission: select(Category).where(access.visible(permission, Category))
    for permission in (CATEGORY_READ, CATEGORY_MANAGE)
}


def category(actor: Actor, uid: uuid.UUID, permission: str = CATEGORY_READ) -> Category:
    """The category, as far as the actor may know of it. Raises NotFound."""
    found = session.scalars(
        _by_uid[permission].where(Category.uid == uid),
        access.parameters(actor, permission, "bulletin.category"),
    ).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def rights(category_id: int) -> dict[Right, list[Any]]:
    """Who has which right: rows with `kind`, `ref`, `ref2`."""
    found: dict[Right, list[Any]] = {right: [] for right in Right}
    statement = (
        select(CategoryRight.right, Principal.kind, Principal.ref, Principal.ref2)
        .join(Principal, Principal.id == CategoryRight.principal_id)
        .where(CategoryRight.category_id == category_id)
        .order_by(Principal.kind, Principal.ref, Principal.ref2)
    )
    for row in session.execute(statement):
        found[Right(row.right)].append(row)
    return found


def is_used(category_id: int) -> bool:
    """Whether any posting stands or stood in the category."""
    return session.scalar(select(Posting.id).where(Posting.category_id == category_id).limit(1)) is not None
