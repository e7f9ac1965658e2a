"""The chat on a telephone, with a finger: one calm menu for each message, one row of tools, and nothing moves sideways."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_chat_story import open_room, own_name, said
from tests.support.browser import PHONE, axe_violations

pytestmark = pytest.mark.browser

WIDTH = "document.documentElement.scrollWidth"
FINGER = 44
"""Pixels that a finger needs."""


def heights(place: Locator) -> list[float]:
    """How high those are that can be seen."""
    found: list[float] = place.evaluate_all(
        "(all) => all.filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect().height)"
    )
    return found


def test_a_message_has_one_menu_and_the_field_one_row_of_tools(sign_in: Callable[..., Page]) -> None:
    other = sign_in("staff", 1)
    page = sign_in("staff", 0, **PHONE)
    path = open_room(page, "現地の写真", own_name(other))
    field = page.get_by_role("textbox", name=re.compile("へのメッセージ"))
    field.fill("橋の下を見てきます。")
    page.get_by_role("button", name="送信", exact=True).tap()
    message = said(page, "橋の下を見てきます。")
    expect(message).to_have_count(1)

    # Answering and reacting are there; everything else lies at the lower edge, each as high as a finger.
    expect(message.get_by_role("link", name="返信")).to_be_visible()
    expect(message.get_by_role("link", name="リアクションする")).to_be_visible()
    expect(message.get_by_role("link", name="転送")).to_be_hidden()
    message.locator("[data-chat-more] summary").tap()
    sheet = message.locator("[data-chat-more] .dropdown-panel")
    box = sheet.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"]), round(box["y"] + box["height"])) == (0, 390, 844)
    assert min(heights(sheet.locator("a"))) >= FINGER
    assert axe_violations(page) == []
    sheet.get_by_role("link", name="ピン留め").tap()
    expect(message.locator(".chat-mark")).to_have_text("ピン留め")
    expect(sheet).to_be_hidden()
    assert min(heights(message.locator(".chat-act"))) >= FINGER

    # The tools below the field take one row; what formats comes when it is asked for.
    tools = page.locator(".chat-tools")
    closed = heights(tools)[0]
    assert closed < 2 * FINGER
    expect(page.locator("#chat-format")).to_be_hidden()
    page.get_by_role("button", name="書式").tap()
    page.get_by_role("button", name="箇条書き").tap()
    expect(field).to_have_value(re.compile("^- "))
    assert page.evaluate(WIDTH) == 390

    # Views that are needed now and then stand in a menu, which needs no script.
    page.locator(".section-menu summary").first.tap()
    page.get_by_role("link", name="予約送信").first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("予約送信")
    expect(page.locator(".section-menu[data-current] summary")).to_contain_text("その他")
    assert page.evaluate(WIDTH) == 390
    plain = sign_in("staff", 0, java_script_enabled=False, **PHONE)
    plain.goto(path)
    said(plain, "橋の下を見てきます。").locator("[data-chat-more] summary").tap()
    said(plain, "橋の下を見てきます。").get_by_role("link", name="編集").tap()
    expect(plain.get_by_role("heading", level=1)).to_have_text("メッセージの編集")
    plain.goto("/chat/")
    plain.locator(".section-menu summary").first.tap()
    expect(plain.get_by_role("link", name="公開ルーム", exact=True)).to_be_visible()
