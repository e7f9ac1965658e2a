"""Tokens of business systems: each speaks for one icon of the launcher."""

import uuid

from sqlalchemy import select

from groupware import access
from groupware.actor import Actor, CallingSystem
from groupware.api.services import Issued, issue_for_system, revoke_of_system
from groupware.caches import bump
from groupware.db import session
from groupware.errors import Denied, NotFound
from groupware.i18n import gettext
from groupware.portal.enums import CACHE
from groupware.portal.models import LauncherLink
from groupware.systems.models import SystemToken

MANAGE = "portal:launcher:manage"
SCOPE = "systems:write"


def issue_token(actor: Actor, uid: uuid.UUID, name: str, days: int) -> Issued:
    """A token with which the system behind an icon may call. Raises Denied, NotFound, Invalid with its fields."""
    access.require(actor, MANAGE)
    link = _link(uid)
    issued = issue_for_system(actor, link.name, name, (SCOPE,), days)
    session.add(SystemToken(token_id=issued.id, link_id=link.id))
    session.flush()
    bump(CACHE)
    return issued


def revoke_token(actor: Actor, uid: uuid.UUID, token_id: int) -> None:
    """Refuse a token of this system from the next call on. Raises Denied, NotFound."""
    access.require(actor, MANAGE)
    known = select(SystemToken.token_id).where(
        SystemToken.token_id == token_id, SystemToken.link_id == _link(uid).id
    )
    if session.scalar(known) is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    revoke_of_system(actor, token_id)


def system_of(caller: CallingSystem) -> LauncherLink:
    """The icon that a call speaks for. Raises Denied if it was taken off the portal."""
    statement = (
        select(LauncherLink)
        .join(SystemToken, SystemToken.link_id == LauncherLink.id)
        .where(SystemToken.token_id == caller.token_id)
    )
    found = session.scalar(statement)
    if found is None:
        raise Denied(gettext("This token belongs to no business system any more."), code="no_system")
    return found


def _link(uid: uuid.UUID) -> LauncherLink:
    found = session.scalar(select(LauncherLink).where(LauncherLink.uid == uid))
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


__all__ = ["MANAGE", "SCOPE", "issue_token", "revoke_token", "system_of"]
