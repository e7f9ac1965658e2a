"""A story of programs in a room: a webhook is made, what it posts arrives while people look, and commands are typed with the keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_chat_story import open_room, own_name, said
from tests.support.browser import axe_violations

pytestmark = pytest.mark.browser


def test_a_system_posts_and_commands_are_typed(sign_in: Callable[..., Page]) -> None:
    other = sign_in("staff", 1, expected="status of 422")
    owner = sign_in("staff", 0)
    name = own_name(other)
    path = open_room(owner, "ポンプ場の当番", name)
    other.goto(path)

    # A webhook is made; its address is shown this once.
    owner.goto(f"{path}/webhooks")
    assert axe_violations(owner) == []
    owner.get_by_label("送信者名").fill("水位監視システム")
    owner.get_by_role("button", name="作る", exact=True).click()
    address = owner.get_by_label("URL", exact=True).inner_text()
    assert axe_violations(owner) == []
    owner.get_by_role("link", name="受信Webhookに戻る").click()
    expect(owner.get_by_role("cell", name="水位監視システム", exact=True)).to_be_visible()
    expect(owner.get_by_text(address)).to_have_count(0)

    # What the system says arrives in the open window, once, and is nobody's.
    alarm = {"text": "水位が警戒値に達しました。", "key": "alarm-1"}
    statuses = [other.request.post(address, data=alarm).status for _ in range(2)]
    assert statuses == [201, 200]
    message = said(other, "水位が警戒値に達しました。")
    expect(message).to_have_count(1, timeout=15_000)
    expect(message.get_by_text("水位監視システム", exact=True)).to_be_visible()
    expect(message.get_by_text("自動投稿", exact=True)).to_be_visible()
    expect(message.get_by_role("link", name="編集")).to_have_count(0)
    assert axe_violations(other) == []

    # A command by the keyboard: the list, the arrow, Enter; the answer is seen by who typed it alone.
    field = other.get_by_role("textbox", name=re.compile("へのメッセージ"))
    field.press_sequentially("／へる")
    options = other.get_by_role("listbox", name="コマンド").get_by_role("option")
    expect(options).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("/ヘルプ ")
    field.press("Control+Enter")
    answer = other.get_by_role("status").filter(has_text="あなただけに表示されています。")
    expect(answer).to_be_visible()
    expect(field).to_have_value("")
    assert axe_violations(other) == []
    answer.get_by_role("button", name="閉じる").click()
    expect(answer).to_have_count(0)

    # What is no command goes nowhere and is not lost; what opens a form fills it in.
    field.fill("/ない 巡回します")
    field.press("Control+Enter")
    expect(other.get_by_text("「/ない」というコマンドはありません。", exact=False)).to_be_visible()
    expect(field).to_have_value("/ない 巡回します")
    field.fill("/タスク 水位計の点検")
    field.press("Control+Enter")
    expect(other.get_by_label("内容")).to_have_value("水位計の点検")
    owner.goto(path)
    expect(said(owner, "水位が警戒値に達しました。")).to_have_count(1)
    expect(said(owner, "ない 巡回します")).to_have_count(0)

    # Revoked, the address does not exist.
    owner.goto(f"{path}/webhooks")
    owner.get_by_role("button", name="水位監視システムを無効にする").click()
    owner.get_by_role("dialog").get_by_role("button", name="無効にする").click()
    expect(owner.get_by_text("受信Webhookを無効にしました。")).to_be_visible()
    assert other.request.post(address, data=alarm | {"key": "alarm-2"}).status == 404
