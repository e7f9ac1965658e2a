"""The story of the first house: the mayor posts, staff read and confirm, an administrator sees who has not.

Runs against the demo village, signed in with the accounts that the demo wrote.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from groupware import clock
from tests.support.browser import axe_violations, rich_editor

pytestmark = pytest.mark.browser

TITLE = "年末年始の応援体制について"


def manager(sign_in: Callable[..., Page], path: str) -> Page:
    """A bureau's administrator who looks after the posting: function administrators reach their own organisation."""
    for number in range(9):
        page = sign_in("bureau_administrator", number)
        answer = page.goto(path)
        if answer is not None and answer.ok:
            return page
        page.context.close()
    raise AssertionError("no bureau administrator of the demo looks after the mayor's postings")


def post_as_mayor(page: Page) -> str:
    """Write a message to all staff that asks for confirmation; returns the path of the posting."""
    page.get_by_role("link", name="インフォメーション").first.click()
    page.get_by_role("link", name="新規登録").click()
    page.get_by_label("件名").fill(TITLE)
    page.get_by_label("分類").select_option(label="市長からのメッセージ")
    page.get_by_label("発信元").select_option(index=1)
    rich_editor(page, "本文").click()
    page.keyboard.type("年末年始の窓口の応援について、各課で確認してください。")
    search = page.get_by_role("combobox", name=re.compile("公開する相手"))
    search.fill("全職員")
    page.locator("[role=listbox] [role=option]").first.click()
    expect(page.locator("#reach")).to_contain_text(re.compile(r"全職員\d+人に公開されます。"))
    page.get_by_label("読んだ人に確認を求める").check(force=True)
    page.get_by_label("確認期限").fill((clock.today() + timedelta(days=5)).isoformat())
    assert axe_violations(page) == []
    page.get_by_role("button", name="登録する").click()
    question = page.get_by_text(re.compile(r"全職員\d+人に公開されます。公開先に間違いはありませんか。"))
    expect(question).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name="全員に公開").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text(re.compile("掲示を登録しました。"))).to_be_visible()
    return re.sub(r"^https?://[^/]+", "", page.url)


def test_mayor_posts_staff_confirm_and_an_administrator_notifies_the_others(sign_in):
    mayor = sign_in("mayor")
    path = post_as_mayor(mayor)

    reader = sign_in("staff", 0)
    expect(reader.locator(".honour")).to_contain_text(TITLE)
    assert axe_violations(reader) == []
    reader.locator(".honour a").click()
    expect(reader.get_by_text("開いただけでは確認済みになりません。")).to_be_visible()
    assert axe_violations(reader) == []
    reader.get_by_role("button", name="内容を確認しました").click()
    expect(reader.get_by_text("確認を記録しました。ありがとうございます。")).to_be_visible()
    expect(reader.get_by_text(re.compile("に確認しました。"))).to_be_visible()

    late = sign_in("staff", 1)
    late.goto(path)
    expect(late.get_by_role("button", name="内容を確認しました")).to_be_visible()

    administrator = manager(sign_in, f"{path}/receipts")
    assert axe_violations(administrator) == []
    figures = administrator.locator(".figures")
    expect(figures).to_contain_text("確認済み")
    administrator.locator(".receipt-row a").nth(1).click()
    expect(administrator.locator("#names")).not_to_contain_text("左の表から組織を選んでください。")
    administrator.get_by_role("button", name="未確認の人に再通知").click()
    administrator.locator("#confirm-dialog").get_by_role("button", name="未確認の人に再通知").click()
    expect(administrator.get_by_text(re.compile(r"未確認の\d+人に再通知しました。"))).to_be_visible()

    late.goto("/")
    waiting = late.get_by_role("listitem").filter(has_text=TITLE).filter(has_text="再通知")
    expect(waiting.first).to_be_visible()
    reader.goto("/")
    expect(reader.get_by_role("listitem").filter(has_text=TITLE).filter(has_text="再通知")).to_have_count(0)


@pytest.mark.parametrize("width", [1366, 390])
def test_pages_of_the_board_have_no_fault_and_fit(sign_in, width):
    page = sign_in("mayor", viewport={"width": width, "height": 720})
    for path in ("", "unread", "unconfirmed", "own", "ended", "new"):
        page.goto(f"/bulletin/{path}")
        assert axe_violations(page) == [], path
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), path
    page.goto("/bulletin/own")
    page.locator("[data-row-link]").first.click()
    place = page.url
    for path in ("", "/receipts", "/history", "/history/1", "/edit"):
        page.goto(place + path)
        assert axe_violations(page) == [], path
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), path


def test_board_is_read_and_confirmed_without_scripts(sign_in):
    path = post_as_mayor(sign_in("mayor"))
    page = sign_in("staff", 2, java_script_enabled=False)
    page.goto("/bulletin/unconfirmed")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page).to_have_url(re.compile(path + "$"))
    page.get_by_role("button", name="内容を確認しました").click()
    expect(page.get_by_role("button", name="内容を確認しました")).to_have_count(0)
    page.goto("/bulletin/unconfirmed")
    expect(page.locator(f"[data-row-link][href$='{path}']")).to_have_count(0)
    page.goto("/bulletin/new")
    expect(page.get_by_label("全職員")).to_be_visible()
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_text("「件名」を入力してください。").first).to_be_visible()
