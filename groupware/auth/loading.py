"""Who is signed in: the session behind the cookie, its person and the acting appointment, in one query.

Flask-Login keeps the token in Flask's signed session cookie; the database keeps only its SHA-256.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app, g, request
from flask import session as cookie
from flask_login import UserMixin, current_user
from sqlalchemy import and_, bindparam, case, select
from sqlalchemy.orm import aliased

from groupware import clock
from groupware.actor import Actor
from groupware.auth.models import Account, Preference, UserSession
from groupware.auth.queries import acts_for
from groupware.auth.tokens import digest
from groupware.config import Settings
from groupware.db import fetch, holds_on
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment, Person, Post, SectionAccount
from groupware.directory.queries.standing import is_on_leave, places
from groupware.directory.tree import org_tree
from groupware.notifications.queries import unread_count
from groupware.web.confirming import confirmed
from groupware.web.zoning import request_zone


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):
    """The signed-in person as the shell shows them, with the `Actor` that services take."""

    token: str
    session_id: int
    person_id: int
    person_uid: str
    staff_number: str
    display_name: str
    has_photo: bool
    post_name: str
    login: str
    must_change_password: bool
    last_seen_at: datetime
    locale: str
    theme: str
    text_size: str
    density: str
    date_style: str
    has_shortcuts: bool
    sending_key: str
    is_shared_device: bool
    unread_notices: int
    """Lines of the timeline that the person has not read, up to 100."""
    acting_as: str
    """What the person acts as by choice: a section account or another post than the main one; empty otherwise."""
    actor: Actor

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.token

    @property
    def unit_name(self) -> str:
        """The section of the acting appointment."""
        unit = org_tree(self.actor.today).get(self.actor.unit_id)
        return unit.name if unit else ""


_main = aliased(Appointment)
_acting = aliased(Appointment)
_today: Any = bindparam("today")
_holds = and_(
    UserSession.ended_at.is_(None),
    UserSession.expires_at > bindparam("now"),
    UserSession.last_seen_at > bindparam("idle_since"),
    Account.is_suspended.is_(False),
    Person.left_on > _today,
    ~is_on_leave(Person.id, _today),
)
_signed_in = (
    select(
        UserSession.id.label("session_id"),
        UserSession.last_seen_at,
        UserSession.elevated_until,
        UserSession.section_account_id,
        UserSession.address,
        UserSession.device,
        UserSession.zone,
        UserSession.is_shared_device,
        SectionAccount.name.label("section_name"),
        SectionAccount.unit_id.label("section_unit_id"),
        _acting.kind.label("acting_kind"),
        Person.id.label("person_id"),
        Person.uid,
        Person.staff_number,
        Person.display_name,
        Person.has_photo_consent,
        Account.login,
        Account.must_change,
        case((_acting.id.is_not(None), _acting.id), else_=_main.id).label("appointment_id"),
        case((_acting.id.is_not(None), _acting.unit_id), else_=_main.unit_id).label("unit_id"),
        Post.name.label("post_name"),
        Post.rank,
        Preference.locale,
        Preference.theme,
        Preference.text_size,
        Preference.density,
        Preference.date_style,
        Preference.has_shortcuts,
        Preference.sending_key,
        unread_count(Person.id).label("unread_notices"),
    )
    .join(Person, Person.id == UserSession.person_id)
    .join(Account, Account.person_id == Person.id)
    .outerjoin(
        _acting,
        and_(
            _acting.id == UserSession.appointment_id,
            _acting.person_id == Person.id,
            holds_on(_acting, _today),
        ),
    )
    .outerjoin(
        _main,
        and_(_main.person_id == Person.id, places(_main, _today)),
    )
    .outerjoin(Post, Post.id == case((_acting.id.is_not(None), _acting.post_id), else_=_main.post_id))
    .outerjoin(
        SectionAccount, and_(SectionAccount.id == UserSession.section_account_id, SectionAccount.is_active)
    )
    .outerjoin(Preference, Preference.person_id == Person.id)
    .where(UserSession.token_digest == bindparam("digest"), UserSession.zone == bindparam("zone"), _holds)
    .limit(1)
)
_holding = (
    select(UserSession.id)
    .join(Person, Person.id == UserSession.person_id)
    .join(Account, Account.person_id == Person.id)
    .where(UserSession.id.in_(bindparam("sessions", expanding=True)), _holds)
)


def load_by_token(token: str) -> SignedIn | None:
    """Flask-Login's user loader: the session of a token, if it still holds, and in the zone where it began."""
    settings: Settings = current_app.extensions["groupware_settings"]
    instant = _instant(settings)
    now, today = instant["now"], instant["today"]
    row: Any = fetch(_signed_in, {"digest": digest(token), "zone": request_zone().value, **instant}).first()
    if row is None:
        return None
    # Chosen in this browser, else by the person, else by the municipality.
    locale = cookie.get("locale") or row.locale or settings.locale
    # Whoever has left the unit meanwhile no longer acts for its section account.
    has_section = row.section_unit_id is not None and acts_for(
        org_tree(today), row.unit_id, row.section_unit_id
    )
    actor = Actor(
        person_id=row.person_id,
        display_name=row.display_name,
        appointment_id=row.appointment_id,
        unit_id=row.unit_id,
        post_rank=row.rank,
        on_behalf_of=row.section_account_id if has_section else None,
        zone=row.zone,
        address=request.remote_addr or "",
        device=row.device,
        request_id=g.get("request_id", ""),
        session_id=row.session_id,
        elevated_until=row.elevated_until,
        locale=locale,
        confirmed=confirmed(),
        now=now,
        today=today,
    )
    return SignedIn(
        token=token,
        session_id=row.session_id,
        person_id=row.person_id,
        person_uid=str(row.uid),
        staff_number=row.staff_number,
        display_name=row.display_name,
        has_photo=row.has_photo_consent,
        post_name=row.post_name or "",
        login=row.login,
        must_change_password=row.must_change,
        last_seen_at=row.last_seen_at,
        locale=locale,
        theme=row.theme or "",
        text_size=row.text_size or "standard",
        density=row.density or "comfortable",
        date_style=row.date_style or "western",
        has_shortcuts=bool(row.has_shortcuts),
        sending_key=row.sending_key or "",
        is_shared_device=row.is_shared_device,
        unread_notices=row.unread_notices,
        acting_as=_acting_as(row, has_section, today),
        actor=actor,
    )


def sessions_that_hold(sessions: Collection[int]) -> set[int]:
    """Those of the sessions behind which somebody is still signed in."""
    if not sessions:
        return set()
    return {
        row.id
        for row in fetch(
            _holding, {"sessions": sorted(sessions), **_instant(current_app.extensions["groupware_settings"])}
        )
    }


def _instant(settings: Settings) -> dict[str, Any]:
    now = clock.now()
    idle_since = now - timedelta(minutes=settings.session_idle_minutes)
    return {"now": now, "today": clock.today(), "idle_since": idle_since}


def _acting_as(row: Any, has_section: bool, today: date) -> str:
    if has_section:
        return str(row.section_name)
    if row.acting_kind is None or row.acting_kind == AppointmentKind.MAIN:
        return ""
    unit = org_tree(today).get(row.unit_id)
    return f"{unit.name if unit else ''} {row.post_name or ''}".strip()


def load_signed_in() -> SignedIn | None:
    """Who is signed in on this request, or None."""
    user = current_user._get_current_object()
    return user if isinstance(user, SignedIn) else None
