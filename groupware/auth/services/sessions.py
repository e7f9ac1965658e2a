"""Sessions: end them, note that they are in use, choose what one acts as."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from groupware import audit
from groupware.actor import Actor
from groupware.auth.attempts import forget_rested
from groupware.auth.models import AccountNotice, KnownDevice, UserSession
from groupware.auth.queries import acting_choices
from groupware.db import session
from groupware.directory.enums import AppointmentKind
from groupware.errors import Invalid, NotFound
from groupware.events import end_epoch
from groupware.events.topics import person_topic
from groupware.i18n import gettext

TOUCH_EVERY = timedelta(minutes=1)
"""How exact "last used" is: a session is marked at most this often."""
KEEP_SESSIONS = timedelta(days=90)
KEEP_DEVICES = timedelta(days=400)
KEEP_NOTICES = timedelta(days=365)


def end_session(actor: Actor, session_id: int) -> None:
    """End one of the actor's own sessions. NotFound if it is somebody else's, or over."""
    ended = session.execute(
        update(UserSession)
        .where(
            UserSession.id == session_id,
            UserSession.person_id == actor.person_id,
            UserSession.ended_at.is_(None),
        )
        .values(ended_at=actor.now)
    )
    if ended.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound(gettext("The page you are looking for was not found."))
    close_sockets(actor.person_id)
    audit.record(actor, "auth.session_ended", object_type="core.session", object_id=session_id)


def end_other_sessions(actor: Actor) -> int:
    """End all of the actor's sessions except the one that acts; returns how many."""
    count = end_all_sessions(actor.person_id, actor.now, but=actor.session_id)
    audit.record(
        actor,
        "auth.sessions_ended",
        object_type="core.person",
        object_id=actor.person_id,
        details={"count": count},
    )
    return count


def end_all_sessions(person_id: int | None, now: datetime, *, but: int | None = None) -> int:
    """End the sessions of a person, except `but`; returns how many still held. Part of other acts, which audit it."""
    ended = session.execute(
        update(UserSession)
        .where(
            UserSession.person_id == person_id,
            UserSession.ended_at.is_(None),
            UserSession.id != (but or 0),
            UserSession.expires_at > now,
        )
        .values(ended_at=now)
    )
    if ended.rowcount:  # type: ignore[attr-defined]
        close_sockets(person_id)
    return int(ended.rowcount)  # type: ignore[attr-defined]


def close_sockets(person_id: int | None) -> None:
    """Have the open pages of ended sessions receive nothing from the commit on."""
    if person_id is not None:
        end_epoch(person_topic(person_id))


def act_as(actor: Actor, appointment_id: int | None, section_account_id: int | None) -> None:
    """Choose, for this session, the acting appointment and the section account acted for; None is the main post.

    Raises Invalid for what the actor may not act as today.
    """
    choices = acting_choices(actor.person_id, actor.today) if actor.person_id is not None else []
    chosen = next(
        (
            c
            for c in choices
            if (c.appointment_id, c.section_account_id) == (appointment_id, section_account_id)
        ),
        None,
    )
    if chosen is None and (appointment_id is not None or section_account_id is not None):
        message = gettext("You cannot act as this today. Please choose from the list.")
        raise Invalid(message, code="acting", fields={"choice": message})
    if chosen is not None and chosen.kind == AppointmentKind.MAIN:
        appointment_id = None
    session.execute(
        update(UserSession)
        .where(UserSession.id == actor.session_id)
        .values(appointment_id=appointment_id, section_account_id=section_account_id)
    )
    audit.record(
        actor,
        "auth.acting_chosen",
        object_type="core.session",
        object_id=actor.session_id,
        details={"appointment": appointment_id, "section_account": section_account_id},
    )


def touch(session_id: int, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.last_seen_at < now)
        .values(last_seen_at=now)
    )


def tidy(actor: Actor) -> None:
    """Remove what is no longer needed: sessions, devices and notices past their time, counters at rest. A job."""
    now = actor.now
    session.execute(
        delete(UserSession).where(UserSession.expires_at < now, UserSession.created_at < now - KEEP_SESSIONS)
    )
    session.execute(delete(KnownDevice).where(KnownDevice.last_at < now - KEEP_DEVICES))
    session.execute(
        delete(AccountNotice).where(
            AccountNotice.at < now - KEEP_NOTICES, AccountNotice.shown_at.is_not(None)
        )
    )
    forget_rested(now)
