"""Stories of facility booking: a request and its rival, a series that meets conflicts. Against the demo village."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from groupware import clock
from groupware.calendar.holidays import next_working_day
from tests.support.browser import axe_violations, tab_to

pytestmark = pytest.mark.browser

FREE = next_working_day(clock.today() + timedelta(days=60))
"""A day behind everything that the demo has booked."""


def row_of(page: Page, day: date, name: str) -> Locator:
    """The row of a facility in the grid of a day."""
    page.goto(f"/facility/?day={day.isoformat()}")
    return page.locator("table.grid tbody tr").filter(
        has=page.get_by_role("rowheader", name=re.compile(name))
    )


def book(page: Page, day: date, name: str, hour: str, purpose: str) -> None:
    """Choose a free cell and book it."""
    row_of(page, day, name).get_by_role("link", name=hour, exact=True).click()
    page.locator("#title").fill(purpose)
    page.get_by_role("button", name="予約する", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(purpose)


def decider(sign_in: Callable[..., Page]) -> Page:
    """A bureau's administrator who decides on the rooms of the hall."""
    for number in range(9):
        page = sign_in("bureau_administrator", number)
        answer = page.goto("/facility/requests")
        if answer is not None and answer.ok and page.get_by_text("打合せA").count():
            return page
        page.context.close()
    raise AssertionError("no bureau administrator of the demo decides on the rooms of the hall")


def test_administrator_confirms_a_request_and_the_rival_is_told(sign_in):
    first, rival = sign_in("staff", 0), sign_in("staff", 1)
    book(first, FREE, "特別会議室", "10:00", "打合せA")
    expect(first.get_by_text("仮予約", exact=True)).to_be_visible()
    row = row_of(rival, FREE, "特別会議室").first
    row.get_by_role("link", name="9:00", exact=True).click()
    rival.get_by_label("終了", exact=True).fill("10:30")
    rival.locator("#title").fill("打合せB")
    rival.get_by_role("button", name="予約する", exact=True).click()
    expect(rival.get_by_role("heading", level=1)).to_have_text("打合せB")

    administrator = decider(sign_in)
    wanted = administrator.locator("tr").filter(has_text="打合せA")
    expect(wanted.get_by_text("同じ時間にほか1件")).to_be_visible()
    wanted.get_by_role("button", name="本予約にする").click()
    administrator.locator("#confirm-dialog").get_by_role("button", name="本予約にする").click()
    expect(administrator.get_by_text("本予約にしました。")).to_be_visible()
    assert axe_violations(administrator) == []

    rival.reload()
    expect(rival.get_by_text("不承認", exact=True)).to_be_visible()
    expect(rival.get_by_text("別の仮予約が承認されました。")).to_be_visible()
    first.reload()
    expect(first.get_by_text("本予約", exact=True)).to_be_visible()

    write_trip(administrator, "公用車1号")
    administrator.goto("/facility/desk")
    out = administrator.locator("#back .desk-list > li")
    number = out.count()
    out.first.get_by_role("button", name="返却済みにする", exact=True).first.click()
    expect(administrator.get_by_text(re.compile("個が返却されました"))).to_be_visible()
    expect(out).to_have_count(number - 1)


def write_trip(page: Page, car: str) -> None:
    """Drive off with a car, and come back."""
    page.goto("/facility/")
    page.get_by_role("link", name=re.compile("^公用車")).first.click()
    page.get_by_role("rowheader", name=re.compile(car)).get_by_role("link").first.click()
    page.get_by_role("link", name="運転日誌", exact=True).click()
    page.get_by_role("link", name="運転日誌を記入").click()
    page.get_by_label("行先").fill("北部まちづくりセンター")
    page.get_by_label("利用目的").fill("地域行事の打合せ")
    page.locator("#before_checker").fill("山田 太郎")
    page.locator("#before_is_passed").select_option(label="酒気帯びなし")
    kilometres = int(page.locator("#start_km").input_value())
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("北部まちづくりセンター")
    page.locator("#end_km").fill(str(kilometres + 12))
    page.locator("#after_checker").fill("山田 太郎")
    page.locator("#after_is_passed").select_option(label="酒気帯びなし")
    page.get_by_role("button", name="帰着を記入する").click()
    expect(page.get_by_text(f"{kilometres + 12:,} km")).to_be_visible()
    assert axe_violations(page) == []


def test_series_meets_three_conflicts_and_takes_other_rooms(sign_in):
    other, person = sign_in("staff", 2), sign_in("staff", 3)
    for week in (1, 2, 3):
        book(other, FREE + timedelta(weeks=week), "202会議室", "14:00", f"先約{week}")

    row_of(person, FREE, "202会議室").get_by_role("link", name="14:00", exact=True).click()
    person.locator("#title").fill("課内会議")
    person.get_by_text("繰り返し", exact=True).first.click()
    person.get_by_label("繰り返し", exact=True).select_option(label="毎週")
    person.get_by_label("繰り返しの終わり").fill((FREE + timedelta(weeks=4)).isoformat())
    person.get_by_role("button", name="予約する", exact=True).click()
    report = person.get_by_role("alert").filter(has_text="重なっている予約")
    expect(report.locator("tbody tr")).to_have_count(3)
    assert axe_violations(person) == []
    person.get_by_role("button", name="重なる回だけ別の設備にする").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("課内会議")
    rows = person.locator("#times tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.filter(has_text="202会議室")).to_have_count(2)


def test_room_is_booked_and_cancelled_by_keyboard_alone(sign_in):
    page = sign_in("staff", 4)
    page.goto(f"/facility/?day={FREE.isoformat()}")
    tab_to(page, "#day")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#day")).to_be_focused()
    tab_to(page, "table.grid tbody")
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("設備の予約")
    expect(page.get_by_label("開始", exact=True)).to_have_value("09:00")
    tab_to(page, "#title")
    page.keyboard.type("鍵盤の練習")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("鍵盤の練習")
    tab_to(page, ".button-danger")
    page.keyboard.press("Enter")
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Enter")
    tab_to(page, "#confirm-dialog .button-danger")
    page.keyboard.press("Enter")
    expect(page.get_by_text("予約を取り消しました。")).to_be_visible()


def test_hours_are_dragged_over_in_the_grid(sign_in):
    page = sign_in("staff", 6)
    row = row_of(page, FREE, "和室")
    cells = row.locator("td.is-free a")
    begins = str(cells.nth(1).get_attribute("href")).partition("at=")[2]
    # Each is brought into sight first: how far down the row stands depends on what other stories have entered.
    cells.nth(3).hover()
    page.mouse.down()
    cells.nth(1).hover()
    expect(row.locator(".is-picked")).to_have_count(3)
    page.mouse.up()
    expect(page.locator("#starts_at")).to_have_value(f"{begins[:2]}:{begins[2:]}")
    expect(page.locator("#ends_at")).to_have_value(f"{int(begins[:2]) + 3:02d}:{begins[2:]}")


def test_grid_that_is_open_shows_what_somebody_else_books(sign_in):
    reader, other = sign_in("staff", 4), sign_in("staff", 5)
    row = row_of(reader, FREE, "研修室")
    reader.wait_for_timeout(1500)
    reader.locator("table.grid tbody a").nth(3).focus()
    book(other, FREE, "研修室", "15:00", "防災訓練の打合せ")
    expect(row.get_by_text("防災訓練の打合せ")).to_be_visible()
    assert reader.evaluate("document.activeElement.closest('table.grid') !== null")
