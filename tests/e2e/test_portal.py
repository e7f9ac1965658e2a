"""The portal in a browser: arranging by mouse and by keyboard, writing a page with a picture, and axe on every page."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from groupware.access.enums import PrincipalKind
from groupware.app import create_app
from groupware.config import load
from groupware.db import db
from groupware.testing.factories import Factory
from groupware.testing.signing_in import sign_in_as
from tests.core.portal.test_images import png
from tests.support.browser import PHONE, axe_violations, rich_editor
from tests.support.databases import run_command

pytestmark = pytest.mark.browser

SAVED = "並び順を保存しました。"


@dataclass(frozen=True, slots=True)
class Stage:
    """A served instance with a clerk and a system administrator who have just signed in."""

    url: str
    section: int
    clerk: str
    administrator: str

    def enter(self, page: Page, session: str, path: str = "/") -> Page:
        """Let the page belong to whoever has this session, and open a path."""
        page.context.add_cookies([{"name": "groupware", "value": session, "url": self.url}])
        page.goto(self.url + path)
        return page


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, live_server) -> Stage:
    instance: Path = tmp_path_factory.mktemp("portal") / "instance"
    run_command(instance, "init", "--if-missing")
    app = create_app(load(instance, {}))
    factory = Factory(app)
    section = factory.unit("総務課", factory.unit("総務局", factory.unit("みなと市")))
    post = factory.post("主事", 50)
    clerk = factory.person("佐藤 葵", section, post, extension="2104")
    administrator = factory.person("管理 太郎", section, post, extension="2001")
    factory.duty(administrator, section)
    for permission in ("portal:layout:manage", "portal:launcher:manage", "portal:page:write"):
        factory.grant(PrincipalKind.PERSON, administrator, permission)
    sessions = []
    for person_id in (clerk, administrator):
        cookie = sign_in_as(app, person_id, elevated=True).get_cookie("groupware")
        assert cookie is not None
        sessions.append(cookie.value)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return Stage(live_server(instance).url, section, *sessions)


def blocks(page: Page, column: str) -> list[str]:
    """Keys of the blocks in a column of the editor."""
    found = page.locator(f"[data-sortable-column={column}] > [data-sortable-item]")
    return [one.get_attribute("data-sortable-item") or "" for one in found.all()]


def portlets(page: Page, column: str) -> list[str]:
    """Ids of the blocks in a column of the portal."""
    return [one.get_attribute("id") or "" for one in page.locator(f".portal-{column} > .portlet").all()]


def test_block_moved_by_keyboard_is_there_after_reload(stage, page):
    stage.enter(page, stage.clerk, "/portal/mine")
    page.get_by_text("表示の設定").click()
    page.get_by_role("link", name="配置を変える").click()
    before = blocks(page, "side")
    page.locator('[data-sortable-item="portal.launcher"] [data-move="down"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text(SAVED)
    page.keyboard.press("Enter")
    assert blocks(page, "side").index("portal.launcher") == before.index("portal.launcher") + 2
    page.locator('[data-sortable-item="portal.contacts"] [data-move="left"]').focus()
    with page.expect_response("**/order?*"):
        page.keyboard.press("Enter")
    page.reload()
    assert "portal.contacts" in blocks(page, "main")
    page.get_by_role("link", name="ポータルに戻る").click()
    assert "portlet-portal-contacts" in portlets(page, "main")


def test_block_dragged_to_the_other_column_is_there_after_reload(stage, page):
    stage.enter(page, stage.administrator, "/portal/arrange/common")
    assert "portal.pending" in blocks(page, "main")
    handle = page.locator('[data-sortable-item="portal.pending"] .sortable-handle')
    with page.expect_response("**/order?*") as answer:
        handle.drag_to(page.locator("[data-sortable-column=side]"), target_position={"x": 80, "y": 12})
    assert answer.value.status == 200
    expect(page.locator("#messages")).to_contain_text(SAVED)
    page.reload()
    assert blocks(page, "side")[0] == "portal.pending"
    page.goto(stage.url + "/portal/common")
    assert portlets(page, "side")[0] == "portlet-portal-pending"


def test_move_is_taken_back_by_the_button_of_its_message(stage, page):
    stage.enter(page, stage.administrator, f"/portal/arrange/unit-{stage.section}")
    before = blocks(page, "side")
    with page.expect_response("**/order?*"):
        page.locator(f'[data-sortable-item="{before[0]}"] [data-move="down"]').click()
    assert blocks(page, "side") != before
    with page.expect_response("**/order?*"):
        page.locator("#messages").get_by_role("button", name="元に戻す").click()
    page.reload()
    assert blocks(page, "side") == before


def test_second_editor_is_put_back_and_told(stage, new_page):
    first, second = new_page(), new_page()
    for page in (first, second):
        stage.enter(page, stage.administrator, f"/portal/arrange/unit-{stage.section}")
    before = blocks(second, "side")
    move = f'[data-sortable-item="{before[0]}"] [data-move="down"]'
    with first.expect_response("**/order?*"):
        first.locator(move).click()
    with second.expect_response("**/order?*") as answer:
        second.locator(move).click()
    assert answer.value.status == 409
    expect(second.locator("#messages [role=alert]")).to_be_visible()
    assert blocks(second, "side") == before


def test_block_is_added_and_removed_without_scripts(stage, new_page):
    page = stage.enter(new_page(java_script_enabled=False), stage.clerk, "/portal/arrange/mine")
    page.get_by_role("button", name="所属のページを追加").click()
    assert "portal.section_pages" in blocks(page, "main")
    page.locator('[data-sortable-item="portal.section_pages"] [value="up"]').click()
    assert blocks(page, "main")[-1] != "portal.section_pages"
    page.locator('[data-sortable-item="portal.section_pages"] [value="remove"]').click()
    assert "portal.section_pages" not in blocks(page, "main")


def test_page_is_written_with_a_picture_and_found(stage, page, tmp_path):
    picture = tmp_path / "map.png"
    picture.write_bytes(png(40, 30))
    stage.enter(page, stage.administrator, f"/portal/pages/new/{stage.section}")
    page.get_by_label("題名").fill("庁舎の案内")
    rich_editor(page, "本文").fill("駅からの道順です。")
    page.get_by_label("画像ファイル").set_input_files(picture)
    page.get_by_label("画像の説明(代替テキスト)").fill("駅から庁舎までの地図")
    with page.expect_navigation():
        page.get_by_role("button", name="画像を追加して保存").click()
    assert axe_violations(page) == []
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("庁舎の案内")
    shown = page.get_by_role("img", name="駅から庁舎までの地図")
    expect(shown).to_be_visible()
    assert shown.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 40
    assert axe_violations(page) == []
    page.get_by_role("search").get_by_role("searchbox").fill("庁舎")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("庁舎")
    assert axe_violations(page) == []


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
def test_every_page_is_free_of_axe_findings_and_fits_its_window(stage, new_page, options):
    page = new_page(**options)
    stage.enter(page, stage.administrator)
    faults = {}
    for path in (
        "/",
        "/portal/mine",
        f"/portal/unit/{stage.section}",
        "/portal/pending",
        "/portal/arrange/common",
        "/portal/arrange/mine",
        "/portal/contents/new/common",
        "/portal/launcher",
        "/portal/launcher/new",
        "/portal/launcher/several",
        "/portal/pages",
        f"/portal/pages/unit/{stage.section}",
        f"/portal/pages/new/{stage.section}",
        "/search",
        "/search?q=管理",
        "/search?q=xyzzy",
        "/help/",
        "/help/?q=印刷",
        "/help/portal",
        "/help/help/printing",
    ):
        page.goto(stage.url + path)
        found = axe_violations(page)
        if page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"):
            found.append("wider than the window")
        if found:
            faults[path] = found
    assert faults == {}


@pytest.fixture
def paste(stage, new_page):
    """`paste(cell, text)` opens the table of business systems in a page and pastes a text into a cell by Ctrl+V."""
    page = new_page()
    stage.enter(page, stage.administrator, "/portal/launcher/several")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stage.url)

    def press(cell: str, text: str) -> Page:
        page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        page.locator(cell).focus()
        page.keyboard.press("Control+V")
        return page

    return press


def test_block_from_a_spreadsheet_fills_cells_and_adds_rows(paste):
    block = "".join(f"システム{number}\thttps://s{number}.example/\r\n" for number in range(1, 9))
    page = paste("#name-1", block.replace("システム2", '"第2\n""新"" "'))
    expect(page.locator("#messages")).to_contain_text("16個のセルに入力しました。")
    expect(page.locator("#name-2")).to_have_value('第2 "新"')
    expect(page.locator("#url-8")).to_have_value("https://s8.example/")
    expect(page.locator("#url-8")).to_have_accessible_name("8行目のアドレス(URL)")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("#messages")).to_contain_text("業務システムを8件登録しました。")


def test_pasted_block_is_taken_back_in_one_step(paste):
    page = paste("#url-4", "a\tb\nc\td\ne\tf\n")
    expect(page.locator("#messages")).to_contain_text(
        "3個のセルに入力しました。 表に入りきらない3個のセルは入力していません。"
    )
    expect(page.locator("#url-6")).to_have_value("e")
    page.keyboard.press("Control+z")
    expect(page.locator("#messages")).to_contain_text("貼り付けを元に戻しました。")
    expect(page.locator("#url-4")).to_have_value("")
    expect(page.locator("#url-4")).to_be_focused()
    expect(page.locator("#url-6")).to_have_count(0)


def test_undo_keeps_what_was_typed_over_a_pasted_cell(paste):
    page = paste("#name-1", "a\tb\nc\td")
    page.locator("#name-2").fill("私")
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator("#name-1")).to_have_value("")
    expect(page.locator("#name-2")).to_have_value("私")


def test_single_cell_is_pasted_where_the_cursor_is(paste):
    page = paste("#name-1", "電子決裁\r\n")
    expect(page.locator("#name-1")).to_have_value("電子決裁")
    page.keyboard.press("Control+V")
    expect(page.locator("#name-1")).to_have_value("電子決裁電子決裁")
    expect(page.locator("#messages")).to_be_empty()
