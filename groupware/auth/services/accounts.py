"""What administrators do with accounts of others: give a first password, unlock, suspend, resume. The person is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select, update

from groupware import audit
from groupware.actor import Actor
from groupware.auth.accounts import ManagedAccount, account_for, accounts_for
from groupware.auth.attempts import folded, forget_all
from groupware.auth.models import Account, AccountNotice
from groupware.auth.passwords import hash_password, temporary_password
from groupware.auth.services.sessions import end_all_sessions
from groupware.db import session, unit
from groupware.errors import Conflict, Denied, Invalid
from groupware.i18n import gettext

MOST_AT_ONCE = 200
"""People whose first passwords a page makes in one go; each costs 30 ms. The command takes any number."""


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A temporary password in clear, on its only way to the person."""

    account: ManagedAccount
    login: str
    password: str


def reset_password(actor: Actor, uid: str) -> FirstPassword:
    """Give an account a temporary password that must be changed, end its sessions and locks. Opens its own units.

    NotFound, Denied for privileged accounts, higher posts and one's own, NeedsElevation.
    """
    with unit("read"):
        account = _require(account_for(actor, uid))
    return _issue(actor, [account], "account.password_reset")[0]


def issue_first_passwords(
    actor: Actor,
    person_ids: Sequence[int],
    *,
    progress: Callable[[int], None] | None = None,
    most: int | None = MOST_AT_ONCE,
) -> list[FirstPassword]:
    """First passwords for printed slips, for everybody named or for nobody. Opens its own units.

    As `reset_password`; Invalid for nobody or for more than `most` people. `progress` is told of each one made.
    """
    if not person_ids:
        raise Invalid(gettext("Please choose at least one person."), code="nobody")
    if most is not None and len(person_ids) > most:
        raise Invalid(
            gettext("Please choose at most %(count)d people at once.", count=most), code="too_many_people"
        )
    with unit("read"):
        accounts = [_require(account) for account in accounts_for(actor, person_ids)]
    return _issue(actor, accounts, "account.first_password_issued", progress)


def unlock_account(actor: Actor, uid: str) -> ManagedAccount:
    """Let a person try again at once. Denied as for `reset_password`; Conflict if nothing is locked."""
    account = _require(account_for(actor, uid))
    if forget_all(account.person_id) == 0:
        raise Conflict(gettext("This account is not locked."), code="not_locked")
    _tell(actor, account, "unlocked", "account.unlocked")
    return account


def suspend_account(actor: Actor, uid: str) -> ManagedAccount:
    """Let nobody sign in with the account and end its sessions, until it is resumed."""
    account = _require(account_for(actor, uid))
    _switch(account, is_suspended=True)
    end_all_sessions(account.person_id, actor.now)
    _tell(actor, account, "suspended", "account.suspended")
    return account


def resume_account(actor: Actor, uid: str) -> ManagedAccount:
    """Open a suspended account again, with the password it had."""
    account = _require(account_for(actor, uid))
    _switch(account, is_suspended=False)
    _tell(actor, account, "resumed", "account.resumed")
    return account


def _require(account: ManagedAccount) -> ManagedAccount:
    if account.obstacle:
        raise Denied(
            account.obstacle,
            code="protected_account",
            permission="administration:account:manage",
            object_type="core.person",
            object_id=account.person_id,
            unit_id=account.unit_id,
        )
    return account


def _switch(account: ManagedAccount, *, is_suspended: bool) -> None:
    changed = session.execute(
        update(Account)
        .where(Account.person_id == account.person_id, Account.is_suspended.is_(not is_suspended))
        .values(is_suspended=is_suspended, version=Account.version + 1)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(
            gettext("Somebody else has changed this account in the meantime."), code="account_state"
        )


def _issue(
    actor: Actor,
    accounts: Sequence[ManagedAccount],
    action: str,
    progress: Callable[[int], None] | None = None,
) -> list[FirstPassword]:
    made: list[tuple[FirstPassword, str]] = []
    for account in accounts:
        password = temporary_password()
        login = account.login or folded(account.staff_number)
        made.append((FirstPassword(account, login, password), hash_password(password)))
        if progress is not None:
            progress(1)
    with unit("write"):
        for issued, password_hash in made:
            _set_first_password(actor, issued, password_hash)
            _tell(actor, issued.account, "password_reset", action)
    return [issued for issued, _ in made]


def _set_first_password(actor: Actor, issued: FirstPassword, password_hash: str) -> None:
    person_id = issued.account.person_id
    changed = session.execute(
        update(Account)
        .where(Account.person_id == person_id)
        .values(
            password_hash=password_hash,
            must_change=True,
            password_set_at=actor.now,
            version=Account.version + 1,
        )
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        if session.scalar(select(exists().where(Account.login == issued.login))):
            raise Conflict(
                gettext("The user name %(login)s belongs to somebody else.", login=issued.login),
                code="login_taken",
            )
        session.add(
            Account(
                person_id=person_id,
                login=issued.login,
                password_hash=password_hash,
                must_change=True,
                password_set_at=actor.now,
            )
        )
    end_all_sessions(person_id, actor.now)
    forget_all(person_id)


def _tell(actor: Actor, account: ManagedAccount, kind: str, action: str) -> None:
    session.add(AccountNotice(person_id=account.person_id, kind=kind, by_id=actor.person_id, at=actor.now))
    audit.record(
        actor, action, object_type="core.person", object_id=account.person_id, unit_id=account.unit_id
    )
