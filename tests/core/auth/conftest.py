"""People with passwords, and a browser that signs in as they do."""

import pytest
from sqlalchemy import select, update

from groupware.audit.models import AuditRecord
from groupware.auth.models import Account, SignInFailure, UserSession
from groupware.auth.passwords import hash_password
from groupware.db import session, unit

PASSWORD = "minato-no-kaze"


@pytest.fixture(scope="session")
def password_hash():
    """Made once: a hash costs 30 ms."""
    return hash_password(PASSWORD)


@pytest.fixture
def town(factory):
    """Two bureaus with a section each, and posts by rank."""
    city = factory.unit("みなと市", kind="市")
    bureau = factory.unit("行財政局", city, kind="局")
    other = factory.unit("福祉局", city, kind="局")
    return {
        "city": city,
        "bureau": bureau,
        "section": factory.unit("総務課", bureau),
        "other": other,
        "far": factory.unit("保護課", other),
        "mayor": factory.post("市長", 1),
        "chief": factory.post("課長", 30),
        "clerk": factory.post("主事", 50),
    }


@pytest.fixture
def give_password(app, password_hash):
    """`give_password(person_id, must_change=…)` lets a person of the factory sign in with PASSWORD."""

    def give(person_id, **values):
        with app.app_context(), unit("write"):
            session.execute(
                update(Account)
                .where(Account.person_id == person_id)
                .values(**({"password_hash": password_hash} | values))
            )

    return give


@pytest.fixture
def sato(factory, town, give_password):
    """A clerk of 総務課 who signs in as `sato`."""
    person = factory.person("佐藤 花子", town["section"], town["clerk"], kana="さとう はなこ", login="sato")
    give_password(person)
    return person


@pytest.fixture
def enter():
    """`enter(client, username, password, **fields)` sends the sign-in form of a browser without scripts."""

    def send(client, username="sato", password=PASSWORD, headers=None, **fields):
        token = client.get("/session/alive").json["csrf_token"]
        fields |= {"username": username, "password": password, "csrf_token": token}
        return client.post("/login", data=fields, headers=headers)

    return send


@pytest.fixture
def failures(app):
    """`failures()` are the counters of failed attempts: (device, count, is locked)."""

    def rows():
        with app.app_context(), unit("read"):
            found = session.execute(
                select(SignInFailure.device, SignInFailure.count, SignInFailure.locked_until)
            )
            return [(row.device, row.count, row.locked_until is not None) for row in found]

    return rows


@pytest.fixture
def open_sessions(app):
    """`open_sessions(person_id)`: how many sessions of the person have not been ended."""

    def count(person_id):
        with app.app_context(), unit("read"):
            return len(
                session.scalars(
                    select(UserSession.id).where(
                        UserSession.person_id == person_id, UserSession.ended_at.is_(None)
                    )
                ).all()
            )

    return count


@pytest.fixture
def actions(app):
    """`actions()`: what the audit holds about sign-in, as (action, outcome), oldest first."""

    def rows():
        with app.app_context(), unit("read"):
            found = session.execute(select(AuditRecord.action, AuditRecord.outcome).order_by(AuditRecord.id))
            return [tuple(row) for row in found]

    return rows
