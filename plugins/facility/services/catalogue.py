"""Groups, facilities, their rights and features: what there is to be booked, kept by those who manage it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select, update

from groupware import access, audit, events, search
from groupware.access.enums import PrincipalKind
from groupware.access.models import Principal
from groupware.access.principals import principal
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import session
from groupware.directory.picking import Ref, choosable
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.registry import registry
from groupware.rules.values import checked as checked_value
from groupware.text.folding import fold
from plugins.facility.enums import GroupKind, Right
from plugins.facility.events import facility_topic, group_topic
from plugins.facility.models import (
    Booking,
    Facility,
    FacilityFeature,
    FacilityGroup,
    FacilityRight,
    Feature,
)
from plugins.facility.permissions import MANAGE
from plugins.facility.queries.facilities import not_found
from plugins.facility.queries.requests import DECIDERS
from plugins.facility.rules import OF_FACILITIES

SEARCHED = "facility.facility"
"""The kind that facilities are in the search."""
NAME_LENGTH = 60
SHORT_LENGTH = 40
CONTACT_LENGTH = 100
NOTE_LENGTH = 1000
MOST_PEOPLE = 100_000
Made = TypeVar("Made", Facility, FacilityGroup)
EVERYONE = Ref(PrincipalKind.EVERYONE)
OPEN_TO_ALL: Mapping[Right, Sequence[Ref]] = {Right.BOOK: (EVERYONE,)}
"""Rights of a facility that everybody of the municipality books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """What a group is to be."""

    name: str
    kind: str = GroupKind.ROOM.value
    unit_id: int | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityPlan:
    """What a facility is to be."""

    name: str
    group: uuid.UUID
    kana: str = ""
    building: str = ""
    floor: str = ""
    capacity: int = 0
    quantity: int = 1
    unit_id: int | None = None
    contact: str = ""
    note: str = ""
    features: Sequence[str] = ()
    rights: Mapping[Right, Sequence[Ref]] = field(default_factory=lambda: OPEN_TO_ALL)
    terms: Mapping[str, Any] = field(default_factory=dict)
    is_retired: bool = False


def add_group(actor: Actor, plan: GroupPlan) -> FacilityGroup:
    """Add a group at the end. Raises Invalid with the fields at fault, Denied without the permission over its unit."""
    access.require(actor, MANAGE, unit_id=plan.unit_id)
    plan = _checked_group(actor, plan)
    last = session.scalar(select(func.max(FacilityGroup.official_order))) or 0
    made = FacilityGroup(official_order=last + 10, created_at=actor.now)
    _write_group(made, plan)
    session.add(made)
    session.flush()
    audit.record(actor, "facility.group_created", object_type="facility.group", object_id=made.id)
    return made


def change_group(actor: Actor, uid: uuid.UUID, plan: GroupPlan, *, version: int) -> FacilityGroup:
    """Change a group. Conflict if somebody else did since `version` was read."""
    made, is_moved = _moved(FacilityGroup, uid, version)
    access.require(actor, MANAGE, unit_id=made.unit_id)
    if not is_moved:
        raise _changed()
    if plan.unit_id != made.unit_id:
        access.require(actor, MANAGE, unit_id=plan.unit_id)
    _write_group(made, _checked_group(actor, plan))
    audit.record(actor, "facility.group_changed", object_type="facility.group", object_id=made.id)
    return made


def add(actor: Actor, plan: FacilityPlan) -> Facility:
    """Add a facility at the end of its group. As `add_group`."""
    access.require(actor, MANAGE, unit_id=plan.unit_id)
    group = _group(plan.group)
    _checked(actor, plan, frozenset())
    last = session.scalar(select(func.max(Facility.official_order)).where(Facility.group_id == group.id))
    made = Facility(official_order=(last or 0) + 10, created_at=actor.now)
    _write(made, plan, group)
    audit.record(actor, "facility.facility_created", made, unit_id=made.unit_id)
    return made


