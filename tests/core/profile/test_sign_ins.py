"""Everybody sees when and where their account was used, and when somebody failed to."""

from groupware.auth.models import Account
from groupware.auth.passwords import hash_password
from groupware.auth.queries import sign_in_history
from groupware.db import session, unit


def test_list_holds_successes_and_failures_of_the_own_account_only(app, factory, person, browser_of):
    with app.app_context(), unit("write"):
        account = session.query(Account).one()
        account.password_hash, login = hash_password("minato-no-kaze"), account.login
    for username, password in ((login, "wrong"), (login, "minato-no-kaze"), ("nobody", "wrong")):
        browser = app.test_client()
        token = browser.get("/session/alive").json["csrf_token"]
        browser.post("/login", data={"username": username, "password": password, "csrf_token": token})
    with app.app_context(), unit("read"):
        assert [entry.has_succeeded for entry in sign_in_history(person)] == [True, False, True]
    client, _ = browser_of
    page = client.get("/profile/sign-ins").text
    assert page.count("失敗</span>") == 1
