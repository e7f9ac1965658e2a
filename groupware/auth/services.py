"""Verbs of sign-in. They open their own units of work, because a password hash must not hold the writer's turn."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from groupware import audit, clock
from groupware.actor import Actor
from groupware.auth.models import Account, UserSession
from groupware.auth.passwords import matches
from groupware.auth.tokens import digest
from groupware.config import Settings
from groupware.db import session, unit
from groupware.errors import Invalid
from groupware.i18n import gettext


def sign_in(settings: Settings, login: str, password: str, *, address: str, device: str, user_agent: str) -> str:
    """Check a password and begin a session; returns its token. Raises Invalid, the same for every cause."""
    with unit("read"):
        account = session.execute(
            select(Account.id, Account.person_id, Account.password_hash, Account.is_suspended).where(
                Account.login == login.strip().lower()
            )
        ).first()
    is_right = matches(account.password_hash if account else None, password)
    if account is None or not is_right or account.is_suspended:
        raise Invalid(gettext("The staff number or the password is wrong."), code="sign_in")
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with unit("write"):
        started = UserSession(
            token_digest=digest(token),
            person_id=account.person_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_hours),
            address=address,
            device=device,
            user_agent=user_agent[:200],
        )
        session.add(started)
        session.execute(update(Account).where(Account.id == account.id).values(last_sign_in_at=now))
        actor = Actor(person_id=account.person_id, address=address, device=device)
        audit.record(actor, "auth.signed_in", object_type="core.person", object_id=account.person_id)
    return token


def sign_out(actor: Actor) -> None:
    """End the session that acts."""
    session.execute(update(UserSession).where(UserSession.id == actor.session_id).values(ended_at=actor.now))
    audit.record(actor, "auth.signed_out", object_type="core.person", object_id=actor.person_id)
