"""Sign in and out, and give the password again for administration.

These verbs open their own units of work: one to read, none while the password is hashed, one short one to write.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, select, update

from groupware import audit, clock
from groupware.actor import Actor
from groupware.auth.attempts import Counter, forget, locked, locked_until, note_failure, subject_of
from groupware.auth.models import Account, AccountNotice, KnownDevice, Preference, UserSession
from groupware.auth.passwords import matches
from groupware.auth.queries import account_by_login, account_of, unseen_notices
from groupware.auth.services.sessions import close_sockets
from groupware.auth.tokens import digest, new_token
from groupware.config import Settings
from groupware.db import holds_on, session, unit, upsert
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import Appointment
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.registry import registry
from groupware.rules import is_enabled
from groupware.zones import LEAST_TRUSTED

SHARED_WITHIN = timedelta(days=30)
"""A device counts as shared when somebody else has signed in there within this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an attempt comes from. `device` is the digest of the device cookie."""

    zone: str = LEAST_TRUSTED.value
    address: str = ""
    device: str = ""
    user_agent: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session that has begun. `notices` are told to the person now and never again."""

    token: str
    person_uid: str
    must_change_password: bool
    start_page: str
    locale: str
    notices: tuple[Row[Any], ...]


def sign_in(
    settings: Settings, login: str, password: str, origin: Origin, *, previous_token: str = ""
) -> Entered:
    """Check a password and begin a session; ends the one of `previous_token`, if any.

    Raises Locked after too many failures, else Invalid, the same and after the same work for an unknown login, a wrong
    password, a suspended account, one that rests during leave, and a person who does not work here.
    """
    now, today = clock.now(), clock.today()
    with unit("read"):
        account = account_by_login(login, origin.device)
        counter = Counter(
            subject_of(settings, account.login if account else login),
            account.known_device or "" if account else "",
        )
        until = locked_until(counter, now)
    is_right = matches(account.password_hash if account else None, password)
    reason = _obstacle(account, is_right, until, today)
    if account is None or reason:
        _fail(counter, account.person_id if account else None, origin, reason, now, until)
    with unit("write"):
        # Once more under the lock: of many guesses at the same moment only the first few are heard.
        until = locked_until(counter, now, for_update=True)
        if until is not None:
            raise locked(until)
        forget(counter)
        return _begin(settings, account, origin, previous_token, now)


def _obstacle(account: Any, is_right: bool, until: datetime | None, today: Any) -> str:
    """Why the person may not enter, as the audit says it; empty if they may."""
    if until is not None:
        return "locked"
    if account is None:
        return "unknown"
    if not is_right:
        return "password"
    if account.is_suspended or account.is_on_leave:
        return "suspended"
    if account.left_on <= today or (account.hired_on is not None and account.hired_on > today):
        return "not_employed"
    return ""


def _fail(
    counter: Counter,
    person_id: int | None,
    origin: Origin,
    reason: str,
    now: datetime,
    until: datetime | None,
) -> None:
    actor = _attempting(None, origin, now)
    with unit("write"):
        if until is None:
            until = note_failure(counter, now, person_id)
            if until is not None:
                _record(actor, "auth.locked", person_id, {"subject": counter.subject})
        _record(
            actor, "auth.sign_in_failed", person_id, {"subject": counter.subject, "reason": reason}, "failed"
        )
    if until is not None:
        raise locked(until)
    raise Invalid(gettext("The user name or the password is wrong."), code="sign_in")


def _attempting(person_id: int | None, origin: Origin, now: datetime) -> Actor:
    return Actor(
        person_id=person_id,
        zone=origin.zone,
        address=origin.address,
        device=origin.device,
        request_id=origin.request_id,
        now=now,
    )


