"""A person attaches files to a posting: sent at once, resumed after a broken connection and after a reload, and waited for."""

import os
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import axe_violations, rich_editor

pytestmark = pytest.mark.browser

MB = 1024 * 1024
PASTE = """([name, type]) => {
    const data = new DataTransfer();
    data.items.add(new File(["picture"], name, { type }));
    const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector("#posting-form").dispatchEvent(paste);
}"""


@pytest.fixture
def editor(sign_in) -> Page:
    """The page of a new posting."""
    page = sign_in("administrator")
    page.goto("/bulletin/new")
    expect(rich_editor(page, "本文")).to_be_visible()
    return page


def choose(page: Page, name: str, content: bytes) -> None:
    """As the dialog of the browser does."""
    page.set_input_files(
        "#files-new", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_files_are_sent_at_once_and_shown_to_readers(editor):
    choose(editor, "会議資料.csv", "氏名,課\n佐藤,総務課\n".encode("cp932"))
    expect(editor.locator("[data-upload]")).to_contain_text("会議資料.csv")
    choose(editor, "にせもの.pdf", b"MZ" + bytes(100))
    expect(editor.locator(".is-failed")).to_contain_text("名前と中身の種類が合っていません")
    assert axe_violations(editor) == []
    editor.locator(".is-failed").get_by_role("button", name="外す").click()
    editor.evaluate(PASTE, ["画面.txt", "text/plain"])
    expect(editor.locator("[data-upload]")).to_have_count(2)
    editor.locator("[data-upload]", has_text="画面.txt").get_by_role("button", name="外す").click()
    expect(editor.locator("[data-upload]")).to_have_count(1)
    editor.get_by_label("件名").fill("資料のお知らせ")
    editor.get_by_role("button", name="下書き保存").click()
    editor.get_by_role("link", name="資料のお知らせ").click()
    expect(editor.locator("[data-upload]")).to_contain_text("会議資料.csv")


def test_broken_connection_is_waited_for_and_the_upload_goes_on(editor):
    broken = []

    def fail_once(route: Route) -> None:
        offset = route.request.headers.get("upload-offset")
        if offset != "0" and not broken:
            broken.append(offset)
            route.abort("connectionreset")
        else:
            route.continue_()

    editor.route(re.compile("/attachments/uploads/[0-9a-f-]+$"), fail_once)
    choose(editor, "図面.bin", os.urandom(9 * MB))
    expect(editor.locator("[data-upload]")).to_contain_text("図面.bin", timeout=20_000)
    assert broken == [str(4 * MB)]


def test_upload_goes_on_after_a_reload_when_the_same_file_is_chosen_again(editor, tmp_path):
    file = tmp_path / "大きな図面.bin"
    file.write_bytes(os.urandom(9 * MB))
    offsets = []

    def stop_after_one(route: Route) -> None:
        offset = route.request.headers.get("upload-offset")
        if offset == "0":
            route.continue_()
        else:
            route.abort("connectionreset")

    address = re.compile("/attachments/uploads/[0-9a-f-]+$")
    editor.route(address, stop_after_one)
    editor.set_input_files("#files-new", file)
    expect(editor.locator("[data-upload-state]")).to_contain_text("接続が切れています")
    editor.unroute(address)
    editor.on("dialog", lambda dialog: dialog.accept())
    editor.goto("/bulletin/new")
    editor.on("request", lambda request: offsets.append(request.headers.get("upload-offset")))
    editor.set_input_files("#files-new", file)
    expect(editor.locator("[data-upload]")).to_contain_text("大きな図面.bin", timeout=20_000)
    assert [offset for offset in offsets if offset is not None] == [str(4 * MB), str(8 * MB)]


def test_form_waits_until_all_files_have_arrived(editor):
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    editor.route(re.compile("/attachments/uploads/[0-9a-f-]+$"), hold)
    choose(editor, "資料.txt", b"text")
    expect(editor.locator(".is-sending")).to_be_visible()
    editor.get_by_label("件名").fill("待つ掲示")
    editor.get_by_role("button", name="下書き保存").click()
    expect(editor.locator("#messages")).to_contain_text("すべてのファイルを受け取りしだい送信します。")
    held[0].continue_()
    expect(editor).to_have_url(re.compile("/bulletin/own"), timeout=15_000)
    expect(editor.get_by_text("待つ掲示").first).to_be_visible()
