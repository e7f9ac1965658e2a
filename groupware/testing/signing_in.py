"""Sign a person in without the sign-in page, for tests of everything behind it."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from groupware import clock
from groupware.auth.models import UserSession
from groupware.auth.tokens import digest
from groupware.db import session, unit
from groupware.zones import Zone


def sign_in_as(app: Flask, person_id: int, *, elevated: bool = False, zone: Zone = Zone.LGWAN) -> FlaskClient:
    """A client whose cookie carries a session of `person_id`, begun in `zone`; `elevated` as after giving the password again."""
    now = clock.now()
    token = f"test-{person_id}-{now.timestamp()}-{elevated}-{zone}"
    with app.app_context(), unit("write"):
        session.add(
            UserSession(
                token_digest=digest(token),
                person_id=person_id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(hours=12),
                elevated_until=now + timedelta(hours=1) if elevated else None,
                address="127.0.0.1",
                zone=zone.value,
            )
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token of the forms on a page."""
    text = client.get(path).text
    return text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
