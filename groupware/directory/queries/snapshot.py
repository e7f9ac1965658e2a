"""The directory as plain values, for comparing with a delivery and for writing one out."""

from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import aliased

from groupware.caches import CacheVersion
from groupware.db import session
from groupware.directory.delivery.snapshot import (
    HeldAppointment,
    HeldDuty,
    HeldNumber,
    HeldPerson,
    HeldVersion,
    Snapshot,
)
from groupware.directory.models import (
    Appointment,
    DutyHolder,
    DutyKind,
    OrgUnit,
    OrgUnitVersion,
    Person,
    Post,
    StaffNumber,
)
from groupware.directory.tree import CACHE

_parent = aliased(OrgUnit)
_day = bindparam("day", type_=Date())
_versions = (
    select(
        OrgUnit.code,
        OrgUnitVersion.id,
        OrgUnitVersion.valid_from,
        OrgUnitVersion.valid_to,
        _parent.code.label("parent"),
        OrgUnitVersion.name,
        OrgUnitVersion.kana,
        OrgUnitVersion.short_name,
        OrgUnitVersion.kind,
        OrgUnitVersion.executive_organ,
        OrgUnitVersion.appointing_authority,
        OrgUnitVersion.official_order,
        OrgUnitVersion.phone,
        OrgUnitVersion.location,
    )
    .join(OrgUnit, OrgUnit.id == OrgUnitVersion.unit_id)
    .outerjoin(_parent, _parent.id == OrgUnitVersion.parent_id)
    .order_by(OrgUnit.code, OrgUnitVersion.valid_from)
)
_people = select(
    Person.id,
    Person.staff_number.label("number"),
    Person.display_name,
    Person.legal_name,
    Person.kana_name,
    Person.email,
    Person.phone,
    Person.extension,
    Person.employment_type,
    Person.job_category,
    Person.hired_on,
    Person.left_on,
    Person.has_photo_consent,
    Person.is_kept_by_hand,
).order_by(Person.id)
_numbers = select(
    StaffNumber.person_id, StaffNumber.id, StaffNumber.number, StaffNumber.valid_from, StaffNumber.valid_to
).order_by(StaffNumber.valid_from)
_appointments = (
    select(
        Appointment.person_id,
        Appointment.id,
        OrgUnit.code.label("unit"),
        Post.code.label("post"),
        Appointment.kind,
        Appointment.valid_from,
        Appointment.valid_to,
        Appointment.roster,
        Appointment.line_superior_id.label("superior_id"),
        Appointment.matter,
    )
    .join(OrgUnit, OrgUnit.id == Appointment.unit_id)
    .join(Post, Post.id == Appointment.post_id)
    .where(Appointment.valid_to >= _day)
    .order_by(Appointment.person_id, Appointment.valid_from, Appointment.id)
)
_duties = (
    select(
        DutyHolder.id,
        OrgUnit.code.label("unit"),
        DutyKind.code.label("kind"),
        DutyHolder.person_id,
        DutyHolder.deputy_order,
        DutyHolder.valid_from,
        DutyHolder.valid_to,
    )
    .join(OrgUnit, OrgUnit.id == DutyHolder.unit_id)
    .join(DutyKind, DutyKind.id == DutyHolder.kind_id)
    .where(DutyHolder.valid_to > _day)
    .order_by(DutyHolder.id)
)
_version = select(CacheVersion.version).where(CacheVersion.name == CACHE)


def directory_version() -> int:
    """A number that moves with every write to the directory."""
    return session.scalar(_version) or 0


def load_snapshot(effective_on: date) -> Snapshot:
    """Everything of the directory that matters from `effective_on` on. Nine queries, whatever its size."""
    found = Snapshot(effective_on, version=directory_version())
    for version in session.execute(_versions):
        code, values = _split(version)
        found.units.setdefault(code, []).append(HeldVersion(**{**values, "parent": values["parent"] or ""}))
    found.posts = {
        post.code: (post.name, post.rank) for post in session.execute(select(Post.code, Post.name, Post.rank))
    }
    for person in session.execute(_people):
        found.people[person.id] = HeldPerson(**person._mapping)
        found.owners[person.number] = person.id
    for number in session.execute(_numbers):
        person_id, values = _split(number)
        found.numbers.setdefault(person_id, []).append(HeldNumber(**values))
        found.owners[number.number] = person_id
    for appointment in session.execute(_appointments, {"day": effective_on}):
        person_id, values = _split(appointment)
        found.appointments.setdefault(person_id, []).append(HeldAppointment(**values))
    found.appointed = set(session.scalars(select(Appointment.person_id).distinct()))
    found.duties = [HeldDuty(**duty._mapping) for duty in session.execute(_duties, {"day": effective_on})]
    found.duty_kinds = set(session.scalars(select(DutyKind.code)))
    return found


def _split(row: Any) -> tuple[Any, dict[str, Any]]:
    """The first column, by which rows are grouped, and the others by name."""
    values = dict(row._mapping)
    return values.pop(next(iter(values))), values


__all__ = ["directory_version", "load_snapshot"]
