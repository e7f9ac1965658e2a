"""Expired sessions, wrong tokens, a database that is away: a clear answer, and nothing that was typed is lost."""

from datetime import timedelta

import pytest

from groupware import clock
from groupware.app import create_app
from groupware.auth.models import Preference
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.testing.signing_in import csrf_token

OWN = {"Origin": "http://localhost"}
TYPED = "来週の会議の件です。"


@pytest.fixture
def expired(client, sato, enter):
    """A browser whose session is over, with the token that its open form still has."""
    with clock.frozen(clock.now() - timedelta(hours=13)):
        enter(client)
        return csrf_token(client, "/profile/")


def _send(client, token, **fields):
    return client.post("/profile/", data={"theme": TYPED, "csrf_token": token} | fields, headers=OWN)


def test_form_of_an_expired_session_is_kept_on_a_page_that_signs_in(client, expired):
    answer = _send(client, expired)
    assert answer.status_code == 401
    assert "一定時間操作がなかったためログアウトしました。入力内容は残っています。" in answer.text
    assert TYPED in answer.text
    assert 'name="next" value="/profile/"' in answer.text


def test_kept_form_is_offered_again_after_sign_in(client, expired, enter):
    kept = f'[["theme", "{TYPED}"], ["locale", "ja"]]'
    answer = enter(client, next="/profile/", kept=kept)
    assert answer.status_code == 200
    assert 'action="/profile/"' in answer.text
    assert f'name="theme" value="{TYPED}"' in answer.text
    assert 'name="locale" value="ja"' in answer.text


def test_kept_form_survives_a_mistyped_password(client, expired, enter):
    kept = f'[["theme", "{TYPED}"]]'
    answer = enter(client, password="wrong", next="/profile/", kept=kept)
    assert answer.status_code == 422
    assert TYPED in answer.text
    assert 'name="next" value="/profile/"' in answer.text


def test_kept_form_is_not_shown_to_another_person(client, expired, enter, factory, town, give_password):
    give_password(factory.person("田中 葵", town["section"], town["clerk"], login="tanaka"))
    answer = enter(client, "tanaka", next="/profile/", kept=f'[["theme", "{TYPED}"]]')
    assert (answer.status_code, answer.location) == (303, "/profile/")


@pytest.mark.parametrize("kept", ["{", "[1]", '[["a"]]', '[["a", 1]]', "null", '{"a": "b"}'])
def test_malformed_kept_form_is_dropped(client, sato, enter, kept):
    assert enter(client, next="/profile/", kept=kept).status_code == 303


def test_kept_form_is_never_sent_to_another_site(client, sato, enter):
    assert enter(client, next="https://evil.example/", kept='[["a", "b"]]').location == "/"


def test_script_with_an_expired_session_is_told_where_to_sign_in(client, expired):
    for headers in ({"HX-Request": "true"}, {"X-Requested-With": "fetch"}, {"Accept": "application/json"}):
        answer = client.get("/profile/", headers=headers)
        assert (answer.status_code, answer.headers["X-Sign-In"]) == (401, "/login")


def test_wrong_token_keeps_the_form_and_offers_to_send_it_again(app, client, sato, enter):
    enter(client)
    answer = _send(client, "wrong")
    assert answer.status_code == 400
    assert f'name="theme" value="{TYPED}"' in answer.text
    token = answer.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    assert (
        client.post("/profile/", data={"theme": "dark", "csrf_token": token}, headers=OWN).status_code != 400
    )
    with app.app_context(), unit("read"):
        assert session.get(Preference, sato) is None


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/x"}],
)
def test_wrong_token_from_elsewhere_offers_nothing(client, sato, enter, headers):
    enter(client)
    answer = client.post("/profile/", data={"theme": TYPED, "csrf_token": "wrong"}, headers=headers)
    assert answer.status_code == 400
    assert TYPED not in answer.text


def test_passwords_are_never_kept(client, sato, enter):
    enter(client)
    fields = {
        "current_password": "geheim-1",
        "new_password": "geheim-2",
        "password": "geheim-3",
        "theme": TYPED,
    }
    answer = client.post("/profile/", data=fields, headers=OWN)
    assert TYPED in answer.text
    assert "geheim" not in answer.text


