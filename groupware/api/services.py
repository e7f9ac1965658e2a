"""Verbs of access tokens: issue, revoke, note the last use. Those of people are bounded by the rules of their organisation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from groupware import audit, rules
from groupware.actor import Actor
from groupware.api.enums import TokenKind
from groupware.api.models import AccessToken
from groupware.api.rules import LONGEST_DAYS, PERSONAL_TOKENS
from groupware.auth.accounts import account_for
from groupware.auth.models import AccountNotice
from groupware.auth.tokens import digest, new_token
from groupware.db import session
from groupware.directory.models import Appointment
from groupware.directory.queries.standing import places
from groupware.errors import Conflict, Denied, Invalid, NotFound
from groupware.i18n import gettext
from groupware.plugin import Scope
from groupware.registry import registry

PREFIX = "gwt_"
"""What every secret begins with, so that a scanner finds one that was left in a file."""
MOST = 50
"""Tokens that one person may hold at a time."""
LONGEST_NAME = 100
TOUCH_EVERY = timedelta(minutes=1)
"""How exact "last used" is: a token is marked at most this often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new token with its secret in clear, on its only way to whoever asked for it."""

    id: int
    secret: str
    expires_at: datetime


def issue(actor: Actor, name: str, scopes: Collection[str], days: int) -> Issued:
    """A token that acts for the actor, in the zone where they are. Raises Invalid at the field, Denied where the bureau allows none, Conflict."""
    if actor.person_id is None:
        raise Denied(gettext("Only a person has personal access tokens."), code="nobody")
    return issue_for(actor, actor.person_id, name, scopes, days)


def issue_for(actor: Actor, person_id: int, name: str, scopes: Collection[str], days: int) -> Issued:
    """As `issue`, for somebody else: only a command on the machine may, and the person is told at the next sign-in."""
    if person_id != actor.person_id and not actor.is_system:
        raise Denied(gettext("Nobody issues a token for somebody else."), code="not_own")
    unit_id = session.scalar(
        select(Appointment.unit_id).where(
            Appointment.person_id == person_id, places(Appointment, actor.today)
        )
    )
    if not rules.value(PERSONAL_TOKENS, unit_id):
        raise Denied(gettext("Your organisation does not allow personal access tokens."), code="tokens_off")
    chosen = _checked(name, scopes, days, rules.value(LONGEST_DAYS, unit_id), TokenKind.PERSONAL)
    held = select(func.count()).where(
        AccessToken.person_id == person_id,
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > actor.now,
    )
    if (session.scalar(held) or 0) >= MOST:
        raise Conflict(
            gettext("You have %(count)d tokens already. Please revoke those not in use.", count=MOST),
            code="too_many_tokens",
        )
    token = AccessToken(
        kind=TokenKind.PERSONAL,
        person_id=person_id,
        name=name.strip(),
        zone="" if actor.is_system else actor.zone,
    )
    made = _add(actor, token, chosen, days)
    if actor.is_system:
        session.add(AccountNotice(person_id=person_id, kind="token_issued", at=actor.now))
    return made


def issue_for_system(
    actor: Actor, system_name: str, name: str, scopes: Collection[str], days: int, *, zone: str = ""
) -> Issued:
    """A token that a foreign system calls with. The caller has required the permission. Raises Invalid at the field."""
    if not system_name.strip() or len(system_name.strip()) > LONGEST_NAME:
        _refuse(
            "system_name", gettext("Please enter a name of at most %(limit)d characters.", limit=LONGEST_NAME)
        )
    chosen = _checked(name, scopes, days, rules.value(LONGEST_DAYS, None), TokenKind.SYSTEM)
    token = AccessToken(kind=TokenKind.SYSTEM, system_name=system_name.strip(), name=name.strip(), zone=zone)
    return _add(actor, token, chosen, days)


def _add(actor: Actor, token: AccessToken, scopes: list[str], days: int) -> Issued:
    secret = PREFIX + new_token()
    token.digest = digest(secret)
    token.scopes = scopes
    token.created_at = actor.now
    token.created_by = actor.person_id
    token.expires_at = actor.now + timedelta(days=days)
    session.add(token)
    session.flush()
    _record(actor, "api.token_issued", token)
    return Issued(id=token.id, secret=secret, expires_at=token.expires_at)


def revoke(actor: Actor, token_id: int) -> None:
    """Take back one of the actor's own tokens; it is refused from the next call on. NotFound for any other."""
    _revoke(actor, _locked(AccessToken.id == token_id, AccessToken.person_id == actor.person_id))


