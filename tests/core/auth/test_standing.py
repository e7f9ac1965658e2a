"""Leave lets the account rest; whoever has no main post stands where another appointment places them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from groupware import clock
from groupware.audit.models import AuditRecord
from groupware.db import FOREVER, session, unit
from groupware.directory.models import Appointment
from groupware.web.boundary import signed_in_person

WRONG = "ログイン名またはパスワードが違います。"


@pytest.fixture
def appoint(app, town):
    """`appoint(person_id, "far", "leave", …)`: one more appointment of a person."""

    def add(person_id, place, kind, valid_from, valid_to=FOREVER):
        with app.app_context(), unit("write"):
            session.add(
                Appointment(
                    person_id=person_id,
                    unit_id=town[place],
                    post_id=town["clerk"],
                    kind=kind,
                    valid_from=valid_from,
                    valid_to=valid_to,
                )
            )

    return add


@pytest.fixture
def seen_as(app, sign_in):
    """`seen_as(person_id)`: the unit in the header and the one that rules go by."""

    def ask(person_id):
        client = sign_in(person_id)
        with client:
            client.get("/profile/")
            found = signed_in_person()
            return found.unit_name, found.actor.unit_id

    return ask


def test_nobody_signs_in_during_leave_and_the_page_says_nothing_of_it(
    app, client, sato, enter, appoint, open_sessions
):
    today = clock.today()
    appoint(sato, "section", "leave", today, today + timedelta(30))
    answer = enter(client)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert open_sessions(sato) == 0
    with app.app_context(), unit("read"):
        details = session.query(AuditRecord).filter_by(action="auth.sign_in_failed").one().details
    assert details["reason"] == "suspended"


def test_session_ends_when_leave_begins(client, sato, enter, appoint):
    tomorrow = clock.today() + timedelta(1)
    appoint(sato, "section", "leave", tomorrow, tomorrow + timedelta(30))
    # In the evening, so that it is the leave and not the age of the session that ends it.
    with clock.frozen(clock.midnight(tomorrow) - timedelta(minutes=10)):
        assert enter(client).status_code == 303
        assert client.get("/profile/").status_code == 200
    with clock.frozen(clock.midnight(tomorrow) + timedelta(minutes=5)):
        assert client.get("/profile/").status_code == 302


def test_account_works_again_when_leave_is_over(client, sato, enter, appoint):
    today = clock.today()
    appoint(sato, "section", "leave", today - timedelta(30), today)
    assert enter(client).status_code == 303


def end_main(app, person_id, day):
    """Let the main appointment end."""
    with app.app_context(), unit("write"):
        session.execute(update(Appointment).where(Appointment.person_id == person_id).values(valid_to=day))


def test_secondment_alone_gives_the_unit(app, town, sato, appoint, seen_as):
    end_main(app, sato, date(2020, 4, 1))
    assert seen_as(sato) == ("", None)
    appoint(sato, "far", "concurrent", date(2023, 4, 1))
    appoint(sato, "other", "secondment", date(2022, 4, 1))
    appoint(sato, "bureau", "secondment", date(2021, 4, 1), date(2022, 4, 1))
    assert seen_as(sato) == ("福祉局", town["other"])


def test_main_post_comes_before_an_older_one(app, town, sato, appoint, seen_as):
    appoint(sato, "far", "secondment", date(2001, 4, 1))
    assert seen_as(sato) == ("総務課", town["section"])
