"""Lock-out with back-off, per account and device; nothing is counted per address.

Whoever has signed in to an account from a device before has a counter of their own there; all other devices share one
counter per account. So a stranger who guesses never locks out the person at their own desk, and an office of thousands
behind one proxy address never locks out itself. Logins that do not exist are counted alike, so that the answer tells
nothing. Five failures lock for a quarter of an hour; on a known device the time doubles with every further five, on
the shared counter it stays, because it can be driven up by strangers.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import case, delete, select, update

from groupware import clock
from groupware.auth.models import SignInFailure
from groupware.auth.tokens import keyed_digest
from groupware.config import Settings, secret_key
from groupware.db import session, upsert
from groupware.errors import Invalid
from groupware.i18n import gettext

LIMIT = 5
"""Failures that lock."""
LOCK = timedelta(minutes=15)
LONGEST = timedelta(hours=4)
FORGET_AFTER = timedelta(hours=24)
"""A counter without failures for this long begins anew."""


@dataclass(frozen=True, slots=True)
class Counter:
    """Which failures are counted together. An empty `device` stands for all that the account does not know."""

    subject: str
    device: str = ""


class Locked(Invalid):
    """Too many failures: no password is accepted for some time."""

    default_code = "locked"


def subject_of(settings: Settings, login: str) -> str:
    """Under which digest the failures of a typed login are counted."""
    return keyed_digest(secret_key(settings), folded(login))


def folded(login: str) -> str:
    """A login as it is stored and compared; full-width digits are digits."""
    return unicodedata.normalize("NFKC", login[:200]).strip().casefold()


def locked_until(counter: Counter, now: datetime, *, for_update: bool = False) -> datetime | None:
    """Until when the counter accepts no password, or None."""
    statement = select(SignInFailure.locked_until).where(*_is(counter))
    until = session.scalar(statement.with_for_update() if for_update else statement)
    return until if until is not None and until > now else None


def note_failure(counter: Counter, now: datetime, person_id: int | None) -> datetime | None:
    """Count a failure; returns until when that locks, or None."""
    statement = upsert(SignInFailure).values(
        subject=counter.subject, device=counter.device, person_id=person_id, count=1, last_at=now
    )
    # An attempt during a lock is not counted: it would let others prolong the lock for ever.
    is_locked = SignInFailure.locked_until > now
    has_rested = SignInFailure.last_at < now - FORGET_AFTER
    count = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["subject", "device"],
            set_={
                "count": case(
                    (is_locked, SignInFailure.count), (has_rested, 1), else_=SignInFailure.count + 1
                ),
                "last_at": case((is_locked, SignInFailure.last_at), else_=now),
                "person_id": person_id,
            },
        ).returning(SignInFailure.count)
    )
    until = locked_until(counter, now)
    if until is None and count % LIMIT == 0:
        until = now + _lock(counter, count // LIMIT)
        session.execute(update(SignInFailure).where(*_is(counter)).values(locked_until=until))
    return until


def forget(counter: Counter) -> None:
    """Begin anew after a success."""
    session.execute(delete(SignInFailure).where(*_is(counter)))


def forget_all(person_id: int) -> int:
    """Unlock an account on all devices; returns how many counters there were."""
    return session.execute(delete(SignInFailure).where(SignInFailure.person_id == person_id)).rowcount  # type: ignore[attr-defined, no-any-return]


def forget_rested(now: datetime) -> None:
    """Remove counters that have gone without failures for long; a job does it."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGET_AFTER))


def locked(until: datetime) -> Locked:
    """The refusal in words; minutes are rounded up."""
    minutes = ceil((until - clock.now()) / timedelta(minutes=1))
    return Locked(
        gettext(
            "Sign-in has failed %(count)d times. You cannot sign in for %(minutes)d minutes. If it is urgent, please "
            "ask the function administrator of your section.",
            count=LIMIT,
            minutes=minutes,
        )
    )


def _lock(counter: Counter, rounds: int) -> timedelta:
    return min(LOCK * 2 ** (rounds - 1), LONGEST) if counter.device else LOCK


def _is(counter: Counter) -> tuple[Any, Any]:
    return SignInFailure.subject == counter.subject, SignInFailure.device == counter.device
