"""Changing one's own password, by wish and by force."""

import pytest
from sqlalchemy import select, update

from groupware import caches, clock
from groupware.auth.models import Account
from groupware.auth.passwords import hash_password
from groupware.auth.services import passwords as service
from groupware.clock import today
from groupware.db import session, unit
from groupware.rules.models import RuleValue
from groupware.testing.signing_in import csrf_token

NEW = "kumo-to-ame-no-machi"


@pytest.fixture
def change(client):
    """`change(current, new, repeated)` sends the form."""

    def send(current="minato-no-kaze", new=NEW, repeated=None, **fields):
        token = client.get("/session/alive").json["csrf_token"]
        fields |= {
            "current_password": current,
            "new_password": new,
            "repeated_password": new if repeated is None else repeated,
            "csrf_token": token,
        }
        return client.post("/session/password", data=fields)

    return send


def test_new_password_replaces_the_old_one(app, client, sato, enter, change, actions):
    enter(client)
    assert change().status_code == 303
    assert ("auth.password_changed", "done") in actions()
    assert enter(app.test_client()).status_code == 422
    assert enter(app.test_client(), password=NEW).status_code == 303


def test_change_ends_the_other_sessions_and_keeps_this_one(app, client, sato, enter, change, open_sessions):
    enter(app.test_client())
    enter(client)
    assert open_sessions(sato) == 2
    change()
    assert open_sessions(sato) == 1
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "repeated", "reason"),
    [
        ("wrong", NEW, NEW, "パスワードが違います。"),
        ("", NEW, NEW, "「現在のパスワード」を入力してください。"),
        ("minato-no-kaze", "", "", "「新しいパスワード」を入力してください。"),
        ("minato-no-kaze", NEW, "other", "新しいパスワードが一致していません。"),
        (
            "minato-no-kaze",
            "short",
            "short",
            "「新しいパスワード」は10文字以上で入力してください(現在5文字)。",
        ),
        (
            "minato-no-kaze",
            "hanako-no-hibi",
            "hanako-no-hibi",
            "氏名や職員番号を含むパスワードは使えません。",
        ),
        ("minato-no-kaze", "password2026", "password2026", "推測されやすいパスワードです。"),
        ("minato-no-kaze", "minato-no-kaze", "minato-no-kaze", "現在と同じパスワードは使えません。"),
    ],
)
def test_refusal_says_why_at_the_field_and_changes_nothing(
    app, client, sato, enter, change, current, new, repeated, reason
):
    enter(client)
    answer = change(current, new, repeated)
    assert answer.status_code == 422
    assert reason in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert enter(app.test_client()).status_code == 303


def test_five_wrong_present_passwords_lock(client, sato, enter, change):
    enter(client)
    answers = [change("wrong") for _ in range(5)]
    assert "15分間ログインできません" in answers[-1].text
    assert "15分間ログインできません" in change().text


def test_password_reset_in_the_meantime_wins(app, client, sato, enter, change, monkeypatch):
    enter(client)

    def hash_while_another_resets(password):
        with app.app_context(), unit("write"):
            session.execute(update(Account).values(password_hash=hash_password("set-by-somebody")))
        return hash_password(password)

    monkeypatch.setattr(service, "hash_password", hash_while_another_resets)
    assert change().status_code == 409
    assert enter(app.test_client(), password="set-by-somebody").status_code == 303


def test_minimum_length_follows_the_rule_of_the_own_unit(app, client, sato, enter, change, town):
    with app.app_context(), unit("write"):
        session.add(
            RuleValue(
                rule="auth.minimum_length",
                unit_id=town["bureau"],
                value=24,
                effective_from=today(),
                set_at=clock.now(),
            )
        )
        caches.bump("rules")
    enter(client)
    assert "24文字以上" in client.get("/session/password").text
    assert "24文字以上" in change().text


@pytest.fixture
def temporary(client, sato, give_password, enter):
    """The browser of a person who has just signed in with a temporary password."""
    give_password(sato, must_change=True)
    return enter(client, next="/session/")


def test_first_sign_in_leads_to_the_change_and_then_on(client, temporary, change):
    assert temporary.location == "/session/password?next=/session/"
    page = client.get(temporary.location)
    assert "自分のパスワードを決めてください" in page.text
    assert change(next="/session/").location == "/session/"
    assert client.get("/session/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/profile/", "/directory/", "/admin/"])
def test_nothing_else_opens_before_the_change(client, temporary, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/session/password")


def test_form_sent_before_the_change_is_kept(client, temporary):
    token = client.get("/session/alive").json["csrf_token"]
    answer = client.post("/profile/", data={"theme": "紺色", "csrf_token": token})
    assert answer.status_code == 401
    assert "自分のパスワードを決めてください" in answer.text
    assert "紺色" in answer.text


def test_script_is_told_where_to_change_the_password(client, temporary):
    answer = client.get("/profile/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["X-Sign-In"]) == (401, "/session/password")


def test_signing_out_works_before_the_change(client, temporary, open_sessions, sato):
    client.post("/logout", data={"csrf_token": csrf_token(client, "/session/password")})
    assert open_sessions(sato) == 0


def test_temporary_password_is_marked_as_own_after_the_change(app, client, temporary, change, sato):
    change()
    with app.app_context(), unit("read"):
        assert session.scalar(select(Account.must_change).where(Account.person_id == sato)) is False
