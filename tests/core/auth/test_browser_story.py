"""Signing in with a browser: by keyboard, again in a dialog that keeps the form, and for administration."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.app import create_app
from groupware.auth.models import Account, Preference, UserSession
from groupware.auth.passwords import hash_password
from groupware.config import load
from groupware.db import db, session, unit
from groupware.testing.factories import Factory
from tests.support.browser import axe_violations
from tests.support.databases import run_command

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    """An instance with `sato`, who administers the accounts of her city."""
    folder = tmp_path_factory.mktemp("story") / "instance"
    run_command(folder, "init")
    app = create_app(load(folder, {}))
    factory = Factory(app)
    city = factory.unit("みなと市", kind="市")
    person = factory.person("佐藤 花子", city, factory.post("主事", 50), login="sato")
    factory.person("鈴木 一郎", city, factory.post("主事補", 60), login="suzuki")
    factory.grant(PrincipalKind.PERSON, person, "administration:account:manage")
    with app.app_context(), unit("write"):
        session.execute(
            update(Account).values(password_hash=hash_password("minato-no-kaze"), must_change=False)
        )
    yield folder, app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def url(instance, live_server):
    """Where the instance is served."""
    return live_server(instance[0]).url


@pytest.fixture
def expire(instance):
    """`expire()` ends every session, as time would."""

    def end():
        app = instance[1]
        with app.app_context(), unit("write"):
            session.execute(update(UserSession).values(expires_at=clock.now() - timedelta(seconds=1)))

    return end


@pytest.fixture
def signed_in(page, url):
    """A page of somebody who has signed in without touching the mouse."""
    page.goto(f"{url}/login?next=/profile/")
    page.keyboard.type("sato")
    page.keyboard.press("Tab")
    page.keyboard.type("minato-no-kaze")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/profile/")
    return page


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/session/",
        "/session/password",
        "/session/acting",
        "/session/elevate",
        "/profile/",
        "/profile/photo",
        "/profile/sign-ins",
    ],
)
def test_axe_finds_nothing_on_the_pages_of_sign_in(signed_in, new_page, url, path):
    page = new_page() if path == "/login" else signed_in
    page.goto(url + path)
    assert axe_violations(page) == []


def test_axe_finds_nothing_on_the_sign_in_page_after_a_refusal(page, url):
    page.goto(f"{url}/login")
    page.fill("#username", "nobody")
    page.fill("#password", "wrong")
    page.click(".sign-in-button")
    page.wait_for_selector(".message-error")
    assert page.input_value("#username") == "nobody"
    assert axe_violations(page) == []


def test_dialog_signs_in_again_and_the_form_goes_on(signed_in, expire, url):
    page = signed_in
    page.check("input[name=theme][value=dark]")
    expire()
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 120000; }")
    page.click("button:has-text('保存する')")
    page.wait_for_selector("#sign-in-dialog[open]")
    assert axe_violations(page) == []
    page.fill("#sign-in-again-username", "sato")
    page.fill("#sign-in-again-password", "minato-no-kaze")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-theme=dark]")
    assert page.url == f"{url}/profile/"


def test_form_is_not_sent_as_somebody_else_who_signs_in_in_the_dialog(signed_in, expire, url, instance):
    page = signed_in
    page.check("input[name=text_size][value=large]")
    expire()
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 120000; }")
    page.click("button:has-text('保存する')")
    page.wait_for_selector("#sign-in-dialog[open]")
    page.fill("#sign-in-again-username", "suzuki")
    page.fill("#sign-in-again-password", "minato-no-kaze")
    page.keyboard.press("Enter")
    page.wait_for_selector(".me-person:has-text('鈴木 一郎')")
    with instance[1].app_context(), unit("read"):
        chosen = session.scalars(select(Preference.text_size)).all()
    assert "large" not in chosen


def test_form_without_scripts_is_offered_again_after_sign_in(browser, expire, url):
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(f"{url}/login?next=/profile/")
    page.fill("#username", "sato")
    page.fill("#password", "minato-no-kaze")
    page.click(".sign-in-button")
    page.check("input[name=density][value=compact]")
    expire()
    page.click("button:has-text('保存する')")
    page.fill("#username", "sato")
    page.fill("#password", "minato-no-kaze")
    page.click(".sign-in-button")
    page.click("button:has-text('もう一度送信')")
    assert page.get_attribute("html", "data-density") == "compact"
    context.close()


def test_administration_opens_after_the_password_and_is_ended_by_a_click(signed_in, url):
    page = signed_in
    page.goto(f"{url}/admin/accounts")
    page.fill("#password", "minato-no-kaze")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/admin/accounts")
    assert axe_violations(page) == []
    page.click("a:has-text('鈴木 一郎')")
    page.wait_for_selector("text=できる操作")
    assert axe_violations(page) == []
    page.click(".elevation button")
    page.wait_for_selector("text=管理者モードを終わりました。")
    assert page.query_selector(".elevation") is None
