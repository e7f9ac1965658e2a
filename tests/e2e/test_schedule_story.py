"""A day with the schedule, in a browser: find a free hour, enter it, drag it, take it back; see what others enter."""

import csv
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import LiveServer

pytestmark = pytest.mark.browser


def test_free_hour_is_found_entered_and_dragged(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk")
    page.goto("/schedule/free")
    page.get_by_role("button", name="空き時間を探す").click()
    page.locator("a.free-proposal").first.click()
    page.get_by_label("件名").fill("来年度予算の打合せ")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="来年度予算の打合せ")).to_be_visible()
    day = page.get_by_role("navigation").get_by_role("link", name="スケジュール").last.get_attribute("href")
    assert day is not None

    page.goto(f"/schedule/week?{day.partition('?')[2]}")
    block = page.locator("[data-event]").filter(has_text="来年度予算の打合せ")
    before = block.get_attribute("data-from")
    box = block.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=3)
    page.mouse.move(x, y + 52, steps=3)
    page.mouse.up()
    expect(page.locator("#messages")).to_contain_text("移動しました。")
    assert block.get_attribute("data-from") != before
    page.get_by_role("button", name="元に戻す").click()
    expect(block).to_have_attribute("data-from", str(before))

    block.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(block).not_to_have_attribute("data-from", str(before))
    expect(block).to_be_focused()


def test_week_shows_by_itself_what_somebody_else_enters(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk")
    page.goto("/schedule/")
    other = page.context.new_page()
    other.goto(page.url.replace("/schedule/", "/schedule/new"))
    other.get_by_label("件名").fill("急な来客")
    other.get_by_role("button", name="登録する").click()
    expect(other.get_by_role("heading", name="急な来客")).to_be_visible()
    expect(page.locator(".org-week").get_by_text("急な来客")).to_be_visible(timeout=15_000)


def test_secretary_books_an_hour_of_eight_people_and_a_room_in_under_a_minute(
    sign_in: Callable[..., Page], demo_server: LiveServer
) -> None:
    with (demo_server.instance / "demo-accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        others = [one["login"] for one in csv.DictReader(file) if one["role"] != "section_clerk"]
    page = sign_in("section_clerk")
    begun = time.monotonic()
    page.goto("/schedule/free")
    people = page.locator("fieldset, div").filter(has=page.locator("textarea[name=participants_text]")).last
    page.get_by_text("氏名・番号を貼り付け").first.click()
    page.locator("textarea[name=participants_text]").fill("\n".join(others[-7:]))
    people.get_by_role("button", name="職員を探す").first.click()
    expect(page.locator("input[name=participants]")).to_have_count(8)
    page.locator("summary").filter(has_text="設備").click()
    page.locator("input[name=rooms]").first.check()
    page.get_by_role("button", name="空き時間を探す").click()
    page.locator("a.free-proposal").first.click()
    page.get_by_label("件名").fill("部長会議の事前打合せ")
    expect(page.locator("#room-choices input[name=rooms]:checked")).to_have_count(1)
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="部長会議の事前打合せ")).to_be_visible()
    assert time.monotonic() - begun < 60
    expect(page.locator("dl").first).to_contain_text("本予約")
    expect(page.locator(".event-people li")).to_have_count(8)
