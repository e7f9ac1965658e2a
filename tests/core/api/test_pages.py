"""Where people issue, see and revoke tokens."""

import re

import pytest
from sqlalchemy import update

from groupware.access.enums import PrincipalKind
from groupware.actor import system
from groupware.auth.models import Account
from groupware.auth.passwords import hash_password
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token

PASSWORD = "minato-no-kaze"
FIELDS = {"name": "集計プログラム", "scopes": "directory:read", "days": "30", "password": PASSWORD}


@pytest.fixture
def browser(app, sign_in, person):
    """The browser of the clerk, and `send(path, **fields)` for its forms."""
    with app.app_context(), unit("write"):
        session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
    client = sign_in(person)
    return client, lambda path, **fields: client.post(
        path, data={"csrf_token": csrf_token(client, "/profile/")} | fields
    )


def test_token_is_issued_after_the_password_shown_once_and_revoked(browser):
    client, send = browser
    page = send("/profile/tokens", **FIELDS)
    secret = re.search(r"gwt_[\w-]{43}", page.text)[0]
    assert page.headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/token", headers=headers).json["scopes"] == ["directory:read"]
    listed = client.get("/profile/tokens").text
    assert "集計プログラム" in listed
    assert secret not in listed
    token_id = re.search(r"/profile/tokens/(\d+)/revoke", listed)[1]
    assert send(f"/profile/tokens/{token_id}/revoke").status_code == 303
    assert client.get("/api/v1/token", headers=headers).status_code == 401
    assert send(f"/profile/tokens/{token_id}/revoke").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"password": "wrong"},
        {"password": ""},
        {"name": ""},
        {"scopes": ""},
        {"scopes": "x:write"},
        {"days": "9999"},
    ],
)
def test_form_comes_back_with_what_was_typed_and_no_token(browser, change):
    page = browser[1]("/profile/tokens", **(FIELDS | change))
    assert page.status_code == 422
    assert "gwt_" not in page.text
    assert "field-error" in page.text
    assert PASSWORD not in page.text


def test_page_says_when_the_bureau_allows_none(app, browser, section):
    with app.app_context(), unit("write"):
        set_rule(system(), "api.personal_tokens", section, False)
    client, send = browser
    assert "個人用アクセストークンを利用できません" in client.get("/profile/tokens").text
    assert send("/profile/tokens", **FIELDS).status_code == 422


def test_administrator_of_the_account_revokes_and_the_person_is_told(
    app, factory, section, program, person, sign_in
):
    chief = factory.person("山田 太郎", section, factory.post("課長", 20))
    factory.grant(PrincipalKind.PERSON, chief, "administration:account:manage")
    with app.app_context(), unit("read"):
        uid = session.get(Person, person).uid
    client = sign_in(chief, elevated=True)
    page = client.get(f"/admin/accounts/{uid}").text
    assert "集計プログラム" in page
    path = re.search(r"/admin/accounts/[\w-]+/tokens/\d+/revoke", page)[0]
    assert client.post(path, data={"csrf_token": csrf_token(client, "/profile/")}).status_code == 303
    assert program.get("/api/v1/token").status_code == 401
    assert "山田 太郎が、あなたのアクセストークンを無効にしました。" in sign_in(person).get("/session/").text


def test_nobody_revokes_the_token_of_somebody_else(factory, section, program, sign_in):
    client = sign_in(factory.person("山田 太郎", section, factory.post("課長", 20)))
    token = csrf_token(client, "/profile/")
    assert (
        client.post(f"/profile/tokens/{program.token_id}/revoke", data={"csrf_token": token}).status_code
        == 404
    )
    assert program.get("/api/v1/token").status_code == 200
