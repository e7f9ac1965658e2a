"""Categories as every page needs them (kept per process), and as their managers see them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from groupware import access
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.access.objects import ACTOR_PERSON, ACTOR_TODAY
from groupware.actor import Actor
from groupware.caches import Cached
from groupware.db import holds_on, session
from groupware.errors import NotFound
from groupware.i18n import gettext
from plugins.bulletin.enums import Right
from plugins.bulletin.models import Category, CategoryRight, Posting
from plugins.bulletin.permissions import CATEGORY_MANAGE, CATEGORY_READ, POST

CACHE = "bulletin.categories"
"""Name of the cache version that writes of categories bump."""

READABLE = "bulletin.readable"
"""Key in the session's `info`, which lives as long as the unit of work."""

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


_open_to_all = exists().where(
    CategoryRight.category_id == Category.id,
    CategoryRight.principal_id == Principal.id,
    Principal.kind == PrincipalKind.EVERYONE.value,
)
_shelves = select(
    Category.id,
    Category.uid,
    Category.name,
    Category.description,
    Category.hue,
    Category.unit_id,
    Category.is_active,
    _open_to_all.label("is_open"),
).order_by(Category.official_order, Category.id)


def _load() -> dict[int, Shelf]:
    return {row.id: Shelf(*row) for row in session.execute(_shelves)}


_kept: Cached[dict[int, Shelf]] = Cached(CACHE, _load)


def shelves() -> Mapping[int, Shelf]:
    """All categories in their order."""
    return _kept.get()


_readable = (
    select(CategoryRight.category_id)
    .join(PersonPrincipal, PersonPrincipal.principal_id == CategoryRight.principal_id)
    .where(PersonPrincipal.person_id == ACTOR_PERSON, holds_on(PersonPrincipal, ACTOR_TODAY))
    .distinct()
)


def readable_ids(actor: Actor) -> Sequence[int]:
    """Categories that the actor may read by their rights; asked once per unit of work, and only where one is not open."""
    cache: dict[int | None, Sequence[int]] = session().info.setdefault(READABLE, {})
    if actor.person_id not in cache:
        found = {shelf.id for shelf in shelves().values() if shelf.is_open}
        if len(found) < len(shelves()):
            found.update(session.scalars(_readable, access.parameters(actor)))
        cache[actor.person_id] = tuple(sorted(found)) or NONE
    return cache[actor.person_id]


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