def change(actor: Actor, uid: uuid.UUID, plan: FacilityPlan, *, version: int) -> Facility:
    """Change a facility with its rights. Conflict if somebody else did since `version` was read, or if it cannot be fewer.

    Bookings stay as they are; new ones follow the new terms.
    """
    made = _locked(actor, uid, version)
    if plan.unit_id != made.unit_id:
        access.require(actor, MANAGE, unit_id=plan.unit_id)
    _checked(actor, plan, frozenset(ref for refs in rights_in(made.id).values() for ref in refs))
    if (plan.quantity == 1) != made.is_exclusive and _is_booked(made, actor):
        raise Invalid(
            gettext("Some entries need your attention."),
            fields={
                "quantity": gettext(
                    "There are bookings to come. One piece and several pieces are booked in different ways."
                )
            },
        )
    groups = {made.group_id}
    _write(made, plan, _group(plan.group))
    # Who may not see it any more hears nothing of it from now on.
    events.end_epoch(facility_topic(made.id))
    for group_id in {*groups, made.group_id}:
        events.end_epoch(group_topic(group_id))
    audit.record(actor, "facility.facility_changed", made, unit_id=made.unit_id)
    return made


def rights_in(facility_id: int) -> dict[Right, list[Ref]]:
    """Who has which right by the facility itself."""
    found: dict[Right, list[Ref]] = {right: [] for right in Right}
    statement = (
        select(FacilityRight.right, Principal.kind, Principal.ref, Principal.ref2)
        .join(Principal, Principal.id == FacilityRight.principal_id)
        .where(FacilityRight.facility_id == facility_id)
        .order_by(Principal.kind, Principal.ref, Principal.ref2)
    )
    for row in session.execute(statement):
        found[Right(row.right)].append(Ref(PrincipalKind(row.kind), row.ref, row.ref2))
    return found


def _is_booked(made: Facility, actor: Actor) -> bool:
    statement = select(Booking.id).where(
        Booking.facility_id == made.id, Booking.holds, Booking.ends_at > actor.now
    )
    return session.scalar(statement.limit(1)) is not None


def _group(uid: uuid.UUID) -> FacilityGroup:
    found = session.scalars(select(FacilityGroup).where(FacilityGroup.uid == uid)).one_or_none()
    if found is None:
        raise Invalid(
            gettext("Some entries need your attention."),
            fields={"group": gettext("Please choose a group from the list.")},
        )
    return found


def _locked(actor: Actor, uid: uuid.UUID, version: int) -> Facility:
    made, is_moved = _moved(Facility, uid, version)
    access.require(actor, MANAGE, made, unit_id=made.unit_id)
    if not is_moved:
        raise _changed()
    return made


def _moved(model: type[Made], uid: uuid.UUID, version: int) -> tuple[Made, bool]:
    """The row, locked by moving its version on, and whether that was still `version`. Raises NotFound."""
    moved = session.scalar(
        update(model)
        .where(model.uid == uid, model.version == version)
        .values(version=model.version + 1)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    made = session.scalars(
        select(model).where(model.uid == uid).execution_options(populate_existing=True)
    ).one_or_none()
    if made is None:
        raise not_found()
    return made, moved is not None


def _changed() -> Conflict:
    return Conflict(
        gettext("Somebody else changed this meanwhile. Please look at it again before you save."),
        code="changed",
    )


def _checked_group(actor: Actor, plan: GroupPlan) -> GroupPlan:
    faults = _name_faults(plan.name, {})
    if plan.kind not in set(GroupKind):
        faults["kind"] = gettext("Please choose one of the choices.")
    terms = _checked_terms(plan.terms, faults)
    _unit_fault(actor, plan.unit_id, faults)
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, plan.unit_id, {"name": plan.name})
    return GroupPlan(name=" ".join(plan.name.split()), kind=plan.kind, unit_id=plan.unit_id, terms=terms)


