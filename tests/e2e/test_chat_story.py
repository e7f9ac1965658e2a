"""A story of the chat in two windows: said here, seen there, read there, seen here; conversions, cut networks, answers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import axe_violations

pytestmark = pytest.mark.browser

ENTER_OF_A_CONVERSION = """(field) => {
    field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    for (const how of [{ isComposing: true, keyCode: 13 }, { isComposing: true, keyCode: 229 }, { isComposing: false, keyCode: 229 }])
        for (const ctrlKey of [true, false])
            field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey, bubbles: true, cancelable: true, ...how }));
    field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "変換" }));
}"""


def open_room(page: Page, name: str, other: str) -> str:
    """A room by invitation with one more person; returns its path."""
    page.goto("/chat/new")
    page.get_by_label("ルーム名").fill(name)
    page.get_by_role("combobox", name=re.compile("メンバー")).fill(other)
    page.locator("[role=listbox] [role=option]").first.click()
    page.get_by_role("button", name="ルームを作る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return re.sub(r"^https?://[^/]+", "", page.url)


def own_name(page: Page) -> str:
    """Who has signed in."""
    return (page.locator(".me-person").first.inner_text()).strip()


def said(page: Page, text: str) -> Locator:
    """A message in the log."""
    return page.get_by_role("log").locator("li[data-seq]").filter(has_text=text)


def menu(message: Locator) -> Locator:
    """What else can be done with a message, opened by the keyboard."""
    more = message.locator("[data-chat-more]")
    if more.get_attribute("open") is None:
        more.locator("summary").press("Enter")
    return more


def act(message: Locator, name: str) -> None:
    """Do it."""
    menu(message).get_by_role("link", name=name).press("Enter")


def write(page: Page, text: str) -> None:
    """Type it and send it by the keyboard."""
    field = page.get_by_role("textbox", name=re.compile("へのメッセージ"))
    field.fill(text)
    field.press("Control+Enter")


def test_two_people_talk_without_reloading(sign_in: Callable[..., Page]) -> None:
    other = sign_in("staff", 1, expected="ERR_INTERNET_DISCONNECTED")
    writer = sign_in("staff", 0)
    path = open_room(writer, "案内板の更新", own_name(other))
    other.goto(path)
    expect(other.get_by_text("まだメッセージはありません。", exact=False)).to_be_visible()

    # The Enter of a conversion sends nothing, Ctrl or not.
    field = writer.get_by_role("textbox", name=re.compile("へのメッセージ"))
    field.fill("案内板の写真を集めています。")
    field.evaluate(ENTER_OF_A_CONVERSION)
    writer.wait_for_timeout(300)
    expect(field).to_have_value("案内板の写真を集めています。")
    field.press("Control+Enter")
    expect(said(writer, "案内板の写真を集めています。")).to_have_count(1)

    # Whoever prefers Enter says so once; the Enter of a conversion sends nothing then either, and Shift begins a new line.
    writer.get_by_role("button", name="Enterで送信", exact=True).click()
    expect(writer.get_by_text("Enterで送信、Shift+Enterで改行します。")).to_be_visible()
    field.fill("二行で")
    field.evaluate(ENTER_OF_A_CONVERSION)
    field.press("Shift+Enter")
    field.press_sequentially("書きます。")
    writer.wait_for_timeout(300)
    expect(field).to_have_value("二行で\n書きます。")
    # It is kept for another computer while it is written, and is gone there when it was sent.
    expect(writer.get_by_text("に下書きを保存しました")).to_be_visible(timeout=10_000)
    elsewhere = sign_in("staff", 0)
    elsewhere.goto(path)
    expect(elsewhere.get_by_role("textbox", name=re.compile("へのメッセージ"))).to_have_value(
        "二行で\n書きます。"
    )
    field.press("Enter")
    expect(said(writer, "書きます。")).to_have_count(1)
    elsewhere.goto(path)
    expect(elsewhere.get_by_role("textbox", name=re.compile("へのメッセージ"))).to_have_value("")
    assert elsewhere.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('chat.'))") == []

    # It comes to the other window, is read there, and that comes back.
    other.bring_to_front()
    expect(said(other, "案内板の写真を集めています。")).to_be_visible()
    expect(said(writer, "案内板の写真を集めています。").get_by_role("link", name="既読 1")).to_be_visible(
        timeout=15_000
    )

    # While somebody writes, the other window says so, and no longer once it was said or they have stopped.
    field.press_sequentially("あとで写真も送ります。", delay=450)
    expect(other.get_by_text(f"{own_name(writer)}さんが入力中")).to_be_visible()
    expect(other.get_by_text("さんが入力中")).to_be_hidden(timeout=10_000)
    field.fill("")

    # What is sent while the network is cut stands below as not sent, and arrives once when it is back.
    other.context.set_offline(True)
    write(other, "2枚あります。")
    expect(other.get_by_role("list", name="未送信")).to_contain_text("2枚あります。")
    other.get_by_role("button", name="再送信").click()
    expect(other.get_by_role("button", name="再送信")).to_be_visible()
    other.context.set_offline(False)
    expect(said(other, "2枚あります。")).to_have_count(1)
    expect(other.get_by_role("list", name="未送信")).to_be_hidden()
    expect(said(writer, "2枚あります。")).to_have_count(1, timeout=15_000)

    # An answer quotes what it answers; what is edited changes in the other window.
    message = said(writer, "2枚あります。")
    message.hover()
    message.get_by_role("link", name="返信").click()
    write(writer, "助かります。")
    answer = said(other, "助かります。")
    expect(answer).to_contain_text("2枚あります。")
    act(said(writer, "助かります。").last, "編集")
    writer.get_by_label("メッセージ").fill("とても助かります。")
    writer.get_by_role("button", name="保存する").click()
    expect(said(other, "とても助かります。")).to_contain_text("編集済み", timeout=15_000)
    assert axe_violations(writer) == []
    assert axe_violations(other) == []

    # Beside any other page the chat is one key away, and goes along to the next page.
    writer.goto("/bulletin/")
    writer.keyboard.press("Alt+c")
    panel = writer.get_by_role("complementary", name="チャット")
    panel.get_by_role("link", name=re.compile("案内板の更新")).click()
    panel.get_by_role("textbox", name=re.compile("へのメッセージ")).fill("掲示板を見ています。")
    panel.get_by_role("button", name="送信").click()
    expect(
        panel.get_by_role("log").locator("li[data-seq]").filter(has_text="掲示板を見ています。")
    ).to_have_count(1)
    expect(said(other, "掲示板を見ています。")).to_be_visible(timeout=15_000)
    writer.goto("/facility/")
    expect(panel.get_by_role("log")).to_contain_text("掲示板を見ています。")
    assert axe_violations(writer) == []
    writer.keyboard.press("Alt+c")
    expect(panel).to_be_hidden()

    # Without scripts the same form sends, and comes back to the room.
    plain = sign_in("staff", 1, java_script_enabled=False)
    plain.goto(path)
    plain.get_by_role("textbox", name=re.compile("へのメッセージ")).fill("明日持って行きます。")
    plain.get_by_role("button", name="送信").click()
    expect(said(plain, "明日持って行きます。")).to_have_count(1)
    expect(said(other, "明日持って行きます。")).to_have_count(1, timeout=15_000)


def test_a_word_is_looked_for_in_a_room_and_found_in_its_place(sign_in: Callable[..., Page]) -> None:
    page = sign_in("staff", 0)
    open_room(page, "広報誌の校正", own_name(sign_in("staff", 1)))
    for text in ("表紙の写真を選びました。", "ﾍﾟｰｼﾞ番号を直しました。", "入稿は金曜日です。"):
        write(page, text)
        expect(said(page, text)).to_have_count(1)

    # By the keyboard alone: the field at the head of the room, Enter, the first result.
    field = page.get_by_role("search", name="このルームを検索").get_by_role("searchbox")
    field.fill("ページ")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("メッセージを検索")
    result = page.get_by_role("link", name=re.compile("番号を直しました。"))
    expect(result).to_have_count(1)
    expect(result.locator("mark")).to_have_text("ﾍﾟｰｼﾞ")
    assert axe_violations(page) == []
    result.focus()
    result.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("広報誌の校正")
    assert re.search(r"around=2#m2$", page.url)
    expect(said(page, "番号を直しました。")).to_be_in_viewport()

    # Conditions narrow it down, without a word as well; a date that is none is said.
    page.goto(re.sub(r"\?.*", "/search", page.url))
    page.get_by_label("期間(開始)").fill("きのう")
    page.get_by_role("button", name="条件を絞る").click()
    expect(page.get_by_text("のように入力してください。").first).to_be_visible()
    page.get_by_label("期間(開始)").fill("令和8年1月1日")
    page.get_by_role("button", name="条件を絞る").click()
    expect(page.get_by_role("link", name=re.compile("入稿は金曜日です。"))).to_be_visible()
