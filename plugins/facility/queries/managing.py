"""What somebody manages: groups and facilities, retired ones among them."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from groupware import access
from groupware.actor import Actor
from groupware.db import fetch, session
from groupware.text.folding import fold
from plugins.facility.models import Facility, FacilityGroup
from plugins.facility.permissions import MANAGE
from plugins.facility.queries.facilities import not_found

_managed = (
    select(
        Facility.id,
        Facility.uid,
        Facility.name,
        Facility.kana,
        Facility.building,
        Facility.floor,
        Facility.capacity,
        Facility.quantity,
        Facility.unit_id,
        Facility.contact,
        Facility.note,
        Facility.is_retired,
        FacilityGroup.name.label("group_name"),
        FacilityGroup.kind,
    )
    .join(FacilityGroup, FacilityGroup.id == Facility.group_id)
    .where(access.visible(MANAGE, Facility))
    .order_by(FacilityGroup.official_order, FacilityGroup.id, Facility.official_order, Facility.id)
)
_groups = (
    select(FacilityGroup, func.count(Facility.id).label("number"))
    .outerjoin(Facility, Facility.group_id == FacilityGroup.id)
    .group_by(FacilityGroup.id)
    .order_by(FacilityGroup.official_order, FacilityGroup.id)
)


def managed(actor: Actor) -> Sequence[Any]:
    """Facilities that the actor manages, in their order."""
    return fetch(_managed, access.parameters(actor, MANAGE, "facility.facility")).all()


def listed(
    actor: Actor, text: str, group: uuid.UUID | None, limit: int, offset: int
) -> tuple[Sequence[Any], bool]:
    """Those of them with all words of a text, and in a group; and whether there are more."""
    statement = _managed
    for word in fold(text).split():
        statement = statement.where(Facility.search_text.contains(word, autoescape=True))
    if group is not None:
        statement = statement.where(FacilityGroup.uid == group)
    values = access.parameters(actor, MANAGE, "facility.facility")
    rows = fetch(statement.limit(limit + 1).offset(offset), values).all()
    return rows[:limit], len(rows) > limit


def manages(actor: Actor) -> bool:
    """Whether the actor manages any facilities, or could add some."""
    return access.holds_somewhere(actor, MANAGE)


def groups() -> list[tuple[FacilityGroup, int]]:
    """All groups with the number of their facilities: whoever manages a facility chooses among them."""
    return [(row[0], row.number) for row in session.execute(_groups)]


def group(actor: Actor, uid: uuid.UUID) -> FacilityGroup:
    """A group that the actor manages. Raises NotFound."""
    found = session.scalars(select(FacilityGroup).where(FacilityGroup.uid == uid)).one_or_none()
    if found is None or not access.can(actor, MANAGE, unit_id=found.unit_id):
        raise not_found()
    return found


def facility(actor: Actor, uid: uuid.UUID) -> Facility:
    """A facility that the actor manages. Raises NotFound."""
    statement = select(Facility).where(Facility.uid == uid, access.visible(MANAGE, Facility))
    values = access.parameters(actor, MANAGE, "facility.facility")
    found = session.scalars(statement, values).one_or_none()
    if found is None:
        raise not_found()
    return found
