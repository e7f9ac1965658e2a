"""Decide and grant. `require` is the gate of every service; `grant` and `revoke` change who holds what."""

from datetime import date
from typing import Any

from sqlalchemy import select

from groupware import audit
from groupware.access.delegation import reach_of, reach_over, require_passing_on
from groupware.access.enums import PrincipalKind
from groupware.access.holdings import forget
from groupware.access.models import Grant, PersonPrincipal, Principal
from groupware.access.objects import access_of
from groupware.access.queries import can
from groupware.actor import Actor
from groupware.caches import bump
from groupware.db import FOREVER, holds_on, session
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Denied, Invalid, NeedsElevation, NotFound
from groupware.i18n import gettext
from groupware.registry import registry

SCOPES = ("all", "subtree", "own", "object")
SYSTEM = "administration:system:manage"


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
            gettext("Your permissions do not include this."),
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
    """Give a permission until a day (exclusive).

    The giver needs it with delegation over at least that scope and for at least that long: Denied otherwise. Invalid for
    a scope that does not fit and for groups other than roles, whose members their owners choose as they like. Conflict if
    the principal holds exactly this already.
    """
    if permission not in registry().permissions:
        raise Invalid(gettext("There is no such permission."), code="unknown_permission")
    if (
        scope not in SCOPES
        or (scope == "subtree") != (unit_id is not None)
        or (scope == "object") != (obj is not None)
    ):
        raise Invalid(gettext("The scope does not fit."), code="scope")
    if unit_id is not None and unit_id not in org_tree(actor.today):
        raise Invalid(gettext("There is no such organisation."), code="unit")
    if valid_until <= actor.today:
        raise Invalid(gettext("The end must lie in the future."), code="valid_until")
    _require_grantable(principal)
    reach = reach_over(scope, unit_id, obj)
    require_passing_on(actor, permission, reach, valid_until)
    object_type, object_id = reach.obj or ("", None)
    same = select(Grant.id).where(
        Grant.principal_id == principal.id,
        Grant.permission == permission,
        Grant.scope == scope,
        Grant.unit_id.is_not_distinct_from(unit_id),
        Grant.object_type == object_type,
        Grant.object_id.is_not_distinct_from(object_id),
        Grant.with_delegation.is_(with_delegation),
        Grant.valid_until >= valid_until,
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict(gettext("This has been granted already."), code="granted")
    given = Grant(
        principal_id=principal.id,
        permission=permission,
        scope=scope,
        unit_id=unit_id,
        object_type=object_type,
        object_id=object_id,
        with_delegation=with_delegation,
        granted_by=actor.person_id,
        granted_at=actor.now,
        valid_until=valid_until,
    )
    session.add(given)
    session.flush()
    forget()
    _record(actor, "access.granted", given)
    return given


def revoke(actor: Actor, grant_id: int) -> None:
    """Take a grant back, from today on. The one who takes needs what giving it would need.

    Conflict if nobody would be left who manages the installation.
    """
    given = session.scalar(
        select(Grant).where(Grant.id == grant_id, Grant.valid_until > actor.today).with_for_update()
    )
    if given is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    # The plugin that declared it may have been removed: then it is for those who manage the installation.
    permission = given.permission if given.permission in registry().permissions else SYSTEM
    require_passing_on(actor, permission, reach_of(given), given.valid_until)
    given.valid_until = actor.today
    session.flush()
    forget()
    bump("access")
    if given.permission == SYSTEM:
        require_an_administrator(actor)
    _record(actor, "access.revoked", given)


def require_an_administrator(actor: Actor) -> None:
    """Raise Conflict if nobody holds the management of the installation any more: nobody could ever give it back."""
    held = (
        select(PersonPrincipal.person_id)
        .join(Grant, Grant.principal_id == PersonPrincipal.principal_id)
        .where(
            Grant.permission == SYSTEM,
            Grant.scope == "all",
            Grant.with_delegation,
            Grant.valid_until > actor.today,
            holds_on(PersonPrincipal, actor.today),
        )
        .limit(1)
    )
    if session.scalar(held) is None:
        raise Conflict(
            gettext("Nobody would be left who manages the installation. Appoint somebody else first."),
            code="last_administrator",
        )


def _require_grantable(principal: Principal) -> None:
    if principal.kind != PrincipalKind.GROUP:
        return
    kind = session.scalar(select(Group.kind).where(Group.id == principal.ref))
    if kind != GroupKind.ROLE:
        raise Invalid(
            gettext("Rights are given to roles, not to groups whose members are chosen freely."), code="group"
        )


def _record(actor: Actor, action: str, given: Grant) -> None:
    audit.record(
        actor,
        action,
        given,
        object_type="core.grant",
        unit_id=given.unit_id,
        details={
            "permission": given.permission,
            "principal_id": given.principal_id,
            "scope": given.scope,
            "object_type": given.object_type,
            "object_id": given.object_id,
            "with_delegation": given.with_delegation,
            "valid_until": given.valid_until.isoformat(),
        },
    )
