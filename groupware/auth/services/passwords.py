"""Change one's own password."""

from sqlalchemy import update

from groupware import audit, rules
from groupware.actor import Actor
from groupware.auth.attempts import Counter, forget, subject_of
from groupware.auth.models import Account, AccountNotice
from groupware.auth.passwords import hash_password, matches
from groupware.auth.policy import MINIMUM_LENGTH_RULE, require_acceptable
from groupware.auth.services.sessions import end_all_sessions
from groupware.auth.services.signing_in import prove
from groupware.config import Settings
from groupware.db import session, unit
from groupware.errors import Conflict, Invalid
from groupware.i18n import gettext


def change_password(settings: Settings, actor: Actor, current: str, new: str) -> None:
    """Replace the actor's password and end their other sessions. Opens its own units of work.

    Raises Invalid at `current_password` or `new_password`, Locked after too many wrong ones, Conflict if the password
    was changed by somebody else in the meantime.
    """
    account = prove(settings, actor, current, field="current_password")
    with unit("read"):
        minimum = rules.value_for(actor, MINIMUM_LENGTH_RULE)
    personal = (
        account.staff_number,
        account.login,
        account.display_name,
        account.legal_name,
        account.kana_name,
    )
    require_acceptable(new, minimum=minimum, personal=(*personal, account.email.partition("@")[0]))
    if matches(account.password_hash, new):
        message = gettext("This is your present password. Please choose another one.")
        raise Invalid(message, code="password_same", fields={"new_password": message})
    password_hash = hash_password(new)
    with unit("write"):
        changed = session.execute(
            update(Account)
            .where(Account.id == account.id, Account.password_hash == account.password_hash)
            .values(
                password_hash=password_hash,
                must_change=False,
                password_set_at=actor.now,
                version=Account.version + 1,
            )
        )
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            raise Conflict(gettext("Your password was set anew in the meantime. Please sign in again."))
        forget(Counter(subject_of(settings, account.login), actor.device))
        end_all_sessions(account.person_id, actor.now, but=actor.session_id)
        session.add(
            AccountNotice(
                person_id=account.person_id,
                kind="password_changed",
                by_id=actor.person_id,
                at=actor.now,
                shown_at=actor.now,
            )
        )
        audit.record(actor, "auth.password_changed", object_type="core.person", object_id=actor.person_id)
