"""Open pages learn of what happens elsewhere: in two browsers that nobody reloads."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import axe_violations, rich_editor

pytestmark = pytest.mark.browser


def _post(page: Page, title: str) -> str:
    """Post to all staff, with comments and reactions; returns the path of the posting."""
    page.goto("/bulletin/new")
    page.get_by_label("件名").fill(title)
    page.get_by_label("分類").select_option(label="市長からのメッセージ")
    page.get_by_label("発信元").select_option(index=1)
    rich_editor(page, "本文").click()
    page.keyboard.type("ご意見をお聞かせください。")
    page.get_by_role("combobox", name=re.compile("公開する相手")).fill("全職員")
    page.locator("[role=listbox] [role=option]").first.click()
    page.get_by_label(re.compile("コメント")).first.check(force=True)
    page.get_by_label(re.compile("リアクション")).first.check(force=True)
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("button", name="全員に公開").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return re.sub(r"^https?://[^/]+", "", page.url)


def test_a_new_posting_and_what_is_said_under_it_reach_pages_that_are_open(
    sign_in: Callable[..., Page],
) -> None:
    reader = sign_in("staff", 0)
    reader.goto("/bulletin/")
    news = reader.get_by_text("新しい掲示が届いています。")
    expect(news).to_be_hidden()
    reader.wait_for_timeout(1500)
    before = reader.title()

    mayor = sign_in("mayor")
    path = _post(mayor, "庁舎の使い方について")
    expect(news).to_be_visible(timeout=45_000)  # a worker has to write it down first
    expect(reader).to_have_title(re.compile(r"^\(\d+\) " + re.escape(before.split(") ", 1)[-1])))
    assert "favicon-news" in (reader.locator('link[rel="icon"]').get_attribute("href") or "")
    assert axe_violations(reader) == []
    reader.get_by_role("link", name="表示する").click()
    expect(reader.get_by_text("庁舎の使い方について").first).to_be_visible()

    reader.goto(path)
    other = sign_in("staff", 1)
    other.goto(path)
    other.wait_for_timeout(1500)
    reader.wait_for_timeout(500)
    other.get_by_label("コメント").last.press_sequentially("会議室を広く使いたいです。", delay=20)
    expect(reader.get_by_text(re.compile("さんが入力しています"))).to_be_visible()
    reader.get_by_label("コメント").last.fill("書きかけ")
    other.get_by_role("button", name="送信").click()
    expect(reader.locator("#talk")).to_contain_text("会議室を広く使いたいです。")
    expect(reader.get_by_text(re.compile("さんが入力しています"))).to_be_hidden(timeout=3000)
    expect(reader.get_by_label("コメント").last).to_have_value("書きかけ")
    other.locator(".reaction").first.click()
    expect(reader.locator(".reaction").first).to_contain_text("1")
    assert axe_violations(reader) == []


def test_presence_of_somebody_is_shown_on_their_card(sign_in: Callable[..., Page]) -> None:
    reader = sign_in("staff", 0)
    other = sign_in("staff", 1)
    card = other.locator("body").get_attribute("data-person")
    assert card
    reader.goto(card)
    presence = reader.locator("[data-presence]")
    expect(presence).to_have_text("オンライン", timeout=20_000)
    other.context.close()
    expect(presence).to_have_text("オフライン", timeout=20_000)
