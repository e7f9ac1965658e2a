"""Passing rights on: as much as one holds with delegation or less, never wider and never longer.

Everything that makes a person hold more than before asks here: giving a grant, taking one back, and adding somebody to a
role that carries grants.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from groupware.access.holdings import holdings
from groupware.access.models import Grant
from groupware.access.objects import access_of, model_of, unit_of
from groupware.access.queries import Held, merged
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import Appointment
from groupware.directory.tree import org_tree
from groupware.errors import Denied, NeedsElevation
from groupware.i18n import gettext
from groupware.registry import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a grant covers: everywhere, a unit with what is below it, the holder's own units, or one object."""

    scope: str
    unit_id: int | None = None
    obj: tuple[str, int] | None = None
    object_unit_id: int | None = None


def reach_of(given: Grant) -> Reach:
    """The reach of a stored grant. An object that is gone is in no unit any more."""
    if given.scope != "object" or given.object_id is None:
        return Reach(scope=given.scope, unit_id=given.unit_id)
    key = (given.object_type, given.object_id)
    model = model_of(given.object_type)
    found = session.get(model, given.object_id) if model is not None else None
    return Reach(scope="object", obj=key, object_unit_id=unit_of(found) if found is not None else None)


def reach_over(scope: str, unit_id: int | None, obj: Any) -> Reach:
    """The reach of a grant that is to be given."""
    if obj is None:
        return Reach(scope=scope, unit_id=unit_id)
    return Reach(scope=scope, obj=(access_of(obj).type, obj.id), object_unit_id=unit_of(obj))


def delegable(actor: Actor, permission: str, until: date) -> Held:
    """What the actor holds with delegation, counting only what lasts at least to `until` (exclusive)."""
    if actor.is_system:
        return Held(everywhere=True)
    names = registry().satisfying(permission)
    mine = [h for h in holdings(actor) if h.with_delegation and h.permission in names]
    if any(h.is_by_appointment for h in mine):
        end = session.scalar(select(Appointment.valid_to).where(Appointment.id == actor.appointment_id))
        mine = [
            replace(h, until=min(h.until, end or actor.today)) if h.is_by_appointment else h for h in mine
        ]
    return merged(h for h in mine if h.until >= until)


def can_pass_on(actor: Actor, permission: str, reach: Reach, until: date) -> bool:
    """Whether the actor may give `permission` over `reach` until that day."""
    mine = delegable(actor, permission, until)
    if mine.everywhere:
        return True
    if reach.scope == "subtree" and reach.unit_id is not None:
        asked = org_tree(actor.today).subtree(reach.unit_id)
        return bool(asked) and asked <= mine.units
    if reach.scope == "object":
        return reach.obj in mine.objects or reach.object_unit_id in mine.units
    # "own" follows whoever holds the duty or post, anywhere: only those who hold it everywhere may give it.
    return False


def require_passing_on(actor: Actor, permission: str, reach: Reach, until: date) -> None:
    """Raise Denied unless the actor may give this, NeedsElevation if the password must be given again first."""
    if actor.is_system:
        return
    if not can_pass_on(actor, permission, reach, until):
        if can_pass_on(actor, permission, reach, actor.today + timedelta(days=1)):
            raise Denied(
                gettext("You cannot pass this on for longer than you hold it yourself."),
                code="longer",
                permission=permission,
            )
        raise Denied(
            gettext("You cannot pass on more than you hold yourself."), code="wider", permission=permission
        )
    if not actor.is_elevated:
        raise NeedsElevation(gettext("Please enter your password again to continue with administration."))
