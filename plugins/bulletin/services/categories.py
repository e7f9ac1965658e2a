"""Make and change categories and their rights."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from groupware import access, audit
from groupware.access.enums import PrincipalKind
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import session
from groupware.directory.picking import Ref
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from plugins.bulletin.enums import HUES, Right
from plugins.bulletin.models import Category, CategoryRight
from plugins.bulletin.permissions import CATEGORY_MANAGE
from plugins.bulletin.queries.audience import EVERYONE, addressable
from plugins.bulletin.queries.categories import CACHE, is_used, rights
from plugins.bulletin.queries.postings import not_found
from plugins.bulletin.services.listing import principal_of

NAME_LENGTH = 60
DESCRIPTION_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a category is to be. Nobody named may read is nobody; managers and posters read as well."""

    name: str
    description: str = ""
    hue: str = "grey"
    unit_id: int | None = None
    rights: Mapping[Right, Sequence[Ref]]
    is_active: bool = True


def create(actor: Actor, plan: Plan) -> Category:
    """Add a category at the end. Raises Invalid with the fields at fault, Denied without the permission over its unit."""
    plan = _checked(actor, plan, frozenset())
    access.require(actor, CATEGORY_MANAGE, unit_id=plan.unit_id)
    last = session.scalar(select(func.max(Category.official_order))) or 0
    made = Category(official_order=last + 10, created_at=actor.now)
    session.add(made)
    _write(made, plan)
    audit.record(actor, "bulletin.category_created", made, unit_id=made.unit_id)
    return made


def change(actor: Actor, uid: uuid.UUID, plan: Plan, *, version: int) -> Category:
    """Change a category and its rights. Conflict if somebody else did since `version` was read."""
    made = _locked(actor, uid, version)
    kept = frozenset(
        Ref(PrincipalKind(row.kind), row.ref, row.ref2) for rows in rights(made.id).values() for row in rows
    )
    plan = _checked(actor, plan, kept)
    if plan.unit_id != made.unit_id:
        access.require(actor, CATEGORY_MANAGE, unit_id=plan.unit_id)
    _write(made, plan)
    audit.record(actor, "bulletin.category_changed", made, unit_id=made.unit_id)
    return made


def move(actor: Actor, uid: uuid.UUID, *, is_up: bool) -> None:
    """Change places with the neighbour above or below. At the end of the line nothing happens."""
    made = _locked(actor, uid, None)
    order = list(
        session.scalars(select(Category).order_by(Category.official_order, Category.id).with_for_update())
    )
    at = order.index(made)
    to = at + (-1 if is_up else 1)
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        for number, one in enumerate(order, 1):
            one.official_order = 10 * number
        bump(CACHE)
        audit.record(actor, "bulletin.category_moved", made, unit_id=made.unit_id)


def remove(actor: Actor, uid: uuid.UUID) -> None:
    """Delete a category in which nothing was ever posted; Conflict otherwise: it can be closed instead."""
    made = _locked(actor, uid, None)
    if is_used(made.id):
        raise Conflict(
            gettext("There are postings in this category. You can close it for new postings instead."),
            code="used",
        )
    audit.record(actor, "bulletin.category_deleted", made, unit_id=made.unit_id)
    session.delete(made)
    bump(CACHE)


def _locked(actor: Actor, uid: uuid.UUID, version: int | None) -> Category:
    as_read = () if version is None else (Category.version == version,)
    moved = session.scalar(
        update(Category)
        .where(Category.uid == uid, *as_read)
        .values(version=Category.version + 1)
        .returning(Category.id)
        .execution_options(synchronize_session=False)
    )
    statement = select(Category).where(Category.uid == uid).execution_options(populate_existing=True)
    made = session.scalars(statement).one_or_none()
    if made is None:
        raise not_found()
    access.require(actor, CATEGORY_MANAGE, made, unit_id=made.unit_id)
    if moved is None:
        raise Conflict(
            gettext(
                "Somebody else changed this category meanwhile. Please look at it again before you save."
            ),
            code="changed",
        )
    return made


def _checked(actor: Actor, plan: Plan, kept: frozenset[Ref]) -> Plan:
    faults: dict[str, object] = {}
    name = " ".join(plan.name.split())
    if not name:
        faults["name"] = gettext("Please enter the name.")
    elif len(name) > NAME_LENGTH:
        faults["name"] = gettext(
            "The name may have %(limit)d characters (now %(length)d).", limit=NAME_LENGTH, length=len(name)
        )
    description = plan.description.strip()
    if len(description) > DESCRIPTION_LENGTH:
        faults["description"] = gettext(
            "The explanation may have %(limit)d characters (now %(length)d).",
            limit=DESCRIPTION_LENGTH,
            length=len(description),
        )
    if plan.hue not in HUES:
        faults["hue"] = gettext("Please choose a colour from the list.")
    if plan.unit_id is not None and plan.unit_id not in org_tree(actor.today):
        faults["unit_id"] = gettext("There is no such organisation.")
    for right in Right:
        chosen = list(plan.rights.get(right, ()))
        if set(chosen) - addressable(actor, chosen) - kept:
            faults[right.value] = gettext("Part of this does not exist any more. Please choose it again.")
    if not any(plan.rights.get(right) for right in (Right.READ, Right.POST, Right.MANAGE)):
        faults[Right.READ.value] = gettext("Please choose who may read.")
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, plan.unit_id, {"name": name, "description": description})
    return Plan(
        name=name,
        description=description,
        hue=plan.hue,
        unit_id=plan.unit_id,
        rights=plan.rights,
        is_active=plan.is_active,
    )


def _write(made: Category, plan: Plan) -> None:
    made.name, made.description, made.hue = plan.name, plan.description, plan.hue
    made.unit_id, made.is_active = plan.unit_id, plan.is_active
    session.flush()
    session.execute(delete(CategoryRight).where(CategoryRight.category_id == made.id))
    for right in Right:
        for ref in dict.fromkeys(plan.rights.get(right, ())):
            session.add(CategoryRight(category_id=made.id, right=right.value, principal_id=principal_of(ref)))
    session.flush()
    bump(CACHE)


OPEN_TO_ALL = {Right.READ: (EVERYONE,), Right.POST: (EVERYONE,)}
"""Rights of a category that everybody reads and posts in."""
