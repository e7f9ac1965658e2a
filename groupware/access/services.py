"""Decide and grant. `require` is the gate of every service; `grant` and `revoke` change who holds what."""

from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import audit
from groupware.access.models import Grant, Principal
from groupware.access.objects import access_of
from groupware.access.queries import can, held
from groupware.actor import Actor
from groupware.db import FOREVER, session
from groupware.directory.tree import org_tree
from groupware.errors import Denied, Invalid, NeedsElevation, NotFound
from groupware.i18n import gettext
from groupware.registry import registry


def require(actor: Actor, permission: str, obj: Any = None, *, unit_id: int | None = None) -> None:
    """Let the actor pass or raise.

    NotFound when the object may not even be known, Denied when it may, NeedsElevation when the password must be given
    again. Without object and unit the permission must be held everywhere.
    """
    if not can(actor, permission, obj, unit_id=unit_id):
        if obj is not None:
            read = access_of(obj).read
            if read == permission or not can(actor, read, obj):
                raise NotFound(gettext("The page you are looking for was not found."))
        raise Denied(
            gettext("You may not do this."),
            permission=permission,
            object_type=access_of(obj).type if obj is not None else "",
            object_id=obj.id if obj is not None else None,
            unit_id=unit_id,
        )
    if registry().permissions[permission].is_elevated and not actor.is_elevated:
        raise NeedsElevation(gettext("Please enter your password again to continue with administration."))


def grant(
    actor: Actor,
    principal: Principal,
    permission: str,
    *,
    scope: str,
    unit_id: int | None = None,
    obj: Any = None,
    with_delegation: bool = False,
    valid_until: date = FOREVER,
) -> Grant:
    """Give a permission. The giver needs it with delegation over at least that scope (Denied otherwise)."""
    if permission not in registry().permissions:
        raise Invalid(gettext("There is no such permission."), code="unknown_permission")
    if scope not in ("all", "subtree", "own", "object") or (scope == "subtree") != (unit_id is not None):
        raise Invalid(gettext("The scope does not fit."), code="scope")
    if (scope == "object") != (obj is not None):
        raise Invalid(gettext("The scope does not fit."), code="scope")
    if valid_until <= actor.today:
        raise Invalid(gettext("The end must lie in the future."), code="valid_until")
    _require_delegation(actor, permission, scope, unit_id, obj, valid_until)
    given = Grant(
        principal_id=principal.id,
        permission=permission,
        scope=scope,
        unit_id=unit_id,
        object_type=access_of(obj).type if obj is not None else "",
        object_id=obj.id if obj is not None else None,
        with_delegation=with_delegation,
        granted_by=actor.person_id,
        granted_at=actor.now,
        valid_until=valid_until,
    )
    session.add(given)
    session.flush()
    session().info.pop("held", None)
    audit.record(actor, "access.granted", given, object_type="core.grant", details={"permission": permission})
    return given


def revoke(actor: Actor, grant_id: int) -> None:
    """Take a grant back, from today on. The one who takes needs what giving would need."""
    given = session.scalar(
        select(Grant).where(Grant.id == grant_id, Grant.valid_until > actor.today).with_for_update()
    )
    if given is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    _require_delegation(actor, given.permission, given.scope, given.unit_id, None, FOREVER, given)
    given.valid_until = actor.today
    session.flush()
    session().info.pop("held", None)
    audit.record(
        actor, "access.revoked", given, object_type="core.grant", details={"permission": given.permission}
    )


def _require_delegation(
    actor: Actor,
    permission: str,
    scope: str,
    unit_id: int | None,
    obj: Any,
    valid_until: date,
    given: Grant | None = None,
) -> None:
    if actor.is_system:
        return
    if not actor.is_elevated:
        raise NeedsElevation(gettext("Please enter your password again to continue with administration."))
    mine = held(actor, permission, for_delegation=True)
    wide_enough = mine.everywhere
    if not wide_enough and scope == "subtree" and unit_id is not None:
        wide_enough = org_tree(actor.today).subtree(unit_id) <= mine.units
    if not wide_enough and scope == "object":
        key = (given.object_type, given.object_id) if given is not None else (access_of(obj).type, obj.id)
        wide_enough = key in mine.objects
    if wide_enough and not mine.everywhere and valid_until > _longest(actor, permission):
        raise Denied(gettext("You cannot pass this on for longer than you hold it."), permission=permission)
    if not wide_enough:
        raise Denied(gettext("You cannot pass on more than you hold yourself."), permission=permission)


def _longest(actor: Actor, permission: str) -> date:
    names = registry().satisfying(permission)
    ends = session.scalars(
        select(Grant.valid_until)
        .where(Grant.permission.in_(names), Grant.with_delegation, Grant.valid_until > actor.today)
        .order_by(Grant.valid_until.desc())
        .limit(1)
    ).first()
    return ends or actor.today
