"""Who calls with a token: the secret of the header, looked up by its SHA-256 in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, g, request

from groupware import clock, rules
from groupware.actor import Actor, CallingSystem
from groupware.api.enums import TokenKind
from groupware.api.limiting import limits
from groupware.api.queries import bearer_of
from groupware.api.rules import PERSONAL_TOKENS
from groupware.auth.tokens import digest
from groupware.config import Settings
from groupware.errors import Denied, NeedsToken
from groupware.i18n import gettext
from groupware.web.confirming import confirmed
from groupware.zones import Zone

SCHEME, BASIC = "bearer", "basic"
LONGEST_SECRET = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A token that holds, with whoever calls: exactly one of `actor` and `system` is there."""

    token_id: int
    name: str
    scopes: frozenset[str]
    expires_at: datetime
    last_used_at: datetime | None
    person_uid: str
    actor: Actor | None
    system: CallingSystem | None


def presents_token(*, takes_basic: bool = False) -> bool:
    """Whether the request says who it is by a token, right or wrong: then no cookie counts.

    Where an address `takes_basic`, the token may be the password of Basic authentication, whatever the name beside it.
    """
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    return scheme == SCHEME or (takes_basic and scheme == BASIC)


def load_caller(zone: Zone) -> Caller:
    """Who calls from this zone, by the header that `presents_token` has found. Raises as `caller_of` does."""
    if request.authorization is not None and request.authorization.type == BASIC:
        return caller_of(request.authorization.password or "", zone)
    return caller_of(request.headers.get("Authorization", "").partition(" ")[2].strip(), zone)


def caller_of(secret: str, zone: Zone) -> Caller:
    """Whose token a secret is, in this zone: one look-up by its SHA-256, so that a call costs no password hashing.

    Raises NeedsToken for a token that does not hold there, Denied where the bureau allows none, TooMany for an address
    from which wrong ones came again and again.
    """
    address = request.remote_addr or ""
    limits().require_few_failures(address)
    now, today = clock.now(), clock.today()
    row = bearer_of(digest(secret), now, today) if 0 < len(secret) <= LONGEST_SECRET else None
    if row is None or row.zone not in ("", zone):
        limits().count_failure(address)
        raise NeedsToken(gettext("This token is unknown, revoked or expired."), code="invalid_token")
    is_system = row.kind == TokenKind.SYSTEM
    if not is_system and row.must_change:
        raise Denied(gettext("Please choose your own password first."), code="must_change_password")
    if not is_system and not rules.value(PERSONAL_TOKENS, row.unit_id):
        raise Denied(gettext("Your organisation does not allow personal access tokens."), code="tokens_off")
    return Caller(
        token_id=row.id,
        name=row.name,
        scopes=frozenset(row.scopes),
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        person_uid="" if is_system else str(row.uid),
        actor=None if is_system else _actor(row, zone, now, today),
        system=_system(row, zone, now) if is_system else None,
    )


def _actor(row: Any, zone: Zone, now: datetime, today: Any) -> Actor:
    settings: Settings = current_app.extensions["groupware_settings"]
    return Actor(
        person_id=row.person_id,
        display_name=row.display_name,
        appointment_id=row.appointment_id,
        unit_id=row.unit_id,
        post_rank=row.rank,
        via="api",
        zone=zone.value,
        address=request.remote_addr or "",
        request_id=g.get("request_id", ""),
        locale=row.locale or settings.locale,
        confirmed=confirmed(),
        now=now,
        today=today,
    )


def _system(row: Any, zone: Zone, now: datetime) -> CallingSystem:
    return CallingSystem(
        token_id=row.id,
        name=row.system_name,
        zone=zone.value,
        address=request.remote_addr or "",
        request_id=g.get("request_id", ""),
        now=now,
    )
