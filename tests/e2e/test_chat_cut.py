"""Two windows and a network that is cut between them: what was missed comes, what was written goes once, and nobody's text is lost."""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from groupware import clock
from tests.e2e.test_chat_story import act, open_room, own_name, said, write
from tests.support.browser import NewPage, axe_violations
from tests.support.relay import Relay, relaying
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

CUT = "WebSocket connection to"
"""How the browser complains of a socket that ends."""
LATE = 45_000
"""Milliseconds within which a page has come back from a cut."""
PASSWORD = "kusuri to mizu to hikari"


@pytest.fixture
def cable(demo_server: LiveServer) -> Iterator[Relay]:
    """The way of one of the windows to the server."""
    with relaying(demo_server.url) as relay:
        yield relay


def field(page: Page) -> Locator:
    """Where messages are written."""
    return page.get_by_role("textbox", name=re.compile("へのメッセージ"))


def address(page: Page, name: str, text: str) -> None:
    """Address somebody of the room by the list behind @; it is not sent yet."""
    field(page).press_sequentially(f"@{name[:2]}")
    expect(page.locator("#mentionable [role=option]").first).to_be_visible()
    field(page).press("Enter")
    field(page).press_sequentially(text)


def numbers(page: Page) -> list[int]:
    """The numbers of the messages as they stand in the log."""
    found: list[int] = page.locator("[data-chat-messages] li[data-seq]").evaluate_all(
        "(items) => items.map((item) => Number(item.dataset.seq))"
    )
    return found


def test_who_was_cut_off_finds_what_names_them(sign_in: Callable[..., Page], cable: Relay) -> None:
    other = sign_in("staff", 1, url=cable.url, expected=CUT)
    writer = sign_in("staff", 0)
    name, own = own_name(other), own_name(writer)
    room = f"停電時の連絡 {secrets.token_hex(4)}"
    path = open_room(writer, room, name)
    other.goto(path)
    write(writer, "点検を始めます。")
    expect(said(other, "点検を始めます。")).to_be_visible()

    # While one window is cut off the other one goes on, and what is written in the first one waits.
    cable.cut()
    address(writer, name, "非常灯を見てください。")
    field(writer).press("Control+Enter")
    expect(said(writer, "非常灯を見てください。").locator(".chat-mention")).to_have_text(f"@{name}")
    write(writer, "三階です。")
    act(said(writer, "三階です。"), "編集")
    writer.get_by_label("メッセージ").fill("四階です。")
    writer.get_by_role("button", name="保存する").click()
    field(other).fill("発電機は動いています。")
    field(other).press("Control+Enter")
    waiting = other.get_by_role("list", name="未送信")
    expect(waiting).to_contain_text("発電機は動いています。")

    # It comes back by itself: everything in its order, once, as it is worded now; the mention stands out and in the list.
    cable.restore()
    expect(said(other, "非常灯を見てください。")).to_be_visible(timeout=LATE)
    expect(waiting).to_be_hidden(timeout=LATE)
    expect(said(other, "四階です。")).to_be_visible(timeout=LATE)
    expect(said(other, "三階です。")).to_have_count(0)
    expect(said(writer, "発電機は動いています。")).to_be_visible(timeout=LATE)
    assert numbers(other) == numbers(writer) == [1, 2, 3, 4]
    expect(said(other, "非常灯を見てください。").locator(".chat-mention.is-me")).to_have_text(f"@{name}")
    assert axe_violations(other) == []
    other.goto("/chat/addressed")
    expect(other.locator(".chat-found-item").filter(has_text=room)).to_have_count(1)
    other.goto(path)

    # What the server has taken while its answer was lost is sent again and stands there once.
    address(other, own, "全て点灯しています。")
    cable.lose_answers()
    field(other).press("Control+Enter")
    expect(said(writer, "全て点灯しています。")).to_be_visible(timeout=LATE)
    cable.restore()
    expect(said(other, "全て点灯しています。")).to_be_visible(timeout=LATE)
    expect(other.get_by_role("list", name="未送信")).to_be_hidden(timeout=LATE)
    for page in (other, writer):
        assert numbers(page) == [1, 2, 3, 4, 5]
    writer.goto("/chat/addressed")
    expect(writer.locator(".chat-found-item").filter(has_text=room)).to_have_count(1)

    # The browser itself has no network: events may still come by an open socket, and what they tell of is fetched later.
    writer.goto(path)
    other.context.set_offline(True)
    write(writer, "復電しました。")
    other.wait_for_timeout(1500)
    expect(said(other, "復電しました。")).to_have_count(0)
    other.context.set_offline(False)
    expect(said(other, "復電しました。")).to_have_count(1, timeout=LATE)
    assert numbers(other) == [1, 2, 3, 4, 5, 6]