def _begin(
    settings: Settings, account: Row[Any], origin: Origin, previous_token: str, now: datetime
) -> Entered:
    changed = session.execute(
        update(Account)
        .where(
            Account.id == account.id,
            Account.password_hash == account.password_hash,
            Account.is_suspended.is_(False),
        )
        .values(last_sign_in_at=now)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        # Reset or suspended while the password was being checked.
        raise Invalid(gettext("The user name or the password is wrong."), code="sign_in")
    if previous_token:
        close_sockets(
            session.scalar(
                update(UserSession)
                .where(UserSession.token_digest == digest(previous_token), UserSession.ended_at.is_(None))
                .values(ended_at=now)
                .returning(UserSession.person_id)
            )
        )
    token = new_token()
    started = UserSession(
        token_digest=digest(token),
        person_id=account.person_id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=settings.session_hours),
        address=origin.address,
        device=origin.device,
        is_shared_device=_is_shared(origin.device, account.person_id, now),
        user_agent=origin.user_agent[:200],
        zone=origin.zone,
    )
    session.add(started)
    _remember_device(account.person_id, origin, now)
    notices = tuple(unseen_notices(account.person_id))
    if notices:
        session.execute(
            update(AccountNotice).where(AccountNotice.id.in_([n.id for n in notices])).values(shown_at=now)
        )
    preference = session.execute(
        select(Preference.start_page, Preference.locale).where(Preference.person_id == account.person_id)
    ).first()
    actor = _attempting(account.person_id, origin, now)
    _record(actor, "auth.signed_in", account.person_id)
    return Entered(
        token=token,
        person_uid=str(account.uid),
        must_change_password=account.must_change,
        start_page=_start_page(account.person_id, preference.start_page if preference else ""),
        locale=preference.locale if preference else "",
        notices=notices,
    )


def _start_page(person_id: int, plugin_id: str) -> str:
    """The function that the person chose to begin with, unless it is gone or out of use where they work."""
    plugin = registry().get(plugin_id)
    unit_id = (
        session.scalar(
            select(Appointment.unit_id).where(
                Appointment.person_id == person_id,
                Appointment.kind == AppointmentKind.MAIN,
                holds_on(Appointment, clock.today()),
            )
        )
        if plugin is not None
        else None
    )
    return plugin_id if plugin is not None and is_enabled(plugin, unit_id) else ""


def _is_shared(device: str, person_id: int, now: datetime) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    KnownDevice.device == device,
                    KnownDevice.person_id != person_id,
                    KnownDevice.last_at > now - SHARED_WITHIN,
                )
            )
        )
    )


def _remember_device(person_id: int, origin: Origin, now: datetime) -> None:
    if not origin.device:
        return
    session.execute(
        upsert(KnownDevice)
        .values(person_id=person_id, device=origin.device, first_at=now, last_at=now, zone=origin.zone)
        .on_conflict_do_update(
            index_elements=["person_id", "device"], set_={"last_at": now, "zone": origin.zone}
        )
    )


def sign_out(actor: Actor) -> None:
    """End the session that acts."""
    session.execute(update(UserSession).where(UserSession.id == actor.session_id).values(ended_at=actor.now))
    close_sockets(actor.person_id)
    _record(actor, "auth.signed_out", actor.person_id)


def prove(settings: Settings, actor: Actor, password: str, *, field: str = "password") -> Any:
    """Check the actor's own password again and return the account; opens its own units.

    Failures count like those of sign-in. Raises Invalid at `field`, or Locked.
    """
    with unit("read"):
        account = account_of(actor.person_id) if actor.person_id is not None else None
        counter = Counter(subject_of(settings, account.login if account else ""), actor.device)
        until = locked_until(counter, actor.now)
    is_right = matches(account.password_hash if account else None, password)
    if account is not None and is_right and until is None:
        return account
    with unit("write"):
        if until is None:
            until = note_failure(counter, actor.now, actor.person_id)
        _record(actor, "auth.proof_failed", actor.person_id, outcome="failed")
    if until is not None:
        raise locked(until)
    message = gettext("The password is wrong.")
    raise Invalid(message, code="password", fields={field: message})


def elevate(settings: Settings, actor: Actor, password: str) -> datetime:
    """Switch administration on for a limited time after the password; returns until when. Opens its own units."""
    prove(settings, actor, password)
    until = actor.now + timedelta(minutes=settings.elevation_minutes)
    with unit("write"):
        session.execute(
            update(UserSession).where(UserSession.id == actor.session_id).values(elevated_until=until)
        )
        forget(Counter(subject_of(settings, _login(actor)), actor.device))
        _record(actor, "auth.elevated", actor.person_id)
    return until


def end_elevation(actor: Actor) -> None:
    """Switch administration off again."""
    session.execute(update(UserSession).where(UserSession.id == actor.session_id).values(elevated_until=None))
    _record(actor, "auth.elevation_ended", actor.person_id)


def _login(actor: Actor) -> str:
    return session.scalars(select(Account.login).where(Account.person_id == actor.person_id)).one()


def _record(
    actor: Actor,
    action: str,
    person_id: int | None,
    details: dict[str, Any] | None = None,
    outcome: str = "done",
) -> None:
    audit.record(
        actor, action, object_type="core.person", object_id=person_id, outcome=outcome, details=details
    )
