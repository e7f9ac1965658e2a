"""A day with the schedule, in a browser: find a free hour, enter it, drag it, take it back; see what others enter; without a mouse."""

import csv
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import axe_violations, tab_to
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


def drag(page: Page, x: float, y: float, to_x: float, to_y: float) -> None:
    """By the mouse, as a hand does it: not in one leap."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    page.mouse.up()


def middle_of(page: Page, target: str) -> tuple[float, float]:
    """The middle of the first that is found, scrolled into sight."""
    found = page.locator(target).first
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_days_are_dragged_over_in_the_week_and_moved_in_the_month(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk", 2)
    page.goto("/schedule/?day=2031-06-04")
    cells = page.locator("tr.is-own [data-cell]")
    places = [str(cells.nth(n).get_attribute("data-cell")) for n in (1, 3)]
    drag(page, *middle_of(page, f"[data-cell='{places[0]}']"), *middle_of(page, f"[data-cell='{places[1]}']"))
    expect(page.locator("#starts_on")).to_have_value("2031-06-03")
    expect(page.locator("#ends_on")).to_have_value("2031-06-05")
    expect(page.locator("#is_all_day")).to_be_checked()
    page.get_by_label("件名").fill("現地研修")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="現地研修")).to_be_visible()

    page.goto("/schedule/month?day=2031-06-04")
    banner = "a.event:has-text('現地研修')"
    drag(page, *middle_of(page, banner), *middle_of(page, "[data-cell='month 2031-06-10']"))
    expect(page.locator("#messages")).to_contain_text("移動しました。")
    expect(page.locator("[data-cell='month 2031-06-12']").locator(banner)).to_be_visible()
    expect(page.locator("[data-cell='month 2031-06-13']").locator(banner)).to_have_count(0)
    last = page.locator("[data-cell='month 2031-06-12']").locator(banner).bounding_box()
    assert last is not None
    edge = (last["x"] + last["width"] - 3, last["y"] + last["height"] / 2)
    drag(page, *edge, *middle_of(page, "[data-cell='month 2031-06-13']"))
    expect(page.locator("[data-cell='month 2031-06-13']").locator(banner)).to_be_visible()
    page.locator("[data-cell='month 2031-06-10']").locator(banner).focus()
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page.locator("[data-cell='month 2031-06-13']").locator(banner)).to_have_count(0)


def test_hours_are_dragged_over_moved_and_stretched_in_the_day_of_an_organisation(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("section_clerk", 2)
    page.goto("/schedule/day?day=2031-06-18")
    row = page.locator("tr.is-own .grid-along")
    box = row.bounding_box()
    assert box is not None
    quarter, y = box["width"] / 40, box["y"] + box["height"] / 2
    drag(page, box["x"] + quarter * 8.5, y, box["x"] + quarter * 11.5, y)
    expect(page.locator("#starts_time")).to_have_value("10:00")
    expect(page.locator("#ends_time")).to_have_value("11:00")
    page.get_by_label("件名").fill("窓口の当番")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="窓口の当番")).to_be_visible()

    page.goto("/schedule/day?day=2031-06-18")
    block = page.locator("[data-event]").filter(has_text="窓口の当番")
    x, y = middle_of(page, "[data-event]:has-text('窓口の当番')")
    drag(page, x, y, x + quarter * 4, y)
    expect(page.locator("#messages")).to_contain_text("移動しました。")
    expect(block).to_have_attribute("data-from", "2031-06-18T11:00")
    # Under the pointer it is wider than its time; its end is where its time ends.
    block.hover(position={"x": quarter * 4 - 3, "y": 10})
    assert block.evaluate("block => block.style.cursor") == "ew-resize"
    page.mouse.down()
    block.hover(position={"x": quarter * 6 - 3, "y": 10}, force=True)
    page.mouse.up()
    expect(block).to_have_attribute("data-to", "2031-06-18T12:30")
    expect(block).to_have_attribute("data-from", "2031-06-18T11:00")
    block.focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(block).to_have_attribute("data-from", "2031-06-18T10:45")
    page.get_by_role("button", name="元に戻す").click()
    expect(block).to_have_attribute("data-from", "2031-06-18T11:00")
    page.evaluate("scrollTo(0, 0)")
    assert axe_violations(page) == []


def test_week_shows_by_itself_what_somebody_else_enters(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk", expected="503")
    page.goto("/schedule/?day=2031-07-09")
    asked: list[str] = []

    def be_away_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=503)
        else:
            route.continue_()

    page.route("**/schedule/?day=2031-07-09", be_away_once)
    other = page.context.new_page()
    other.goto("/schedule/new?day=2031-07-09")
    other.get_by_label("件名").fill("急な来客")
    other.get_by_role("button", name="登録する").click()
    expect(other.get_by_role("heading", name="急な来客")).to_be_visible()
    expect(page.locator(".org-week").get_by_text("急な来客")).to_be_visible(timeout=20_000)
    assert len(asked) == 2


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


def test_series_is_entered_changed_and_deleted_by_keyboard_alone(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk", 1)
    page.goto("/schedule/week")
    tab_to(page, "a.button[href^='/schedule/new']")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_be_focused()
    page.keyboard.type("鍵盤の練習")
    tab_to(page, "#participants-search")
    page.keyboard.type("広報課")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=participants]")).to_have_count(2)
    tab_to(page, "#repeats")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#repeats")).to_have_value("weekly")
    tab_to(page, ".form-actions .button-primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("鍵盤の練習")

    shown = page.get_by_role("navigation").get_by_role("link", name="スケジュール").last
    week = f"/schedule/week?{str(shown.get_attribute('href')).partition('?')[2]}"
    page.goto(week)
    open_from_week(page, "鍵盤の練習")
    tab_to(page, "a[href*='scope=one']")
    page.keyboard.press("Enter")
    expect(page.get_by_text("この回だけを変更します。")).to_be_visible()
    tab_to(page, "#title")
    page.keyboard.press("End")
    page.keyboard.type("(変更)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("鍵盤の練習(変更)")
    tab_to(page, "#comments textarea")
    page.keyboard.type("資料は当日配ります。")
    tab_to(page, "#comments .button")
    page.keyboard.press("Enter")
    expect(page.locator("#comments")).to_contain_text("資料は当日配ります。")
    tab_to(page, ".reminder-form select")
    page.keyboard.press("ArrowDown")
    tab_to(page, ".reminder-form .button")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_be_visible()
    assert axe_violations(page) == []

    page.goto(week)
    tab_to(page, "a.button-icon + a.button-icon")
    page.keyboard.press("Enter")
    open_from_week(page, "鍵盤の練習")
    tab_to(page, "form:has(input[value=following]) button")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")  # at once: who is quick is asked again
    expect(page.locator("#confirm-dialog")).to_be_visible()
    tab_to(
        page, "#confirm-dialog .button-danger, #confirm-dialog .button-quiet, #confirm-dialog .button-primary"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_text("「鍵盤の練習」を削除しました。")).to_be_visible()


def open_from_week(page: Page, title: str) -> None:
    """Open an event of the week that is shown by the Tab key."""
    page.locator("a.event").filter(has_text=title).first.wait_for()
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(
            "title => document.activeElement.matches('a.event') && document.activeElement.textContent.includes(title)",
            title,
        ):
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", level=1)).to_contain_text(title)
            return
    raise AssertionError(f"{title} is not reached by the Tab key")
