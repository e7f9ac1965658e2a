"""Signing in and out: one answer for every cause, nothing kept that could be stolen."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from groupware import clock, offload
from groupware.actor import system
from groupware.auth import passwords
from groupware.auth.models import AccountNotice, Preference, UserSession
from groupware.db import in_unit, session, unit
from groupware.directory.models import Person
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token

WRONG = "ログイン名またはパスワードが違います。"


def test_right_password_opens_the_portal(client, sato, enter, actions):
    answer = enter(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").status_code == 200
    assert actions() == [("auth.signed_in", "done")]


def test_sign_in_begins_a_session_with_a_fresh_token_and_stores_only_its_digest(app, client, sato, enter):
    tokens = []
    for _ in range(2):
        enter(client)
        with client.session_transaction() as cookie:
            tokens.append(cookie["_user_id"])
        client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    with app.app_context(), unit("read"):
        stored = session.scalars(select(UserSession.token_digest)).all()
    assert len(set(tokens)) == 2
    assert not set(tokens) & set(stored)


def test_sign_in_ends_the_session_that_the_browser_had(
    client, sato, enter, open_sessions, factory, town, give_password
):
    other = factory.person("田中 葵", town["section"], town["clerk"], login="tanaka")
    give_password(other)
    enter(client)
    token = csrf_token(client, "/session/")
    client.post("/login", data={"username": "tanaka", "password": "minato-no-kaze", "csrf_token": token})
    assert (open_sessions(sato), open_sessions(other)) == (0, 1)


@pytest.mark.parametrize("typed", ["SATO", " sato ", "ｓａｔｏ"])
def test_login_is_accepted_in_any_spelling(client, sato, enter, typed):
    assert enter(client, typed).status_code == 303


def test_staff_number_is_accepted_where_the_login_is_another_word(
    client, factory, town, give_password, enter
):
    person = factory.person("辻 悠真", town["section"], town["clerk"], login="tsuji", staff_number="A00123")
    give_password(person)
    assert enter(client, "a00123").status_code == 303


def test_full_width_password_is_the_same_password(client, sato, enter):
    assert enter(client, password="ｍｉｎａｔｏ-no-kaze").status_code == 303


@pytest.mark.parametrize("cause", ["unknown", "wrong", "suspended", "no password", "left", "not yet hired"])
def test_every_cause_of_refusal_gets_the_same_answer(app, client, sato, enter, give_password, cause):
    username, password = "sato", "minato-no-kaze"
    if cause == "unknown":
        username = "nobody"
    elif cause == "wrong":
        password = "minato-no-umi"
    elif cause == "suspended":
        give_password(sato, is_suspended=True)
    elif cause == "no password":
        give_password(sato, password_hash=None)
    else:
        value = (
            {"left_on": clock.today()} if cause == "left" else {"hired_on": clock.today() + timedelta(days=1)}
        )
        with app.app_context(), unit("write"):
            session.execute(update(Person).where(Person.id == sato).values(**value))
    answer = enter(client, username, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert f'value="{username}"' in answer.text
    assert password not in answer.text


@pytest.mark.parametrize("cause", ["unknown", "wrong", "suspended", "no password", "locked"])
def test_every_refusal_does_the_same_work(client, sato, enter, give_password, monkeypatch, cause):
    """Timing tells nothing, because each verifies exactly one hash of the same parameters outside of units."""
    if cause == "suspended":
        give_password(sato, is_suspended=True)
    elif cause == "no password":
        give_password(sato, password_hash=None)
    elif cause == "locked":
        for _ in range(5):
            enter(client, password="wrong")
    verified = []
    monkeypatch.setattr(
        offload, "_runner", lambda function, *args: verified.append((function, args[0])) or function(*args)
    )
    enter(client, "nobody" if cause == "unknown" else "sato", "wrong")
    ((function, used),) = verified
    assert function is passwords._verify
    assert used.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(used) == len(passwords.DUMMY)
    if cause in ("unknown", "no password"):
        assert used == passwords.DUMMY


def test_password_is_verified_outside_of_any_unit_of_work(client, sato, enter, monkeypatch):
    modes = []
    monkeypatch.setattr(
        offload, "_runner", lambda function, *args: modes.append(in_unit()) or function(*args)
    )
    enter(client)
    enter(client, password="wrong")
    assert modes == [None, None]


def test_sign_in_takes_this_many_queries(client, sato, enter, count_queries):
    """The peak of the morning depends on it: three to read, the rest in one short write unit."""
    token = csrf_token(client, "/login")
    with count_queries() as statements:
        client.post("/login", data={"username": "sato", "password": "minato-no-kaze", "csrf_token": token})
    assert len(statements) == 11


def test_empty_fields_are_named_and_nothing_is_counted(client, sato, enter, failures):
    answer = enter(client, "sato", "")
    assert answer.status_code == 422
    assert "「パスワード」を入力してください" in answer.text
    assert failures() == []


def test_password_of_many_characters_is_refused_without_being_hashed_whole(client, sato, enter):
    assert enter(client, password="x" * 100_000).status_code == 422


@pytest.mark.parametrize("target", ["/profile/", "/session/?x=1"])
def test_next_leads_on_after_sign_in(client, sato, enter, target):
    assert enter(client, next=target).location == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/\tevil",
        "x",
    ],
)
def test_next_never_leads_to_another_site(client, sato, enter, target):
    assert enter(client, next=target).location == "/"


def test_start_page_opens_when_nothing_else_was_asked_for(app, client, sato, enter):
    with app.app_context(), unit("write"):
        session.add(Preference(person_id=sato, start_page="directory"))
    assert enter(client).location == "/directory/"


@pytest.mark.parametrize("where", ["everywhere", "at the own unit"])
def test_start_page_that_is_switched_off_is_not_opened(app, client, sato, enter, town, where):
    with app.app_context(), unit("write"):
        session.add(Preference(person_id=sato, start_page="bulletin"))
    assert enter(client).location == "/bulletin/"
    with app.app_context(), unit("write"):
        set_rule(system(), "bulletin.enabled", town["section"] if where != "everywhere" else None, False)
    client.post("/logout", data={"csrf_token": csrf_token(client, "/profile/")})
    assert enter(client).location == "/"
    page = client.get("/profile/").text
    assert 'value="directory"' in page
    assert 'value="bulletin"' not in page


def test_page_of_a_signed_in_person_leads_on(client, sato, enter):
    enter(client)
    assert client.get("/login?next=/profile/").location == "/profile/"


def test_refused_page_comes_back_after_sign_in(client, sato, enter):
    answer = client.get("/profile/sign-ins?x=1")
    assert answer.location == "/login?next=/profile/sign-ins?x%3D1"
    page = client.get(answer.location)
    assert 'name="next" value="/profile/sign-ins?x=1"' in page.text


def test_cookies_are_out_of_reach_for_scripts_and_other_sites(client, sato, enter):
    answer = enter(client)
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"device", "groupware"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert not any("Secure" in cookie for cookie in cookies)


def test_cookies_are_secure_away_from_the_machine_itself(client, sato, enter):
    token = csrf_token(client, "/login")
    answer = client.post(
        "/login",
        data={"username": "sato", "password": "minato-no-kaze", "csrf_token": token},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/login"},
    )
    assert answer.status_code == 303
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_device_cookie_is_kept_and_stored_as_digest(app, client, sato, enter):
    enter(client)
    first = client.get_cookie("device").value
    enter(client, "sato")
    client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    enter(client)
    assert client.get_cookie("device").value == first
    with app.app_context(), unit("read"):
        assert first not in session.scalars(select(UserSession.device)).all()


def test_signing_out_ends_the_session(client, sato, enter, open_sessions):
    enter(client)
    answer = client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    assert answer.location == "/login"
    assert open_sessions(sato) == 0
    assert client.get("/").status_code == 302


def test_signing_out_twice_is_no_fault(client, sato):
    token = csrf_token(client, "/login")
    assert client.post("/logout", data={"csrf_token": token}).location == "/login"


def test_handing_over_a_shared_machine_ends_the_session_and_asks_the_next_person(
    client, sato, enter, open_sessions
):
    enter(client)
    answer = client.post("/session/hand-over", data={"csrf_token": csrf_token(client, "/session/")})
    page = client.get(answer.location)
    assert open_sessions(sato) == 0
    assert "autofocus" in page.text
    assert "佐藤" not in page.text


def test_machine_is_shared_once_another_person_has_signed_in_there(
    app, client, sato, enter, factory, town, give_password
):
    give_password(factory.person("田中 葵", town["section"], town["clerk"], login="tanaka"))
    for name in ("sato", "tanaka"):
        enter(client, name)
        client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    with app.app_context(), unit("read"):
        assert session.scalars(select(UserSession.is_shared_device).order_by(UserSession.id)).all() == [
            False,
            True,
        ]


def test_notices_are_told_once_at_the_next_sign_in(app, client, sato, enter):
    with app.app_context(), unit("write"):
        session.add(AccountNotice(person_id=sato, kind="unlocked", by_id=sato, at=clock.now()))
    enter(client)
    assert "佐藤 花子さんがログインの制限を解除しました。" in client.get("/profile/").text
    client.post("/logout", data={"csrf_token": csrf_token(client, "/session/")})
    enter(client)
    assert "ログインの制限を解除しました" not in client.get("/profile/").text


def test_suspension_ends_what_a_session_may_do_at_once(client, sato, enter, give_password):
    enter(client)
    give_password(sato, is_suspended=True)
    assert client.get("/").status_code == 302


def test_person_who_leaves_is_signed_out_at_midnight(app, client, sato, enter):
    with app.app_context(), unit("write"):
        session.execute(update(Person).where(Person.id == sato).values(left_on=date(2026, 12, 1)))
    with clock.frozen(datetime(2026, 11, 30, 14, 59, tzinfo=UTC)):
        enter(client)
        assert client.get("/profile/").status_code == 200
    with clock.frozen(datetime(2026, 11, 30, 15, 0, tzinfo=UTC)):
        assert client.get("/profile/").status_code == 302


def test_dialog_signs_in_by_json(client, sato):
    before = client.get("/session/alive")
    assert (before.status_code, before.headers["X-Sign-In"]) == (401, "/login")
    answer = client.post(
        "/login",
        data={"username": "sato", "password": "minato-no-kaze", "csrf_token": before.json["csrf_token"]},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    assert client.get("/session/alive").status_code == 200
    assert client.post("/logout", data={"csrf_token": answer.json["csrf_token"]}).status_code == 303


def test_dialog_is_told_why_it_was_refused(client, sato):
    token = client.get("/session/alive").json["csrf_token"]
    answer = client.post(
        "/login",
        data={"username": "sato", "password": "wrong", "csrf_token": token},
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json["message"]) == (422, WRONG)


def test_alive_is_never_cached(client):
    assert client.get("/session/alive").headers["Cache-Control"] == "no-store"


def test_language_of_the_sign_in_page_can_be_chosen(client, sato, enter):
    client.get("/session/language?locale=en")
    assert "User name or staff number" in client.get("/login").text
    enter(client)
    assert 'lang="en"' in client.get("/profile/").text


def test_language_is_remembered_for_the_person_when_saved(app, client, sato, enter):
    enter(client)
    token = csrf_token(client, "/profile/")
    client.post("/session/language", data={"locale": "en", "next": "/profile/", "csrf_token": token})
    with app.app_context(), unit("read"):
        assert session.get(Preference, sato).locale == "en"
    assert 'lang="en"' in client.get("/profile/").text


def test_unknown_language_is_refused(client):
    assert client.get("/session/language?locale=fr").status_code == 422


def test_language_link_returns_to_the_page_it_was_on(client):
    headers = {"Referer": "http://localhost/login?next=/profile/"}
    assert client.get("/session/language?locale=en", headers=headers).location == "/login?next=/profile/"
    foreign = {"Referer": "https://evil.example/login"}
    assert client.get("/session/language?locale=en", headers=foreign).location == "/login"