def test_an_enquiry_is_answered_by_a_section_whose_window_was_cut(
    sign_in: Callable[..., Page], cable: Relay
) -> None:
    section = sign_in("staff", 15, url=cable.url, expected=CUT)
    answering, unit = own_name(section), section.locator(".me-unit").first.inner_text().strip()
    asker = sign_in("staff", 0)
    asker.goto("/chat/desks")
    asker.get_by_role("row").filter(has_text=unit).get_by_role("link", name="質問する").first.click()
    section.goto("/chat/")

    # Asked while nobody of the section is connected; a second question follows.
    cable.cut()
    asker.get_by_label("件名").fill("様式の提出先")
    asker.get_by_label("質問").fill("どこへ出しますか。")
    asker.get_by_role("button", name="送信").click()
    expect(said(asker, "どこへ出しますか。")).to_be_visible()
    room = re.sub(r"^https?://[^/]+|\?.*", "", asker.url)
    write(asker, "期限も教えてください。")
    cable.restore()
    section.goto(room)
    expect(said(section, "期限も教えてください。")).to_be_visible()
    assert numbers(section) == [1, 2]

    # The answer is written in a cut, goes out once, and is the section's: the asker's window never names who wrote it.
    cable.cut()
    field(section).fill("総務係へ、金曜日までです。")
    field(section).press("Control+Enter")
    expect(section.get_by_role("list", name="未送信")).to_contain_text("金曜日までです。")
    write(asker, "急いでいます。")
    cable.restore()
    expect(said(asker, "金曜日までです。")).to_have_count(1, timeout=LATE)
    expect(said(section, "急いでいます。")).to_have_count(1, timeout=LATE)
    assert numbers(asker) == [1, 2, 3, 4]
    assert numbers(section) == [1, 2, 3, 4]
    expect(said(asker, "金曜日までです。").locator(".chat-sender")).to_have_text(re.compile(unit))
    expect(said(section, "金曜日までです。")).to_contain_text("総務係へ")
    for page in ("", "?latest=1", "/readers/1", "/search?q=金曜日"):
        asker.goto(f"{room}{page}")
        assert answering not in asker.content()
    assert axe_violations(asker) == []


def test_a_guest_comes_back_to_what_is_theirs(
    sign_in: Callable[..., Page], new_page: NewPage, cable: Relay
) -> None:
    owner = sign_in("staff", 0)
    path = open_room(owner, "救護所の準備", own_name(sign_in("staff", 1)))
    elsewhere = open_room(owner, "内輪の話", own_name(sign_in("staff", 1)))
    owner.goto(f"{path}/guests")
    owner.get_by_label("氏名").fill("石川 渚")
    owner.get_by_label("所属").fill("みなと病院")
    owner.get_by_label("最終日").fill((clock.today() + timedelta(days=7)).isoformat())
    owner.get_by_role("button", name="招待する").click()
    code = (
        owner.locator("dt", has_text="招待コード")
        .locator("xpath=following-sibling::dd[1]")
        .inner_text()
        .strip()
    )
    officer = sign_in("bureau_administrator", 0)
    officer.goto("/chat/guests")
    row = officer.get_by_role("row").filter(has_text="救護所の準備")
    row.get_by_role("button", name="承認する").first.click()

    guest = new_page(base_url=cable.url, expected=CUT)
    guest.goto("/guests/begin")
    guest.get_by_label("招待コード").fill(code)
    for place in guest.locator("input[type=password]").all():
        place.fill(PASSWORD)
    guest.locator("main form button[type=submit]").first.click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("救護所の準備")
    owner.goto(path)
    write(owner, "受付は二階です。")
    expect(said(guest, "受付は二階です。")).to_be_visible(timeout=LATE)

    # What changes in a cut is there a few seconds after it: new, edited, reacted to; and what was written goes once.
    cable.cut()
    act(said(owner, "受付は二階です。"), "編集")
    owner.get_by_label("メッセージ").fill("受付は一階です。")
    owner.get_by_role("button", name="保存する").click()
    write(owner, "担架は二台あります。")
    expect(said(owner, "担架は二台あります。")).to_have_count(1)
    field(guest).fill("医師は二名です。")
    field(guest).press("Control+Enter")
    expect(guest.get_by_role("list", name="未送信")).to_contain_text("医師は二名です。")
    cable.restore()
    expect(said(guest, "受付は一階です。")).to_contain_text("編集済み", timeout=LATE)
    expect(said(guest, "受付は二階です。")).to_have_count(0)
    expect(said(guest, "担架は二台あります。")).to_have_count(1, timeout=LATE)
    expect(said(owner, "医師は二名です。")).to_have_count(1, timeout=LATE)
    expect(guest.get_by_role("list", name="未送信")).to_be_hidden(timeout=LATE)
    assert numbers(guest) == numbers(owner) == [1, 2, 3]
    assert axe_violations(guest) == []

    # And nothing else is there, whatever they ask for.
    for foreign in (elsewhere, "/chat/", "/chat/search?q=内輪", "/directory/", f"{path}/members"):
        answer = guest.goto(foreign)
        assert answer is not None
        assert answer.status == 404
        expect(guest.get_by_text("内輪の話")).to_have_count(0)


