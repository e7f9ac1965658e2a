"""What the schedule asks most of hands, without a mouse: pinned groups, a date poll until its event, an appointment with the mayor."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from groupware import clock
from groupware.calendar.holidays import next_working_day
from tests.support.browser import axe_violations, tab_to

pytestmark = pytest.mark.browser

DAY = next_working_day(clock.today() + timedelta(days=50))
"""A day behind everything that the demo has entered."""


def press(page: Page, target: str, key: str = "Enter") -> None:
    """Go to a control by the Tab key and press it."""
    tab_to(page, target)
    page.keyboard.press(key)


def write(page: Page, target: str, text: str) -> None:
    """Go to a field by the Tab key, and write over what it holds."""
    tab_to(page, target)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def write_day(page: Page, target: str) -> None:
    """Go to a field for a day, and type its parts in the order of the browser's own language, which is English."""
    tab_to(page, target)
    page.keyboard.type(DAY.strftime("%m%d%Y"))
    expect(page.locator(target)).to_have_value(DAY.isoformat())


def write_time(page: Page, target: str, hour: int) -> None:
    """Go to a field for a time, and type it."""
    tab_to(page, target)
    page.keyboard.type(f"{hour % 12 or 12:02d}00{'AM' if hour < 12 else 'PM'}")
    expect(page.locator(target)).to_have_value(f"{hour:02d}:00")


def test_groups_are_pinned_moved_and_unpinned(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk", 2)
    page.goto("/schedule/settings")
    pins = page.locator(".pin-list > li")
    before = pins.count()
    pinned = 0
    for unit in range(2, 12):
        page.goto(f"/schedule/?unit={unit}")
        if page.locator("form:has(input[value=pin])").count() and pinned < 2:
            press(page, "form:has(input[value=pin]) button")
            expect(page.locator("form:has(input[value=unpin])")).to_be_visible()
            pinned += 1
    page.goto("/schedule/settings")
    expect(pins).to_have_count(before + 2)
    last = pins.last.locator("a").inner_text()
    press(page, f".pin-list > li:nth-child({before + 2}) form:has(input[value=up]) button")
    expect(pins.nth(before).locator("a")).to_have_text(last)
    press(page, f".pin-list > li:nth-child({before + 1}) form:has(input[value=unpin]) button")
    expect(pins).to_have_count(before + 1)
    expect(pins.last.locator("a")).not_to_have_text(last)


def test_date_poll_becomes_an_event(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk", 2)
    page.goto("/schedule/polls")
    press(page, "a[href$='/polls/new']")
    expect(page.locator("#title")).to_be_focused()
    page.keyboard.type("庁舎移転の打合せ")
    own_name = " ".join(page.locator("header summary").last.inner_text().split()[-2:])
    tab_to(page, "#participants-search")
    for number, name in enumerate(("広報課", own_name), start=1):
        page.keyboard.type(name)
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("input[name=participants]")).to_have_count(number)
    for row, begins in ((1, 10), (2, 14)):
        write_day(page, f"#day-{row}")
        write_time(page, f"#begins-{row}", begins)
        write_time(page, f"#ends-{row}", begins + 1)
    press(page, ".form-actions .button-primary")
    expect(page.get_by_role("heading", level=1)).to_contain_text("庁舎移転の打合せ")
    for number in (1, 2):
        press(page, f"#answer li:nth-child({number}) input[type=radio]", "Space")
    press(page, "#answer form .button-primary")
    expect(page.locator("#messages")).to_be_visible()
    press(page, ".poll-sums a.button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("に決める")
    press(page, ".form-actions .button-primary")
    page.wait_for_url(re.compile(r"/schedule/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("庁舎移転の打合せ")
    assert axe_violations(page) == []


def test_appointment_is_asked_for_and_fixed(sign_in: Callable[..., Page]) -> None:
    page = sign_in("section_clerk", 2)
    page.goto("/schedule/special")
    press(page, "a[href$='/special/new']")
    expect(page.locator("#title")).to_be_visible()
    write(page, "#title", "優良職員の表彰")
    write_day(page, "#day")
    write_time(page, "#starts_time", 16)
    write_time(page, "#ends_time", 17)
    press(page, ".form-actions .button-primary")
    expect(page.get_by_role("heading", level=1)).to_contain_text("優良職員の表彰")

    secretary = secretary_of(sign_in, "優良職員の表彰")
    press(secretary, f"a[href='{page.url.removeprefix(page.url.split('/schedule')[0])}']")
    expect(secretary.get_by_role("heading", level=1)).to_contain_text("優良職員の表彰")
    press(secretary, "form[action$='/assign'] .button")
    expect(secretary.get_by_text("調整中", exact=True)).to_be_visible()
    press(secretary, "form[action$='/fix'] .button-primary")
    expect(secretary.get_by_text("確定", exact=True).first).to_be_visible()
    assert axe_violations(secretary) == []
    page.reload()
    expect(page.get_by_role("link", name="予定を見る")).to_be_visible()


def secretary_of(sign_in: Callable[..., Page], title: str) -> Page:
    """Somebody who arranges what was asked for."""
    for number in range(1, 42):
        page = sign_in("staff", -number)
        page.goto("/schedule/special")
        if page.get_by_text(title).count():
            return page
        page.context.close()
    raise AssertionError("nobody of the demo arranges appointments")
