"""Units by hand: found one, change what it is called or where it hangs, end it. The personnel department's verbs.

Each change begins on a day and leaves what was before it alone. Whoever may load deliveries may do it everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.delivery.checking_units import circle, circling
from groupware.directory.models import Appointment, DutyHolder, OrgUnit, OrgUnitVersion
from groupware.directory.queries.batches import LOAD
from groupware.directory.services.settling import settle
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext

CHANGEABLE = frozenset(
    {
        "parent_id", "name", "kana", "short_name", "kind", "executive_organ", "appointing_authority", "official_order",
        "phone", "location",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    parent: str


def found_unit(actor: Actor, code: str, valid_from: date, **values: Any) -> OrgUnit:
    """A new unit from a day on; `values` are columns of its first version (`name` and `kind` at least).

    Invalid for a code that exists, a parent that does not exist on that day, or a circle.
    """
    access.require(actor, LOAD)
    if session.scalar(select(OrgUnit.id).where(OrgUnit.code == code)) is not None:
        message = gettext("There is a unit with this code already.")
        raise Invalid(message, code="duplicate_code", fields={"code": message})
    unit = OrgUnit(code=code)
    session.add(unit)
    session.flush()
    session.add(OrgUnitVersion(unit_id=unit.id, valid_from=valid_from, **_known(values)))
    return _finish(actor, unit, valid_from, "directory.unit_founded", values)


def change_unit(actor: Actor, unit_id: int, valid_from: date, **values: Any) -> OrgUnit:
    """Call or place a unit otherwise from a day on. What was planned for later is kept as it is.

    NotFound for an unknown unit, Conflict if it does not exist on that day, Invalid for a parent that does not, or a
    circle; the message names the way around.
    """
    access.require(actor, LOAD)
    unit, version = _version(unit_id, valid_from)
    changed = _known(values)
    if version.valid_from == valid_from:
        for name, value in changed.items():
            setattr(version, name, value)
    else:
        kept = {name: getattr(version, name) for name in CHANGEABLE}
        session.add(
            OrgUnitVersion(
                unit_id=unit_id, valid_from=valid_from, valid_to=version.valid_to, **{**kept, **changed}
            )
        )
        version.valid_to = valid_from
    return _finish(actor, unit, valid_from, "directory.unit_changed", changed)


def end_unit(actor: Actor, unit_id: int, on: date) -> OrgUnit:
    """End a unit; `on` is the first day on which it is no more. Its duties end with it.

    Conflict if somebody is appointed to it then, or a unit hangs under it: these must be moved first.
    """
    access.require(actor, LOAD)
    unit, version = _version(unit_id, on)
    in_use = select(Appointment.id).where(Appointment.unit_id == unit_id, Appointment.valid_to > on)
    below = select(OrgUnitVersion.id).where(OrgUnitVersion.parent_id == unit_id, OrgUnitVersion.valid_to > on)
    if session.scalar(in_use.limit(1)) is not None or session.scalar(below.limit(1)) is not None:
        raise Conflict(
            gettext("People or units still belong to it on that day. Move them first."), code="unit_in_use"
        )
    session.execute(
        delete(OrgUnitVersion).where(OrgUnitVersion.unit_id == unit_id, OrgUnitVersion.valid_from >= on)
    )
    if version.valid_from < on:
        version.valid_to = on
    for holder in session.scalars(
        select(DutyHolder).where(DutyHolder.unit_id == unit_id, DutyHolder.valid_to > on)
    ):
        if holder.valid_from < on:
            holder.valid_to = on
        else:
            session.delete(holder)
    return _finish(actor, unit, on, "directory.unit_ended", {})


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := values.keys() - CHANGEABLE:
        raise TypeError(f"a unit has no {', '.join(sorted(unknown))}")
    return dict(values)


def _version(unit_id: int, day: date) -> tuple[OrgUnit, OrgUnitVersion]:
    """The unit and the version that holds on a day, locked."""
    unit = session.get(OrgUnit, unit_id, with_for_update=True)
    if unit is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    version = session.scalars(
        select(OrgUnitVersion).where(
            OrgUnitVersion.unit_id == unit_id, OrgUnitVersion.valid_from <= day, OrgUnitVersion.valid_to > day
        )
    ).first()
    if version is None:
        raise Conflict(gettext("The unit does not exist on that day."), code="unit_not_in_force")
    return unit, version


def _finish(actor: Actor, unit: OrgUnit, day: date, action: str, values: Mapping[str, Any]) -> OrgUnit:
    session.flush()
    _require_tree(day, unit.code)
    audit.record(
        actor,
        action,
        object_type="core.unit",
        object_id=unit.id,
        unit_id=unit.id,
        details={"day": day.isoformat(), "fields": sorted(values)},
    )
    settle(None)
    return unit


def _require_tree(day: date, code: str) -> None:
    """Raise Invalid unless the units make a tree on `day` and on every later day on which something changes."""
    statement = select(
        OrgUnit.id, OrgUnit.code, OrgUnitVersion.name, OrgUnitVersion.parent_id, OrgUnitVersion.valid_from,
        OrgUnitVersion.valid_to,
    ).join(OrgUnitVersion, OrgUnitVersion.unit_id == OrgUnit.id)  # fmt: skip
    rows = session.execute(statement.where(OrgUnitVersion.valid_to > day)).all()
    codes = {row.id: row.code for row in rows}
    for moment in sorted({day, *(row.valid_from for row in rows if row.valid_from > day)}):
        in_force = {
            row.code: _Place(row.name, codes.get(row.parent_id, "") if row.parent_id else "")
            for row in rows
            if row.valid_from <= moment < row.valid_to
        }
        if found := list(circling(in_force)):
            path = circle(in_force, code if code in found else found[0])
            message = gettext("The unit would stand above itself: %(path)s.", path=path)
            raise Invalid(message, code="cyclic", fields={"parent": message})
        if moment == day and any(
            row.parent_id is not None and codes.get(row.parent_id) not in in_force
            for row in rows
            if row.valid_from == day
        ):
            message = gettext("The unit above does not exist on that day.")
            raise Invalid(message, code="parent_not_in_force", fields={"parent": message})


__all__ = ["change_unit", "end_unit", "found_unit"]
