"""Back-off per account and device: strangers are slowed down, nobody is shut out of their own desk."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from groupware import clock
from groupware.auth.attempts import Counter, locked_until, note_failure
from groupware.auth.services import signing_in
from groupware.db import unit
from groupware.testing.signing_in import csrf_token

LOCKED = "ログインに5回失敗したため、15分間ログインできません。"


@pytest.fixture
def fail(app, enter):
    """`fail(times, client=…, username=…)`: wrong passwords from a browser that nobody knows."""

    def attempt(times, client=None, username="sato"):
        client = client or app.test_client()
        return [enter(client, username, "wrong") for _ in range(times)][-1]

    return attempt


@pytest.fixture
def note(app):
    """`note(counter, instant)` counts one failure and returns until when it locks."""

    def count(counter, instant):
        with app.app_context(), unit("write"):
            return note_failure(counter, instant, None)

    return count


def test_fifth_failure_locks_for_a_quarter_of_an_hour(sato, fail, actions):
    assert LOCKED not in fail(4).text
    answer = fail(1)
    assert answer.status_code == 422
    assert LOCKED in answer.text
    assert actions().count(("auth.locked", "done")) == 1


def test_right_password_is_refused_while_locked(client, sato, fail, enter):
    fail(5)
    assert LOCKED in enter(client).text
    with clock.frozen(clock.now() + timedelta(minutes=14)):
        assert enter(client).status_code == 422
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert enter(client).status_code == 303


def test_message_says_how_long_it_still_lasts(client, sato, fail, enter):
    fail(5)
    with clock.frozen(clock.now() + timedelta(minutes=12)):
        assert "3分間ログインできません" in enter(client).text


def test_login_that_does_not_exist_is_locked_alike(sato, fail):
    assert LOCKED in fail(5, username="nobody").text


def test_suspended_account_is_locked_alike(sato, fail, give_password):
    give_password(sato, is_suspended=True)
    assert LOCKED in fail(5).text


def test_failures_of_unknown_devices_are_counted_together(sato, fail, failures):
    for _ in range(3):
        fail(1)
    assert failures() == [("", 3, False)]


def test_known_device_goes_on_while_others_are_locked(app, client, sato, enter, fail):
    enter(client)
    client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    fail(20)
    assert enter(app.test_client()).status_code == 422
    assert enter(client).status_code == 303


def test_known_device_has_a_counter_of_its_own(client, sato, enter, fail, failures):
    enter(client)
    client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    assert LOCKED in fail(5, client).text
    ((device, count, is_locked),) = failures()
    assert device
    assert (count, is_locked) == (5, True)


def test_device_that_one_person_knows_is_a_stranger_to_another_account(
    client, sato, enter, factory, town, give_password, fail, failures
):
    give_password(factory.person("田中 葵", town["section"], town["clerk"], login="tanaka"))
    enter(client, "tanaka")
    client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    fail(1, client, "sato")
    assert failures() == [("", 1, False)]


def test_invented_device_cookie_makes_no_device_known(app, sato, fail, failures):
    client = app.test_client()
    client.set_cookie("device", "A" * 43)
    fail(1, client)
    assert failures() == [("", 1, False)]


def test_thousands_behind_one_address_lock_out_nobody_else(app, client, sato, enter, fail):
    for number in range(30):
        fail(1, username=f"someone{number}")
    assert enter(client).status_code == 303


def test_success_forgets_the_failures_of_its_device(client, sato, enter, fail, failures):
    fail(4, client)
    enter(client)
    assert failures() == []


def test_attempts_during_a_lock_do_not_prolong_it(client, sato, fail, enter, failures):
    fail(5)
    with clock.frozen(clock.now() + timedelta(minutes=14)):
        fail(3)
    assert failures() == [("", 5, True)]
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert enter(client).status_code == 303


@pytest.mark.parametrize(
    ("device", "minutes"), [("known", [15, 30, 60, 120, 240, 240]), ("", [15, 15, 15, 15, 15, 15])]
)
def test_lock_doubles_on_a_known_device_only(note, device, minutes):
    counter, instant, found = Counter("subject", device), clock.now(), []
    for _ in minutes:
        until = [note(counter, instant) for _ in range(5)][-1]
        found.append((until - instant) // timedelta(minutes=1))
        instant = until + timedelta(seconds=1)
    assert found == minutes


def test_counter_begins_anew_after_a_day_of_rest(app, note):
    counter, now = Counter("subject"), clock.now()
    for _ in range(4):
        note(counter, now)
    assert note(counter, now + timedelta(hours=25)) is None
    with app.app_context(), unit("read"):
        assert locked_until(counter, now) is None


def test_guesses_that_arrive_together_are_heard_only_until_the_lock(
    app, client, sato, enter, fail, monkeypatch
):
    """The counter is read again in the writing unit: the right one of many guesses at once comes too late."""

    def verify_while_others_fail(password_hash, password):
        monkeypatch.setattr(signing_in, "matches", lambda *_: False)
        fail(5)
        return True

    monkeypatch.setattr(signing_in, "matches", verify_while_others_fail)
    assert LOCKED in enter(client).text


def test_typed_name_is_never_stored(app, sato, fail):
    fail(1, username="my-own-password")
    with app.app_context(), unit("read") as session:
        for table in ("core_sign_in_failures", "core_audit_records"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert "my-own-password" not in repr(rows)
