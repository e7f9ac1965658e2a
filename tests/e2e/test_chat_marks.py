"""A story of what people find again in the chat: formatted, pinned, bookmarked and forwarded, by the keyboard and in two windows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_chat_story import act, menu, open_room, own_name, said
from tests.support.browser import axe_violations

pytestmark = pytest.mark.browser


def test_a_message_is_found_again(sign_in: Callable[..., Page]) -> None:
    other, writer = sign_in("staff", 1), sign_in("staff", 0)
    path = open_room(writer, "備蓄の点検", own_name(other))
    other.goto(path)
    expect(other.get_by_role("log")).to_be_visible()

    # Buttons put marks around what is selected, and take them away again.
    field = writer.get_by_role("textbox", name=re.compile("へのメッセージ"))
    field.fill("9時集合")
    field.press("Control+A")
    field.press("Control+B")
    expect(field).to_have_value("**9時集合**")
    field.press("Control+B")
    expect(field).to_have_value("9時集合")
    writer.get_by_role("button", name="太字（Ctrl+B）").press("Enter")
    field.press("Control+End")
    field.press("Enter")
    field.press_sequentially("帽子")
    writer.get_by_role("button", name="箇条書き").press("Enter")
    expect(field).to_have_value("**9時集合**\n- 帽子")
    field.press("Control+Enter")
    for page in (writer, other):
        expect(said(page, "9時集合").locator("strong")).to_have_text("9時集合")
        expect(said(page, "9時集合").locator(".chat-text li")).to_have_text("帽子")

    # A pin stands below the name of the room in both windows, and goes as it came.
    act(said(writer, "9時集合"), "ピン留め")
    for page in (writer, other):
        expect(page.locator(".chat-pinned")).to_contain_text("9時集合 帽子")
        expect(said(page, "9時集合").locator(".chat-mark")).to_have_text("ピン留め")
    other.locator(".chat-pinned").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("ピン留めしたメッセージ")
    assert axe_violations(other) == []
    other.get_by_role("link", name="会話の中で表示").click()
    expect(said(other, "9時集合")).to_be_visible()

    # A bookmark with a note is the reader's own.
    act(said(other, "9時集合"), "ブックマーク")
    expect(said(other, "9時集合")).to_contain_text("ブックマーク済み")
    expect(said(writer, "9時集合")).not_to_contain_text("ブックマーク済み")
    act(said(other, "9時集合"), "メモとブックマーク")
    other.get_by_label("メモ").fill("雨なら体育館")
    assert axe_violations(other) == []
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_text("ブックマークを保存しました。")).to_be_visible()
    other.goto("/chat/bookmarks")
    expect(other.get_by_text("雨なら体育館").first).to_be_visible()
    assert axe_violations(other) == []

    # Forwarded to a person, it says whose it was and not in which room.
    act(said(writer, "9時集合"), "転送")
    writer.get_by_role("combobox", name=re.compile("職員")).fill(own_name(other))
    writer.locator("[role=listbox] [role=option]").first.click()
    writer.get_by_label("コメント").fill("念のため送ります。")
    assert axe_violations(writer) == []
    writer.get_by_role("button", name="転送").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text(own_name(other))
    forwarded = said(writer, "念のため送ります。").last.locator(".chat-forwarded")
    expect(forwarded).to_contain_text(f"転送：{own_name(writer)}")
    expect(forwarded).not_to_contain_text("備蓄の点検")
    expect(forwarded.locator("strong")).to_have_text("9時集合")
    expect(menu(said(writer, "念のため送ります。").last).get_by_role("link", name="削除")).to_be_visible()
    expect(said(writer, "念のため送ります。").last.get_by_role("link", name="編集")).to_have_count(0)

    # The pin is taken away where it was set.
    writer.goto(path)
    act(said(writer, "9時集合"), "ピン留めを外す")
    expect(writer.locator(".chat-pinned")).to_have_count(0)
