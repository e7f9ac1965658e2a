"""Which guest asks: the session behind a cookie of its own, apart from that of staff, by one query where there is one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, g, request
from flask import session as cookie

from groupware import clock
from groupware.actor import Actor
from groupware.auth.services import Origin
from groupware.auth.tokens import digest
from groupware.config import Settings
from groupware.guests.queries import behind_session
from groupware.guests.services import is_at_home
from groupware.i18n import current_locale
from groupware.web.confirming import confirmed
from groupware.web.security import device_token
from groupware.web.zoning import request_zone

COOKIE = "guest"
"""Where the token stands in the signed cookie."""


@dataclass(frozen=True, slots=True)
class SignedInGuest:
    """A guest on this request."""

    session_id: int
    last_seen_at: datetime
    home: str
    actor: Actor


def presents_guest() -> bool:
    """Whether this browser was a guest's last, however that ended."""
    return isinstance(cookie.get(COOKIE), str)


def load_guest() -> SignedInGuest | None:
    """The guest behind the cookie, if their session holds, their time is not over, and they come from where they may."""
    token = cookie.get(COOKIE)
    if not isinstance(token, str):
        return None
    settings: Settings = current_app.extensions["groupware_settings"]
    now = clock.now()
    idle_since = now - timedelta(minutes=settings.session_idle_minutes)
    row = behind_session(digest(token), request_zone().value, now, idle_since)
    if row is None or not is_at_home(row, origin()):
        return None
    return SignedInGuest(
        session_id=row.session_id,
        last_seen_at=row.last_seen_at,
        home=row.home,
        actor=Actor(
            person_id=row.person_id,
            display_name=row.name,
            guest_of=row.body,
            zone=row.zone,
            address=request.remote_addr or "",
            device=row.session_device,
            request_id=g.get("request_id", ""),
            locale=current_locale.get(),
            confirmed=confirmed(),
            now=now,
            today=clock.today(),
        ),
    )


def origin(device: str = "") -> Origin:
    """Where the request comes from. `device` names the browser that has no name yet."""
    return Origin(
        zone=request_zone().value,
        address=request.remote_addr or "",
        device=digest(device or device_token()),
        user_agent=request.user_agent.string,
        request_id=g.get("request_id", ""),
    )


__all__ = ["COOKIE", "SignedInGuest", "load_guest", "origin", "presents_guest"]