def test_notes_and_tasks_written_in_two_windows_around_a_cut(
    sign_in: Callable[..., Page], cable: Relay
) -> None:
    other = sign_in("staff", 1, url=cable.url, expected=CUT)
    writer = sign_in("staff", 0)
    path = open_room(writer, "朝会の記録", own_name(other))
    writer.goto(f"{path}/notes/new")
    writer.get_by_label("件名").fill("朝会")
    writer.get_by_label("本文").fill("出席者の確認")
    writer.get_by_role("button", name="保存").click()
    expect(writer.get_by_text("ノートを保存しました。")).to_be_visible()
    note = re.sub(r"^https?://[^/]+", "", writer.url)
    other.goto(note)
    expect(other.get_by_text("出席者の確認")).to_be_visible()

    # Both change it; one of them cannot save in the cut and keeps every word.
    other.get_by_role("link", name="編集").click()
    other.get_by_label("本文").fill("出席者の確認\n体育館の鍵を借りる")
    cable.cut()
    writer.get_by_role("link", name="編集").click()
    writer.get_by_label("本文").fill("出席者の確認\n毛布を数える")
    writer.get_by_role("button", name="保存").click()
    expect(writer.get_by_text("ノートを保存しました。")).to_be_visible()
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_text("接続が切れています。", exact=False).first).to_be_visible(timeout=LATE)
    expect(other.get_by_label("本文")).to_have_value("出席者の確認\n体育館の鍵を借りる")

    # Back again it learns of the other wording, is shown both, and decides.
    cable.restore()
    expect(other.locator("#note-state")).to_contain_text("変更", timeout=LATE)
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_text("毛布を数える")).to_be_visible(timeout=LATE)
    expect(other.get_by_label("本文")).to_have_value("出席者の確認\n体育館の鍵を借りる")
    assert axe_violations(other) == []
    other.get_by_label("本文").fill("出席者の確認\n毛布を数える\n体育館の鍵を借りる")
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_text("ノートを保存しました。")).to_be_visible()
    expect(writer.get_by_text("体育館の鍵を借りる")).to_be_visible(timeout=LATE)

    # A task that is set and done in a cut stands in the other window as it is now.
    other.goto(f"{path}/tasks")
    expect(other.get_by_text("登録", exact=False).first).to_be_visible()
    cable.cut()
    writer.goto(f"{path}/tasks/new")
    writer.get_by_label("内容").fill("鍵を返す")
    writer.get_by_role("button", name="タスクを登録").click()
    expect(writer.get_by_role("link", name="鍵を返す")).to_be_visible()
    cable.restore()
    task = other.get_by_role("listitem").filter(has_text="鍵を返す")
    expect(task).to_have_count(1, timeout=LATE)
    writer.goto(f"{path}/tasks")
    cable.cut()
    writer.get_by_role("button", name=re.compile("^完了")).click()
    expect(writer.get_by_text("タスクを完了にしました。")).to_be_visible()
    cable.restore()
    expect(task).to_have_count(0, timeout=LATE)
