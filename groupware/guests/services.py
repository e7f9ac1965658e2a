"""Invite guests, agree to them, end them; let them in and out.

Who may invite, agree and end is decided by the function that owns the place. `begin` and `sign_in` open their own units of work:
none while a password is hashed.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from sqlalchemy import insert, select, update

from groupware import audit, clock, rules
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal
from groupware.access.principals import EARLIEST, principal
from groupware.actor import Actor
from groupware.auth.attempts import Counter, folded, forget, locked, locked_until, note_failure, subject_of
from groupware.auth.passwords import hash_password, matches, temporary_password
from groupware.auth.policy import MINIMUM_LENGTH_RULE, require_acceptable
from groupware.auth.services import Origin
from groupware.auth.tokens import digest, new_token
from groupware.config import Settings
from groupware.db import FOREVER, session, unit
from groupware.directory.models import Person
from groupware.errors import Conflict, Invalid, NotFound
from groupware.guests.models import Guest, GuestSession
from groupware.guests.queries import by_code, by_login, is_from_there
from groupware.i18n import gettext

OBJECT = "core.guest"
"""What the audit of a guest names."""
NEVER_HERE = date(1900, 1, 1)
"""A guest has left before the first day: for everything about staff there is no such person."""
NAME_LENGTH, NETWORKS = 60, 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is invited, until when, and from where they may come."""

    name: str
    body: str
    email: str = ""
    ends_at: datetime
    networks: Sequence[str] = ()
    is_device_bound: bool = True


@dataclass(frozen=True, slots=True)
class Invited:
    """The guest, and the code to be handed over on paper: it is never shown again."""

    guest: Guest
    code: str


def invite(
    actor: Actor, wanted: Invitation, *, home: str, unit_id: int | None, longest: int, needs_approval: bool
) -> Invited:
    """Let somebody from outside come, once they have used the code, and once it was agreed to where that is needed.

    `longest` is for how many days at most. Raises Invalid with the fields at fault.
    """
    name, body, networks = _checked(actor, wanted, longest)
    login = f"guest-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"
    person = Person(
        staff_number=login,
        display_name=name,
        legal_name=name,
        left_on=NEVER_HERE,
        is_kept_by_hand=True,
        employment_type="guest",
    )
    session.add(person)
    session.flush()
    code = temporary_password()
    guest = Guest(
        person_id=person.id,
        login=login,
        name=name,
        body=body,
        email=wanted.email.strip(),
        home=home,
        unit_id=unit_id,
        invited_at=actor.now,
        invited_by=actor.person_id,
        approved_at=None if needs_approval else actor.now,
        approved_by=None if needs_approval else actor.person_id,
        ends_at=wanted.ends_at,
        code_digest=digest(code),
        networks="\n".join(networks),
        is_device_bound=wanted.is_device_bound,
    )
    session.add(guest)
    own = principal(PrincipalKind.PERSON, person.id).id
    table: Any = PersonPrincipal.__table__
    session.execute(
        insert(table),
        [{"person_id": person.id, "principal_id": own, "valid_from": EARLIEST, "valid_to": FOREVER}],
    )
    _record(actor, "guests.invited", guest)
    return Invited(guest, code)


def approve(actor: Actor, guest: Guest) -> None:
    """Agree to an invitation. Raises Conflict for who invited them: two people are asked for."""
    if guest.invited_by == actor.person_id:
        raise Conflict(gettext("Somebody else than who invited the guest must agree."), code="own")
    if guest.approved_at is None and guest.ended_at is None:
        guest.approved_at, guest.approved_by = actor.now, actor.person_id
        _record(actor, "guests.approved", guest)


def end(actor: Actor, guest: Guest) -> None:
    """End it now: from the commit on no session of the guest holds."""
    if guest.ended_at is not None:
        return
    guest.ended_at, guest.ended_by, guest.code_digest = actor.now, actor.person_id, None
    session.execute(
        update(GuestSession)
        .where(GuestSession.guest_id == guest.id, GuestSession.ended_at.is_(None))
        .values(ended_at=actor.now)
    )
    _record(actor, "guests.ended", guest)


def new_code(actor: Actor, guest: Guest) -> str:
    """A code in place of the last one, for who has lost password or device. What was there does not hold any more."""
    if guest.ended_at is not None or guest.ends_at <= actor.now:
        raise Conflict(gettext("This guest's time is over."), code="ended")
    code = temporary_password()
    guest.code_digest, guest.password_hash, guest.device = digest(code), None, ""
    session.execute(
        update(GuestSession)
        .where(GuestSession.guest_id == guest.id, GuestSession.ended_at.is_(None))
        .values(ended_at=actor.now)
    )
    _record(actor, "guests.code_renewed", guest)
    return code


def locked_guest(uid: Any) -> Guest:
    """The guest, locked. Raises NotFound."""
    statement = select(Guest).where(Guest.uid == uid).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound(gettext("The page you are looking for was not found."))
    return found


@dataclass(frozen=True, slots=True)
class Let:
    """A session of a guest that has begun."""

    token: str
    login: str
    home: str


