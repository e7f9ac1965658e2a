"""Guests as they stand: who is behind a session, whose name and code these are, and who may come today."""

from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select

from groupware.db import UTCDateTime, fetch
from groupware.guests.models import Guest, GuestSession

_NOW: Any = bindparam("now", type_=UTCDateTime())


def may_come(now: Any) -> ColumnElement[bool]:
    """Criterion: the guest was agreed to, and their time is not over. `now` is an instant or a bind parameter."""
    return and_(Guest.approved_at.is_not(None), Guest.ended_at.is_(None), Guest.ends_at > now)


_COLUMNS = (
    Guest.id,
    Guest.uid,
    Guest.person_id,
    Guest.login,
    Guest.name,
    Guest.body,
    Guest.home,
    Guest.networks,
    Guest.is_device_bound,
    Guest.device,
    Guest.password_hash,
)
_behind = (
    select(
        *_COLUMNS,
        GuestSession.id.label("session_id"),
        GuestSession.last_seen_at,
        GuestSession.device.label("session_device"),
        GuestSession.zone,
    )
    .join(GuestSession, GuestSession.guest_id == Guest.id)
    .where(
        GuestSession.token_digest == bindparam("digest"),
        GuestSession.zone == bindparam("zone"),
        GuestSession.ended_at.is_(None),
        GuestSession.expires_at > _NOW,
        GuestSession.last_seen_at > bindparam("idle_since", type_=UTCDateTime()),
        may_come(_NOW),
    )
)
_by_login = select(*_COLUMNS).where(Guest.login == bindparam("login"), may_come(_NOW))
_by_code = select(*_COLUMNS).where(Guest.code_digest == bindparam("code"), may_come(_NOW))


def behind_session(digest: str, zone: str, now: datetime, idle_since: datetime) -> Any:
    """The guest of a session that holds, with the session; None for every other one."""
    return fetch(_behind, {"digest": digest, "zone": zone, "now": now, "idle_since": idle_since}).first()


def by_login(login: str, now: datetime) -> Any:
    """The guest of that name who may come, or None."""
    return fetch(_by_login, {"login": login, "now": now}).first()


def by_code(digest: str, now: datetime) -> Any:
    """The guest of a code that was not used yet, or None."""
    return fetch(_by_code, {"code": digest, "now": now}).first()


def is_from_there(networks: str, address: str) -> bool:
    """Whether an address lies in one of the ranges; every address does where none is named."""
    if not networks.strip():
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any(
        (mapped or found) in ip_network(line.strip()) for line in networks.splitlines() if line.strip()
    )


__all__ = ["behind_session", "by_code", "by_login", "is_from_there", "may_come"]
