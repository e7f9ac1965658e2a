"""Section accounts 課アカウント: a section as one that posts, reads and confirms, without a sign-in of its own.

The people appointed to the unit act for it; which of them did, the audit tells. Choosing to act for it is
`auth.services.act_as`.
"""

from sqlalchemy import select

from groupware import access, audit
from groupware.actor import Actor
from groupware.db import session
from groupware.directory.models import SectionAccount
from groupware.directory.tree import org_tree
from groupware.errors import Conflict, Invalid, NotFound
from groupware.i18n import gettext

MANAGE = "directory:unit:manage"


def create_section_account(actor: Actor, unit_id: int, name: str = "") -> SectionAccount:
    """The account of a unit; without a name it is called like the unit. Conflict if the unit has one."""
    access.require(actor, MANAGE, unit_id=unit_id)
    unit = org_tree(actor.today).get(unit_id)
    if unit is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    if session.scalar(select(SectionAccount.id).where(SectionAccount.unit_id == unit_id)) is not None:
        raise Conflict(gettext("The unit has a section account already."), code="exists")
    account = SectionAccount(unit_id=unit_id, name=_name(name or unit.name))
    session.add(account)
    session.flush()
    _record(actor, "directory.section_account_created", account)
    return account


def rename_section_account(actor: Actor, account_id: int, name: str) -> SectionAccount:
    """Call it otherwise."""
    account = _account(actor, account_id)
    account.name = _name(name)
    _record(actor, "directory.section_account_renamed", account)
    return account


def switch_section_account(actor: Actor, account_id: int, *, is_active: bool) -> SectionAccount:
    """Let people act for it, or no longer; what was done in its name stays."""
    account = _account(actor, account_id)
    account.is_active = is_active
    _record(actor, f"directory.section_account_{'resumed' if is_active else 'suspended'}", account)
    return account


def _account(actor: Actor, account_id: int) -> SectionAccount:
    account = session.get(SectionAccount, account_id, with_for_update=True)
    if account is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    access.require(actor, MANAGE, unit_id=account.unit_id)
    return account


def _name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > 100:
        message = gettext("Please enter a name of at most 100 characters.")
        raise Invalid(message, code="name", fields={"name": message})
    return plain


def _record(actor: Actor, action: str, account: SectionAccount) -> None:
    session.flush()
    audit.record(
        actor, action, object_type="core.section_account", object_id=account.id, unit_id=account.unit_id
    )


__all__ = ["create_section_account", "rename_section_account", "switch_section_account"]
