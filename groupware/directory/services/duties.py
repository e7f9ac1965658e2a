"""Duties of units 分担: who holds one from when to when, who stands in, in which order (administration.md 5).

Rights hang on duties. Whoever manages a unit names its holders, because what a duty gives reaches no further than the
unit; a duty that somebody has tied to more can be given only by those who may pass that on. Nobody names themselves for
what they do not hold already: it takes two to make an administrator a document officer (administration.md 27).
"""

import re
from datetime import date

from sqlalchemy import func, or_, select

from groupware import access, audit
from groupware.access.delegation import reach_of, require_passing_on
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant, Principal
from groupware.actor import Actor
from groupware.db import FOREVER, session
from groupware.directory.models import DutyHolder, DutyKind, Person
from groupware.directory.services.settling import settle
from groupware.directory.tree import load_tree
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.i18n import gettext
from groupware.registry import registry

MANAGE = "directory:unit:manage"
SYSTEM = "administration:system:manage"
CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
MAX_NAME = 100


def begin_duty(
    actor: Actor,
    kind_id: int,
    unit_id: int,
    person_id: int,
    *,
    valid_from: date | None = None,
    valid_to: date = FOREVER,
    deputy_order: int = 0,
) -> DutyHolder:
    """Let somebody hold a duty of a unit from a day (today) to a day (exclusive); `deputy_order` 1 is the first deputy.

    Denied outside the actor's units, for rights the actor may not pass on and for new ones to oneself, NeedsElevation, Invalid for days or an
    order that do not fit, Conflict if the person holds the duty on some of these days already.
    """
    access.require(actor, MANAGE, unit_id=unit_id)
    begin = valid_from or actor.today
    kind = session.get(DutyKind, kind_id, with_for_update=True)
    person = session.get(Person, person_id)
    if kind is None or person is None or unit_id not in load_tree(begin):
        raise NotFound(gettext("The page you are looking for was not found."))
    if valid_to <= begin or begin >= person.left_on:
        raise Invalid(gettext("The days do not fit: the end must lie after the beginning."), code="days")
    if deputy_order < 0:
        raise Invalid(gettext("Deputies are counted from 1."), code="deputy_order")
    _require_rights(actor, kind_id, unit_id, person_id)
    same = select(DutyHolder.id).where(
        DutyHolder.kind_id == kind_id,
        DutyHolder.unit_id == unit_id,
        DutyHolder.person_id == person_id,
        DutyHolder.valid_from < valid_to,
        DutyHolder.valid_to > begin,
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict(gettext("The person holds this duty already."), code="held")
    holder = DutyHolder(
        kind_id=kind_id,
        unit_id=unit_id,
        person_id=person_id,
        valid_from=begin,
        valid_to=valid_to,
        deputy_order=deputy_order,
    )
    session.add(holder)
    settle([person_id])
    _record(actor, "directory.duty_begun", holder)
    return holder


def end_duty(actor: Actor, holder_id: int, on: date | None = None) -> None:
    """Let a duty end; `on` (today) is the first day on which it is no longer held. One to come never begins."""
    holder = _holder(actor, holder_id)
    day = on or actor.today
    if holder.valid_to <= day:
        raise Conflict(gettext("The duty has ended already."), code="ended")
    _record(actor, "directory.duty_ended", holder)
    person_id = holder.person_id
    if holder.valid_from < day:
        holder.valid_to = day
    else:
        session.delete(holder)
    settle([person_id])


def order_deputy(actor: Actor, holder_id: int, deputy_order: int) -> None:
    """Make somebody a holder (0) or the first, second … deputy of a duty."""
    holder = _holder(actor, holder_id)
    if deputy_order < 0:
        raise Invalid(gettext("Deputies are counted from 1."), code="deputy_order")
    holder.deputy_order = deputy_order
    session.flush()
    _record(actor, "directory.duty_ordered", holder)


def _holder(actor: Actor, holder_id: int) -> DutyHolder:
    holder = session.get(DutyHolder, holder_id, with_for_update=True)
    if holder is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    access.require(actor, MANAGE, unit_id=holder.unit_id)
    return holder


def add_duty_kind(actor: Actor, code: str, name: str, *, name_en: str = "") -> DutyKind:
    """A kind of duty of the city's own, last in the order. Invalid for a code or name that does not fit, Conflict if taken."""
    access.require(actor, SYSTEM)
    if not CODE.fullmatch(code):
        raise Invalid(
            gettext("A code begins with a letter and has small letters, digits and “_” only."),
            code="duty_code",
        )
    name, name_en = name.strip(), name_en.strip()
    if not name or max(len(name), len(name_en)) > MAX_NAME:
        raise Invalid(gettext("Please enter a name of at most 100 characters."), code="name")
    if session.scalar(select(DutyKind.id).where(DutyKind.code == code)) is not None:
        raise Conflict(gettext("There is a duty with this code already."), code="duty_code")
    last = session.scalar(select(func.max(DutyKind.official_order)))
    kind = DutyKind(code=code, name=name, name_en=name_en, official_order=(last or 0) + 1)
    session.add(kind)
    settle(())
    audit.record(
        actor,
        "directory.duty_kind_added",
        object_type="core.duty_kind",
        object_id=kind.id,
        details={"code": code, "name": name},
    )
    return kind


def _require_rights(actor: Actor, kind_id: int, unit_id: int, person_id: int) -> None:
    """What hangs on the duty beyond the unit itself must be the actor's to pass on; to oneself, all of it one's own already."""
    of_kind = (Principal.kind == PrincipalKind.DUTY_KIND) & (Principal.ref == kind_id)
    of_unit = (
        (Principal.kind == PrincipalKind.DUTY) & (Principal.ref == kind_id) & (Principal.ref2 == unit_id)
    )
    statement = (
        select(Grant)
        .join(Principal, Principal.id == Grant.principal_id)
        .where(or_(of_kind, of_unit), Grant.valid_until > actor.today)
    )
    for grant in session.scalars(statement):
        if grant.scope != "own":
            require_passing_on(actor, grant.permission, reach_of(grant), grant.valid_until)
        elif person_id == actor.person_id and not _holds(actor, grant.permission, unit_id):
            raise Denied(
                gettext(
                    "Somebody else must give you this duty, because it carries rights that you do not hold."
                ),
                code="oneself",
                permission=MANAGE,
                unit_id=unit_id,
            )


def _holds(actor: Actor, permission: str, unit_id: int) -> bool:
    """Whether the actor holds it over the unit and all below it; what no function knows any more gives nothing."""
    if permission not in registry().permissions:
        return True
    mine = access.held(actor, permission)
    return mine.everywhere or load_tree(actor.today).subtree(unit_id) <= mine.units


def _record(actor: Actor, action: str, holder: DutyHolder) -> None:
    audit.record(
        actor,
        action,
        object_type="core.duty",
        object_id=holder.id,
        unit_id=holder.unit_id,
        details={"kind": holder.kind_id, "person": holder.person_id, "deputy_order": holder.deputy_order},
    )


__all__ = ["add_duty_kind", "begin_duty", "end_duty", "order_deputy"]