def begin(settings: Settings, code: str, password: str, origin: Origin) -> Let:
    """Use the invitation code, choose a password, and come in. Raises Invalid with the field at fault."""
    now = clock.now()
    with unit("read"):
        guest = by_code(digest(folded(code)), now)
        minimum = rules.value(MINIMUM_LENGTH_RULE, None)
    if guest is None or not is_from_there(guest.networks, origin.address):
        fault = gettext(
            "This code is not valid. It can be used once, from the agreed network, until the end."
        )
        raise Invalid(fault, code="code", fields={"code": fault})
    require_acceptable(password, minimum=minimum, personal=(guest.name, guest.login))
    password_hash = hash_password(password)
    with unit("write"):
        used = session.execute(
            update(Guest)
            .where(Guest.id == guest.id, Guest.code_digest == digest(folded(code)))
            .values(code_digest=None, password_hash=password_hash, device=origin.device)
        )
        if used.rowcount == 0:  # type: ignore[attr-defined]
            raise Conflict(gettext("This code was used meanwhile."), code="used")
        return _let_in(settings, guest, origin, now, "guests.code_used")


def sign_in(settings: Settings, login: str, password: str, origin: Origin) -> Let:
    """Come in with name and password.

    Raises Locked after too many failures, else Invalid, the same for an unknown name, a wrong password, a wrong device or network,
    and for whose time is over.
    """
    now, name = clock.now(), folded(login)
    counter = Counter(subject_of(settings, f"guest:{name}"))
    with unit("read"):
        guest, until = by_login(name, now), locked_until(counter, now)
    is_right = matches(guest.password_hash if guest else None, password)
    if until is not None:
        raise locked(until)
    if guest is None or not is_right or not is_at_home(guest, origin):
        with unit("write"):
            note_failure(counter, now, guest.person_id if guest else None)
            who = _who(guest.person_id if guest else None, origin, now)
            audit.record(who, "guests.sign_in_failed", object_type=OBJECT, outcome="failed")
        raise Invalid(
            gettext("The name or the password is wrong, or you may not come from here."), code="sign_in"
        )
    with unit("write"):
        if (until := locked_until(counter, now, for_update=True)) is not None:
            raise locked(until)
        forget(counter)
        if by_login(name, now) is None:
            raise Invalid(gettext("The name or the password is wrong, or you may not come from here."))
        return _let_in(settings, guest, origin, now, "guests.signed_in")


def is_at_home(guest: Any, origin: Origin) -> bool:
    """Whether they come from the device and the network that were agreed on."""
    is_device = not guest.is_device_bound or guest.device == origin.device
    return is_device and is_from_there(guest.networks, origin.address)


def sign_out(session_id: int, now: datetime) -> None:
    """End a session."""
    session.execute(update(GuestSession).where(GuestSession.id == session_id).values(ended_at=now))


def touch(session_id: int, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(
        update(GuestSession)
        .where(GuestSession.id == session_id, GuestSession.last_seen_at < now)
        .values(last_seen_at=now)
    )


def _let_in(settings: Settings, guest: Any, origin: Origin, now: datetime, act: str) -> Let:
    token = new_token()
    session.add(
        GuestSession(
            token_digest=digest(token),
            guest_id=guest.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_hours),
            address=origin.address,
            device=origin.device,
            zone=origin.zone,
        )
    )
    who = _who(guest.person_id, origin, now)
    audit.record(who, act, object_type=OBJECT, object_id=guest.id)
    return Let(token, guest.login, guest.home)


def _who(person_id: int | None, origin: Origin, now: datetime) -> Actor:
    return Actor(
        person_id=person_id,
        zone=origin.zone,
        address=origin.address,
        device=origin.device,
        request_id=origin.request_id,
        now=now,
    )


def _checked(actor: Actor, wanted: Invitation, longest: int) -> tuple[str, str, list[str]]:
    name, body = (" ".join(text.split()) for text in (wanted.name, wanted.body))
    faults: dict[str, Any] = {}
    for field, text in (("name", name), ("body", body)):
        if not text or len(text) > NAME_LENGTH or not text.isprintable():
            faults[field] = gettext("Please enter at most %(limit)d characters.", limit=NAME_LENGTH)
    if wanted.email and ("@" not in wanted.email or len(wanted.email) > 254):
        faults["email"] = gettext("This is no mail address.")
    if not actor.now < wanted.ends_at <= actor.now + timedelta(days=longest + 1):
        faults["ends_on"] = gettext("Please choose a day within the next %(days)d days.", days=longest)
    networks = [line.strip() for line in wanted.networks if line.strip()]
    if len(networks) > NETWORKS or not all(_is_network(line) for line in networks):
        faults["networks"] = gettext(
            "Please enter at most %(number)d ranges such as 203.0.113.0/24.", number=NETWORKS
        )
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    return name, body, networks


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _record(actor: Actor, act: str, guest: Guest) -> None:
    guest.version += 1
    session.flush()
    audit.record(actor, act, object_type=OBJECT, object_id=guest.id, unit_id=guest.unit_id)


__all__ = [
    "Invitation",
    "Invited",
    "Let",
    "approve",
    "begin",
    "end",
    "invite",
    "is_at_home",
    "locked_guest",
    "new_code",
    "sign_in",
    "sign_out",
    "touch",
]