def revoke_of(actor: Actor, uid: str, token_id: int) -> None:
    """Take back a token of somebody whose account the actor looks after; the person is told.

    NotFound, Denied outside the actor's units, NeedsElevation.
    """
    account = account_for(actor, uid)
    token = _locked(AccessToken.id == token_id, AccessToken.person_id == account.person_id)
    _revoke(actor, token, unit_id=account.unit_id)
    session.add(
        AccountNotice(person_id=account.person_id, kind="token_revoked", by_id=actor.person_id, at=actor.now)
    )


def revoke_of_system(actor: Actor, token_id: int) -> None:
    """Take back a token of a foreign system. The caller has required the permission. NotFound for any other."""
    _revoke(actor, _locked(AccessToken.id == token_id, AccessToken.kind == TokenKind.SYSTEM.value))


def _locked(*criteria: object) -> AccessToken:
    statement = select(AccessToken).where(*criteria, AccessToken.revoked_at.is_(None)).with_for_update()  # type: ignore[arg-type]
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


def _revoke(actor: Actor, token: AccessToken, unit_id: int | None = None) -> None:
    token.revoked_at, token.revoked_by = actor.now, actor.person_id
    _record(actor, "api.token_revoked", token, unit_id)


def _record(actor: Actor, action: str, token: AccessToken, unit_id: int | None = None) -> None:
    audit.record(
        actor,
        action,
        object_type="core.token",
        object_id=token.id,
        unit_id=unit_id,
        details={"kind": token.kind, "person_id": token.person_id, "scopes": token.scopes},
    )


def touch(token_id: int, now: datetime, address: str) -> None:
    """Note that a token is in use."""
    session.execute(
        update(AccessToken)
        .where(
            AccessToken.id == token_id,
            or_(AccessToken.last_used_at.is_(None), AccessToken.last_used_at < now - TOUCH_EVERY),
        )
        .values(last_used_at=now, last_address=address[:64])
    )


def offered_scopes(kind: TokenKind) -> list[Scope]:
    """The scopes that a token of this kind may have, in menu order."""
    return [
        scope
        for plugin in registry()
        for scope in plugin.scopes
        if scope.is_for_systems is (kind is TokenKind.SYSTEM)
    ]


def _checked(name: str, scopes: Collection[str], days: int, longest: int, kind: TokenKind) -> list[str]:
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        _refuse("name", gettext("Please enter a name of at most %(limit)d characters.", limit=LONGEST_NAME))
    known = [scope.id for scope in offered_scopes(kind)]
    if not scopes:
        _refuse("scopes", gettext("Please choose what the token may do."))
    if unknown := sorted(set(scopes) - set(known)):
        _refuse("scopes", gettext("There is no scope %(name)s.", name=unknown[0]))
    if not 1 <= days <= longest:
        _refuse("days", gettext("Please choose a validity of 1 to %(days)d days.", days=longest))
    return [scope for scope in known if scope in scopes]


def _refuse(field: str, message: str) -> None:
    raise Invalid(message, code="token", fields={field: message})


__all__ = [
    "MOST",
    "TOUCH_EVERY",
    "Issued",
    "issue",
    "issue_for",
    "issue_for_system",
    "offered_scopes",
    "revoke",
    "revoke_of",
    "revoke_of_system",
    "touch",
]
