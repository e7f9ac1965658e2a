"""Reads of access tokens."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Row, and_, bindparam, or_, select

from groupware.api.enums import TokenKind
from groupware.api.models import AccessToken
from groupware.auth.models import Account, Preference
from groupware.db import BIGINT, UTCDateTime, fetch
from groupware.directory.models import Appointment, Person, Post
from groupware.directory.queries.standing import is_on_leave, places

_today: Any = bindparam("today", type_=Date())
_now: Any = bindparam("now", type_=UTCDateTime())
_bearer = (
    select(
        AccessToken.id,
        AccessToken.kind,
        AccessToken.system_name,
        AccessToken.name,
        AccessToken.scopes,
        AccessToken.zone,
        AccessToken.expires_at,
        AccessToken.last_used_at,
        Person.id.label("person_id"),
        Person.uid,
        Person.display_name,
        Account.must_change,
        Appointment.id.label("appointment_id"),
        Appointment.unit_id,
        Post.rank,
        Preference.locale,
    )
    .outerjoin(Person, Person.id == AccessToken.person_id)
    .outerjoin(Account, Account.person_id == Person.id)
    .outerjoin(Appointment, and_(Appointment.person_id == Person.id, places(Appointment, _today)))
    .outerjoin(Post, Post.id == Appointment.post_id)
    .outerjoin(Preference, Preference.person_id == Person.id)
    .where(
        AccessToken.digest == bindparam("digest"),
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > _now,
        or_(
            AccessToken.kind == TokenKind.SYSTEM.value,
            and_(
                Account.is_suspended.is_(False),
                Person.left_on > _today,
                or_(Person.hired_on.is_(None), Person.hired_on <= _today),
                ~is_on_leave(Person.id, _today),
            ),
        ),
    )
    .limit(1)
)


def bearer_of(digest: str, now: datetime, today: date) -> Row[Any] | None:
    """The token of a secret with its person, if it holds and the person may sign in; one query for both kinds."""
    return fetch(_bearer, {"digest": digest, "now": now, "today": today}).first()


_tokens_of = (
    select(
        AccessToken.id,
        AccessToken.name,
        AccessToken.scopes,
        AccessToken.created_at,
        AccessToken.expires_at,
        AccessToken.last_used_at,
        AccessToken.last_address,
    )
    .where(
        AccessToken.person_id == bindparam("person", type_=BIGINT),
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > _now,
    )
    .order_by(AccessToken.id.desc())
)


def tokens_of(person_id: int, now: datetime) -> list[Row[Any]]:
    """The tokens of a person that hold, newest first."""
    return list(fetch(_tokens_of, {"person": person_id, "now": now}))


__all__ = ["bearer_of", "tokens_of"]
