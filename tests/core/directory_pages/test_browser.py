"""The directory in a browser: the picker by keyboard, with an input method, by pasting and without scripts; the chart by
keyboard; axe on every page."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from groupware.access.enums import PrincipalKind
from groupware.app import create_app
from groupware.caches import bump
from groupware.config import load
from groupware.db import db, unit
from groupware.directory.people_index import reindex
from groupware.directory.tree import CACHE
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as
from tests.support.browser import PHONE, axe_violations
from tests.support.databases import run_command

pytestmark = pytest.mark.browser

NEW_GROUP = "/directory/groups/new"


@dataclass(frozen=True, slots=True)
class Stage:
    """A served instance, somebody signed in, and the address of a card."""

    url: str
    session: str
    card: str

    def enter(self, page: Page, path: str) -> Page:
        """Let the page belong to the person, and open a path."""
        page.context.add_cookies([{"name": "groupware", "value": self.session, "url": self.url}])
        page.goto(self.url + path)
        return page


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, live_server) -> Stage:
    instance: Path = tmp_path_factory.mktemp("directory") / "instance"
    run_command(instance, "init", "--if-missing")
    app = create_app(load(instance, {}))
    factory = Factory(app)
    city = factory.unit("みなと市", kind="自治体")
    bureau = factory.unit("福祉局", city, kind="局", phone="078-322-5000")
    section, other = factory.unit("保護課", bureau), factory.unit("総務課", bureau)
    chief, clerk = factory.post("課長", 20), factory.post("主事", 50)
    values = {"extension": "2104", "email": "a@example.jp", "phone": "078-322-5001"}
    me = factory.person("東 課長", section, chief, kana="あずま かちょう", **values)
    for name, kana in (
        ("佐藤 葵", "さとう あおい"),
        ("佐藤 蓮", "さとう れん"),
        ("高橋 凛", "たかはし りん"),
    ):
        factory.person(name, section, clerk, kana=kana, **values)
    factory.person("佐藤 蓮", other, clerk, kana="さとう れん")
    factory.duty(me, section)
    for permission in ("directory:unit:manage", "directory:legal_name:read"):
        factory.grant(PrincipalKind.PERSON, me, permission)
    with app.app_context(), unit("write"):
        reindex()
        bump(CACHE)
    client = sign_in_as(app, me, elevated=True)
    card = client.get("/directory/people?q=高橋").text.split('class="person-name" href="')[1].split('"')[0]
    cookie = client.get_cookie("groupware")
    assert cookie is not None
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return Stage(live_server(instance).url, cookie.value, card)


def chips(page: Page) -> list[str]:
    """Who is chosen in the picker."""
    return page.locator("#members .picker-chip-label").all_inner_texts()


def test_picker_chooses_by_keyboard_and_the_group_has_the_people(stage, page):
    stage.enter(page, NEW_GROUP)
    page.get_by_label("グループ名").fill("朝会")
    box = page.locator("#members-search")
    box.fill("さとう")
    expect(page.locator("#members-options [role=option]")).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("佐藤")
    box.press("Enter")
    expect(box).to_have_value("")
    assert len(chips(page)) == 1
    page.get_by_role("button", name="登録する").click()
    expect(page.locator(".messages")).to_contain_text("グループを保存しました")
    expect(page.locator("main table")).to_contain_text("佐藤")


def test_picker_takes_no_enter_from_the_input_method(stage, page):
    stage.enter(page, NEW_GROUP)
    box = page.locator("#members-search")
    box.click()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "たかはし", "selectionStart": 4, "selectionEnd": 4})
    session.send(
        "Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229}
    )
    assert chips(page) == []
    assert page.url.endswith(NEW_GROUP)
    session.send("Input.insertText", {"text": "高橋"})
    expect(page.locator("#members-options [role=option]").first).to_contain_text("高橋 凛")
    box.press("Enter")
    assert chips(page) == ["高橋 凛"]


def test_picker_opens_units_and_adds_everybody_of_one(stage, page):
    stage.enter(page, NEW_GROUP)
    page.locator("#members summary", has_text="組織").click()
    page.locator("#members summary", has_text="福祉局").click()
    page.locator("#members summary", has_text="保護課").click()
    page.locator("#members [data-pick-all]").click()
    assert sorted(chips(page)) == sorted(["東 課長", "佐藤 葵", "佐藤 蓮", "高橋 凛"])


def test_picker_takes_pasted_lines_and_asks_about_namesakes(stage, page):
    stage.enter(page, NEW_GROUP)
    page.locator("#members summary", has_text="氏名・番号を貼り付け").click()
    page.locator("#members-text").fill("高橋　凛\n佐藤蓮\n居ない人")
    page.locator("#members [data-picker-way][open] button[hx-post]").click()
    expect(page.locator("#members-text")).to_have_value("佐藤蓮\n居ない人")
    assert chips(page) == ["高橋 凛"]
    page.locator("#members-pasted .picker-choice", has_text="総務課").click()
    assert chips(page) == ["高橋 凛", "佐藤 蓮"]
    expect(page.locator("#members-text")).to_have_value("居ない人")


def test_picker_without_scripts_looks_names_up_by_the_form(stage, new_page):
    page = stage.enter(new_page(java_script_enabled=False), NEW_GROUP)
    page.get_by_label("グループ名").fill("紙の会")
    page.locator("#members summary", has_text="氏名・番号を貼り付け").click()
    page.locator("#members-text").fill("高橋 凛\n佐藤 蓮")
    page.locator("button[name=members_find]").click()
    expect(page.locator("#members .picker-chip input")).to_be_checked()
    page.locator(".picker-ambiguous .choice", has_text="総務課").locator("input").check()
    page.get_by_role("button", name="登録する").click()
    table = page.locator("main table")
    expect(table).to_contain_text("高橋 凛")
    expect(table).to_contain_text("福祉局 総務課")


def test_chart_opens_and_closes_by_the_arrow_keys(stage, page):
    stage.enter(page, "/directory/")
    bureau = page.locator(".chart .tree-link", has_text="福祉局")
    bureau.focus()
    page.keyboard.press("ArrowRight")
    section = page.locator(".chart .tree-link", has_text="保護課")
    expect(section).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(section).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(bureau).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(section).to_be_hidden()


PAGES = (
    "/directory/", "/directory/?open=all", "/directory/?on=x", "/directory/units/2", "/directory/units/3",
    "/directory/units/3?on=1990-01-01", "/directory/people", "/directory/people?q=佐藤", "/directory/people?q=無",
    "/directory/phones", "/directory/phones?order=kana", "/directory/groups", NEW_GROUP, "/directory/groups/new-shared",
    "/directory/duties", "/directory/section-accounts",
)  # fmt: skip


def test_pages_have_no_accessibility_faults(stage, page):
    for path in (*PAGES, stage.card, f"{stage.card}/legal-name"):
        stage.enter(page, path)
        assert axe_violations(page) == [], path


def test_pages_on_a_phone_have_no_accessibility_faults_and_do_not_scroll_sideways(stage, new_page):
    page = new_page(**PHONE)
    for path in (
        "/directory/",
        "/directory/units/2",
        "/directory/people?q=佐藤",
        "/directory/phones",
        stage.card,
    ):
        stage.enter(page, path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert axe_violations(page) == [], path


def test_picker_open_has_no_accessibility_faults(stage, page):
    stage.enter(page, "/directory/duties")
    page.locator("#person-search").fill("さとう")
    expect(page.locator("#person-options [role=option]").first).to_be_visible()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#person summary", has_text="組織").click()
    expect(page.locator("#person .picker-branch").first).to_be_visible()
    assert axe_violations(page) == []
