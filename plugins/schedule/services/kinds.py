"""Manage the kinds that events are sorted by."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.queries.roll import roll
from groupware.errors import Invalid
from groupware.i18n import gettext
from plugins.schedule.enums import HUES
from plugins.schedule.models import Kind
from plugins.schedule.permissions import KIND_MANAGE
from plugins.schedule.queries.events import not_found

NAME_LENGTH = 20
TYPE = "schedule.kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a kind is to be; without a unit it is for the whole municipality."""

    name: str
    hue: str = "blue"
    unit_id: int | None = None
    is_active: bool = True


def add(actor: Actor, plan: Plan) -> Kind:
    """Add a kind at the end. Raises Invalid with the fields at fault, Denied without the permission over its unit."""
    access.require(actor, KIND_MANAGE, unit_id=plan.unit_id)
    plan = _checked(plan, None)
    last = session.scalar(select(func.max(Kind.official_order))) or 0
    kind = Kind(name=plan.name, hue=plan.hue, unit_id=plan.unit_id, official_order=last + 10)
    with _named_once():
        session.add(kind)
    audit.record(actor, "schedule.kind_created", object_type=TYPE, object_id=kind.id, unit_id=kind.unit_id)
    return kind


def change(actor: Actor, uid: uuid.UUID, plan: Plan) -> Kind:
    """Change a kind. One that is not offered any more stays with the events that have it. Raises as `add` does."""
    kind = session.scalars(select(Kind).where(Kind.uid == uid).with_for_update()).one_or_none()
    if kind is None or not access.can(actor, KIND_MANAGE, unit_id=kind.unit_id):
        raise not_found()
    access.require(actor, KIND_MANAGE, unit_id=plan.unit_id)
    plan = _checked(plan, kind.id)
    with _named_once():
        kind.name, kind.hue, kind.unit_id, kind.is_active = plan.name, plan.hue, plan.unit_id, plan.is_active
    audit.record(actor, "schedule.kind_changed", object_type=TYPE, object_id=kind.id, unit_id=kind.unit_id)
    return kind


def _checked(plan: Plan, kind_id: int | None) -> Plan:
    name = " ".join(plan.name.split())
    faults: dict[str, str] = {}
    if not 0 < len(name) <= NAME_LENGTH:
        faults["name"] = gettext("Please enter a name of at most %(limit)d characters.", limit=NAME_LENGTH)
    if plan.hue not in HUES:
        faults["hue"] = gettext("Please choose a colour.")
    if plan.unit_id is not None and plan.unit_id not in roll().tree:
        faults["unit_id"] = gettext("Please choose the organisation.")
    twin = select(Kind.id).where(Kind.name == name, Kind.id != (kind_id or 0))
    twin = twin.where(Kind.unit_id == plan.unit_id if plan.unit_id is not None else Kind.unit_id.is_(None))
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    if session.scalar(twin) is not None:
        raise _taken()
    return Plan(name=name, hue=plan.hue, unit_id=plan.unit_id, is_active=plan.is_active)


@contextmanager
def _named_once() -> Iterator[None]:
    """Write a kind; the database refuses a name that somebody else has given at the same moment."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise _taken() from None


def _taken() -> Invalid:
    fault = gettext("There is such a kind already.")
    return Invalid(gettext("Some entries need your attention."), fields={"name": fault})