def test_form_of_a_browser_that_lost_its_cookies_is_kept_on_the_sign_in_page(client, sato):
    answer = _send(client, "wrong")
    assert answer.status_code == 400
    assert TYPED in answer.text
    assert 'name="password"' in answer.text


def test_sign_in_with_an_old_token_shows_the_form_again_with_a_fresh_one(client, sato):
    answer = client.post(
        "/login", data={"username": "sato", "password": "x", "csrf_token": "old"}, headers=OWN
    )
    assert answer.status_code == 400
    assert 'value="sato"' in answer.text
    assert "もう一度パスワードを入力してください" in answer.text


def test_sign_in_with_an_old_token_says_so_to_a_script(client, sato):
    answer = client.post("/login", data={"username": "sato"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (400, "csrf")


def test_error_page_asks_the_database_nothing(client, sato, enter, count_queries):
    enter(client)
    client.get("/profile/")
    with count_queries() as statements:
        assert client.post("/profile/", data={"csrf_token": "wrong"}, headers=OWN).status_code == 400
    assert len(statements) == 0


@pytest.fixture
def stranded(tmp_path, sato, enter, client):
    """An application whose database does not answer, and a browser that is signed in at one that does."""
    enter(client)
    settings = Settings(
        instance=tmp_path,
        database_url="postgresql://nobody@127.0.0.1:1/nothing",
        secret_key=client.application.secret_key,
    )
    app = create_app(settings)
    app.testing = True
    browser = app.test_client()
    cookie = client.get_cookie("groupware").value
    browser.set_cookie("groupware", cookie)
    yield app, browser
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_unreachable_database_is_a_page_that_says_when_to_come_back(stranded):
    _, browser = stranded
    answer = browser.get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Traceback" not in answer.text
    assert "127.0.0.1:1" not in answer.text


def test_form_that_meets_no_database_comes_back_to_be_sent_again(stranded, client, read):
    _, browser = stranded
    token = csrf_token(client, "/profile/")
    browser.set_cookie("groupware", client.get_cookie("groupware").value)
    answer = _send(browser, token)
    assert answer.status_code == 503
    assert 'action="/profile/"' in answer.text
    assert f'name="theme" value="{TYPED}"' in answer.text
    assert 'name="csrf_token"' in answer.text
    with read():
        assert session.query(Preference).count() == 0
    foreign = browser.post("/profile/", data={"theme": TYPED, "csrf_token": token})
    assert TYPED not in foreign.text


def test_form_that_meets_a_fault_comes_back_to_be_sent_again(sato, enter, client, read, monkeypatch):
    enter(client)
    token = csrf_token(client, "/profile/")
    client.application.testing = False

    def fail(*_args, **_values):
        session.add(Preference(person_id=sato, theme="dark"))
        session.flush()
        raise RuntimeError("broken")

    monkeypatch.setattr("groupware.profile.views.save_preferences", fail)
    choices = {
        "locale": "ja",
        "text_size": "large",
        "density": "compact",
        "date_style": "wareki",
        "start_page": "",
        "sending_key": "",
    }
    answer = _send(client, token, **choices, theme="dark", note=TYPED)
    assert answer.status_code == 500
    assert f'name="note" value="{TYPED}"' in answer.text
    with read():
        assert session.query(Preference).count() == 0


def test_unreachable_database_answers_programs_in_json(stranded):
    _, browser = stranded
    answer = browser.get("/profile/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")


def test_sign_in_page_opens_without_database(stranded):
    app, _ = stranded
    answer = app.test_client().get("/login")
    assert answer.status_code == 200
    assert 'name="password"' in answer.text


def test_signing_in_without_database_says_that_it_is_away(stranded):
    app, _ = stranded
    browser = app.test_client()
    token = csrf_token(browser, "/login")
    answer = browser.post("/login", data={"username": "sato", "password": "x", "csrf_token": token})
    assert answer.status_code == 503


@pytest.mark.parametrize("path", ["/login", "/session/alive", "/nothing-here"])
def test_every_answer_carries_the_headers_of_security(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
