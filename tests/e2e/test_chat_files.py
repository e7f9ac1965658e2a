"""A story of files in the chat: pasted in one window, seen in another one; taken away, kept while the network is cut, found again."""

import base64
import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.test_chat_story import open_room, own_name, said
from tests.support.browser import axe_violations

pytestmark = pytest.mark.browser

PASTE = """(field, content) => {
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], "image.png", { type: "image/png" }));
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
DROP = """(log, name) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["品名,数\\n毛布,300\\n"], name, { type: "text/csv" }));
    for (const type of ["dragover", "drop"]) log.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
}"""


def picture() -> str:
    """What the clipboard holds after a picture of the screen was taken."""
    stream = io.BytesIO()
    Image.new("RGB", (320, 200), "#3c6fb3").save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def ready(page: Page) -> None:
    """Wait until files can be sent."""
    expect(page.locator(".uploads-bar.is-live")).to_be_attached()


def test_a_picture_of_the_screen_is_pasted_here_and_seen_there(sign_in: Callable[..., Page]) -> None:
    other = sign_in("staff", 1)
    writer = sign_in("staff", 0, expected="ERR_INTERNET_DISCONNECTED")
    path = open_room(writer, "現地の写真", own_name(other))
    other.goto(path)
    field = writer.get_by_role("textbox", name=re.compile("へのメッセージ"))
    chosen = writer.locator("[data-chat-composer] [data-upload]")

    # Pasted, dropped on the conversation, and taken away before it is sent.
    ready(writer)
    field.evaluate(PASTE, picture())
    expect(chosen).to_contain_text(re.compile(r"画面 \d{4}-\d\d-\d\d \d\d\.\d\d\.png"))
    writer.get_by_role("log").evaluate(DROP, "備蓄一覧.csv")
    expect(chosen).to_have_count(2)
    assert axe_violations(writer) == []
    chosen.filter(has_text="備蓄一覧.csv").get_by_role("button", name="外す").click()
    expect(chosen).to_have_count(1)

    # Another computer has them with the draft.
    expect(writer.get_by_text("に下書きを保存しました")).to_be_visible(timeout=10_000)
    elsewhere = sign_in("staff", 0)
    elsewhere.goto(path)
    expect(elsewhere.locator("[data-chat-composer] [data-upload]")).to_contain_text("画面")
    elsewhere.close()

    # Sent while the network is cut it waits with its name, can be taken back, and arrives once.
    writer.context.set_offline(True)
    writer.get_by_role("button", name="送信", exact=True).click()
    waiting = writer.get_by_role("list", name="未送信")
    expect(waiting).to_contain_text("画面")
    expect(chosen).to_have_count(0)
    waiting.get_by_role("button", name="内容を直す").click()
    expect(chosen).to_have_count(1)
    field.fill("入口の写真です。")
    writer.get_by_role("button", name="送信", exact=True).click()
    expect(waiting).to_contain_text("入口の写真です。")
    writer.context.set_offline(False)
    expect(said(writer, "入口の写真です。")).to_have_count(1, timeout=15_000)
    expect(waiting).to_be_hidden()

    # It is seen in the other window without reloading, and opened there.
    message = said(other, "入口の写真です。")
    expect(message.get_by_role("link", name=re.compile(r"^画面 .*\.png$"))).to_be_visible(timeout=15_000)
    expect(message.locator("img")).to_be_visible(timeout=20_000)
    assert axe_violations(other) == []
    message.get_by_role("link", name=re.compile("^見る")).click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("画面")

    # The room lists it, and leads to its message.
    other.goto(f"{path}/files")
    other.get_by_label("種類").select_option(label="画像")
    expect(other.get_by_role("row")).to_have_count(2)
    assert axe_violations(other) == []
    other.get_by_role("link", name=re.compile("ルームで見る")).click()
    expect(said(other, "入口の写真です。")).to_be_visible()

    # Its owner lets the room take text only: open pages hear of it, and the button is gone.
    writer.goto(f"{path}/files")
    writer.get_by_role("button", name="テキストのみにする").click()
    expect(other.get_by_text("このルームの設定やメンバーが変更されました", exact=False).first).to_be_visible(
        timeout=15_000
    )
    other.reload()
    expect(other.locator(".uploads-bar")).to_have_count(0)