def _checked(actor: Actor, plan: FacilityPlan, kept: frozenset[Ref]) -> None:
    faults = _name_faults(
        plan.name,
        {
            "kana": (plan.kana, NAME_LENGTH),
            "building": (plan.building, SHORT_LENGTH),
            "floor": (plan.floor, SHORT_LENGTH),
            "contact": (plan.contact, CONTACT_LENGTH),
            "note": (plan.note, NOTE_LENGTH),
        },
    )
    if not 0 <= plan.capacity <= MOST_PEOPLE:
        faults["capacity"] = gettext("Please enter a number of people.")
    if not 1 <= plan.quantity <= MOST_PEOPLE:
        faults["quantity"] = gettext("Please enter how many there are.")
    if any(len(name) > SHORT_LENGTH for name in plan.features) or len(plan.features) > 30:
        faults["features"] = gettext("Please enter at most 30 features of 40 characters.")
    _checked_terms(plan.terms, faults)
    _unit_fault(actor, plan.unit_id, faults)
    for right in Right:
        chosen = list(plan.rights.get(right, ()))
        if set(chosen) - set(choosable(chosen, owner=actor.person_id or 0)) - kept:
            faults[right.value] = gettext("Part of this does not exist any more. Please choose it again.")
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    texts.require_clean(actor, plan.unit_id, {"name": plan.name, "contact": plan.contact, "note": plan.note})


def _name_faults(name: str, more: Mapping[str, tuple[str, int]]) -> dict[str, object]:
    faults: dict[str, object] = {}
    if not name.strip():
        faults["name"] = gettext("Please enter the name.")
    for field_name, (text, limit) in {"name": (name, NAME_LENGTH), **more}.items():
        if len(text) > limit:
            faults[field_name] = gettext(
                "This may have %(limit)d characters (now %(length)d).", limit=limit, length=len(text)
            )
    return faults


def _unit_fault(actor: Actor, unit_id: int | None, faults: dict[str, object]) -> None:
    if unit_id is not None and unit_id not in org_tree(actor.today):
        faults["unit_id"] = gettext("There is no such organisation.")


def _checked_terms(terms: Mapping[str, Any], faults: dict[str, object]) -> dict[str, Any]:
    known = {rule.id for rule in OF_FACILITIES}
    kept: dict[str, Any] = {}
    for name, value in terms.items():
        if name not in known:
            faults[name] = gettext("There is no such rule.")
            continue
        try:
            kept[name] = checked_value(registry().rules[name], value)
        except Invalid as error:
            faults[name] = error.message
    return kept


def _write_group(made: FacilityGroup, plan: GroupPlan) -> None:
    made.name, made.kind, made.unit_id, made.terms = plan.name, plan.kind, plan.unit_id, dict(plan.terms)


def _write(made: Facility, plan: FacilityPlan, group: FacilityGroup) -> None:
    made.group_id = group.id
    made.name, made.kana = " ".join(plan.name.split()), plan.kana.strip()
    made.building, made.floor = plan.building.strip(), plan.floor.strip()
    made.capacity, made.quantity, made.unit_id = plan.capacity, plan.quantity, plan.unit_id
    made.contact, made.note = plan.contact.strip(), plan.note.strip()
    made.is_retired, made.terms = plan.is_retired, dict(plan.terms)
    made.search_text = fold(f"{made.name} {made.kana} {made.building} {made.floor}")
    session.add(made)
    session.flush()
    session.execute(delete(FacilityRight).where(FacilityRight.facility_id == made.id))
    rows = [
        {
            "facility_id": made.id,
            "right": right.value,
            "principal_id": principal(ref.kind, ref.ref, ref.ref2).id,
        }
        for right in Right
        for ref in dict.fromkeys(plan.rights.get(right, ()))
    ]
    if rows:
        session.execute(insert(FacilityRight), rows)
    bump(DECIDERS)
    session.execute(delete(FacilityFeature).where(FacilityFeature.facility_id == made.id))
    for name in dict.fromkeys(" ".join(one.split()) for one in plan.features if one.strip()):
        session.add(FacilityFeature(facility_id=made.id, feature_id=_feature(name)))
    session.flush()
    search.index(SEARCHED, [made.id])


def _feature(name: str) -> int:
    found = session.scalar(select(Feature.id).where(Feature.name == name))
    if found is None:
        made = Feature(name=name, official_order=(session.scalar(select(func.max(Feature.id))) or 0) * 10)
        session.add(made)
        session.flush()
        found = made.id
    return found
