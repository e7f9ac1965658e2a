"""A clerk of the personnel department loads next April's transfers, checks them, and decides on the publication."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from groupware.app import create_app
from groupware.auth.models import Account
from groupware.config import load
from groupware.db import db, session, unit
from groupware.directory.models import Person
from groupware.testing.signing_in import sign_in_as
from tests.core.directory_delivery.conftest import DATA
from tests.core.directory_delivery.edits import edited, with_lines
from tests.core.directory_delivery.generation import write_folder
from tests.support.browser import axe_violations
from tests.support.databases import run_command

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def city(tmp_path_factory, live_server):
    """A served city that has taken the sound delivery, and the cookie of its administrator."""
    instance = tmp_path_factory.mktemp("city") / "instance"
    run_command(instance, "init")
    run_command(instance, "import-directory", str(DATA / "sound"), "--effective-on", "2025-11-20")
    run_command(instance, "user", "create-administrator", "--number", "A-1", "--name", "管理 花子")
    app = create_app(load(instance, {}))
    with app.app_context(), unit("write"):
        person_id = session.scalars(select(Person.id).where(Person.staff_number == "A-1")).one()
        session.execute(update(Account).values(must_change=False))
    cookie = sign_in_as(app, person_id, elevated=True).get_cookie("groupware").value
    with app.app_context():
        db.engine.dispose()
    server = live_server(instance)
    return server.url, cookie


@pytest.fixture
def clerk(city, page: Page) -> Page:
    """The list of deliveries, open."""
    url, cookie = city
    page.context.add_cookies([{"name": "groupware", "value": cookie, "url": url}])
    page.goto(f"{url}/directory/deliveries")
    return page


def send(page: Page, folder, title: str) -> None:
    """Fill in the form for a new delivery."""
    page.get_by_role("link", name="人事データを取り込む").first.click()
    page.get_by_label("件名").fill(title)
    page.get_by_label("適用日").fill("R81.4.1")
    page.get_by_label(re.compile("^ファイル")).set_input_files(sorted(folder.glob("*.csv")))
    assert axe_violations(page) == []
    page.get_by_role("button", name="ファイルを読み取る").click()


def test_transfers_are_loaded_checked_scheduled_and_withdrawn(clerk, sound, tmp_path):
    new = "000009,新任　花,シンニン ハナ,,,,事務,常勤,R81.4.1,"
    files = with_lines(sound, "people.csv", new)
    files = with_lines(
        edited(files, ("people.csv", "清水　誠", "阿部　誠")),
        "appointments.csv",
        "000009,0101,050,本務,R81.4.1,",
    )
    send(clerk, write_folder(tmp_path / "in", files), "春の異動")
    expect(clerk.get_by_text("公表日時が未定")).to_be_visible()
    expect(clerk.get_by_role("cell", name="新任 花")).to_be_visible()
    assert axe_violations(clerk) == []
    clerk.get_by_role("navigation", name="変更の種類").get_by_role(
        "link", name=re.compile("氏名変更")
    ).click()
    expect(clerk.get_by_role("cell", name=re.compile("旧 清水 誠"))).to_be_visible()
    expect(clerk.get_by_role("cell", name="新任 花")).to_have_count(0)
    clerk.get_by_label("公表日時").fill("2099-03-24T09:00")
    clerk.get_by_role("button", name="公表日時を保存する").click()
    expect(clerk.get_by_text("公表待ち")).to_be_visible()
    clerk.get_by_role("button", name="取込を取り下げる").click()
    clerk.get_by_role("dialog").get_by_role("button", name="取込を取り下げる").click()
    expect(clerk.get_by_role("row", name=re.compile("春の異動.*取り下げ"))).to_be_visible()
    assert axe_violations(clerk) == []


def test_faulty_files_are_shown_line_by_line_on_a_phone(clerk, tmp_path, faulty):
    clerk.set_viewport_size({"width": 390, "height": 800})
    send(clerk, write_folder(tmp_path / "in", faulty), "誤りのある異動")
    expect(clerk.get_by_text("取り込めませんでした", exact=True)).to_be_visible()
    expect(clerk.get_by_text("「suzuki@@shiosai」はメールアドレスの形式ではありません。")).to_be_visible()
    assert axe_violations(clerk) == []
    assert clerk.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
