"""The frame and the forms without a mouse: where the keyboard is can always be seen, and it is never lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import rich_editor

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1366, "height": 630}}
SEEN = """async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const element = document.activeElement;
    const drawn = (one) => {
        const style = getComputedStyle(one);
        const after = getComputedStyle(one, "::after");
        return [style, after].some((found) => (found.outlineStyle !== "none" && parseFloat(found.outlineWidth) > 0)
            || found.boxShadow !== "none");
    };
    const places = [element, element.nextElementSibling, element.parentElement, ...(element.labels ?? [])];
    for (let up = element.parentElement; up && places.length < 12; up = up.parentElement) places.push(up);
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + Math.min(box.width, 20) / 2, box.top + Math.min(box.height, 20) / 2];
    const top = document.elementFromPoint(x, y);
    const isOnTop = Boolean(top) && (element.contains(top) || top.contains(element)
        || [...(element.labels ?? [])].some((label) => label.contains(top)));
    return [element.outerHTML.slice(0, 120), places.filter(Boolean).some(drawn), isOnTop];
}"""


def hidden_stops(page: Page, path: str) -> list[str]:
    """Where the keyboard stops without a ring, or below something else, on its way through a page."""
    page.goto(path)
    expect(page.locator("html[data-scripts]")).to_be_attached()
    found = []
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            return found
        element, has_ring, is_on_top = page.evaluate(SEEN)
        if not (has_ring and is_on_top):
            found.append(f"{path}: {'below something' if has_ring else 'no ring'}: {element}")
    return [*found, f"{path}: no way out within 200 stops"]


@pytest.mark.slow
def test_every_stop_of_the_keyboard_can_be_seen(sign_in: Callable[..., Page]) -> None:
    page = sign_in("administrator", **DESK)
    paths = ("/", "/notifications/settings", "/bulletin/new")
    assert [found for path in paths for found in hidden_stops(page, path)] == []


def test_menu_follows_its_neighbours_in_a_header_that_stays_as_wide(sign_in: Callable[..., Page]) -> None:
    page = sign_in("staff", **DESK)
    more = page.locator("[data-menu-more]")
    expect(more).to_be_hidden()
    page.evaluate("() => { document.querySelector('.header [role=search]').style.flex = '0 0 60rem'; }")
    expect(more).to_be_visible()
    page.evaluate("() => { document.querySelector('.header [role=search]').style.flex = ''; }")
    expect(more).to_be_hidden()


def focus(page: Page) -> Locator:
    """What the keyboard acts on."""
    return page.locator(":focus")


def test_reaction_keeps_the_keyboard_where_it_was(sign_in: Callable[..., Page]) -> None:
    page = sign_in("staff", **DESK)
    page.goto("/bulletin/")
    addresses = [one.get_attribute("href") for one in page.locator("main a[href^='/bulletin/0']").all()]
    for address in addresses:
        page.goto(address)
        if page.locator("#reactions").count():
            break
    button = page.locator("#reactions button").first
    for pressed in ("true", "false"):
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-pressed", pressed)
        expect(button).to_be_focused()


def test_question_holds_the_keyboard_and_gives_it_back(sign_in: Callable[..., Page]) -> None:
    page = sign_in("administrator", **DESK)
    page.goto("/portal/arrange/mine")
    page.locator('[data-sortable-item="portal.launcher"] [data-move="down"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("並び順を保存しました。")
    page.reload()
    asks = page.locator("main form[data-confirm] button").first
    asks.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))
    expect(dialog).to_be_visible()
    for _ in range(4):
        # Behind the last button of a modal dialog come the browser's own, and never the page.
        assert page.evaluate("() => document.activeElement.matches('body, dialog[open] *')")
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(asks).to_be_focused()


def test_skip_link_menus_and_their_way_back(sign_in: Callable[..., Page]) -> None:
    page = sign_in("staff", viewport={"width": 390, "height": 844})
    page.goto("/bulletin/")
    page.keyboard.press("Tab")
    expect(focus(page)).to_have_text("本文へ移動")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for menu in (page.locator("[data-menu-more] > summary"), page.locator(".header summary").last):
        menu.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        expect(menu.locator("xpath=..").locator(":focus")).to_have_count(1)
        expect(menu).not_to_be_focused()
        page.keyboard.press("Escape")
        expect(menu).to_be_focused()
        expect(menu.locator("xpath=..")).not_to_have_attribute("open", "")


def test_people_are_picked_and_given_back_without_a_mouse(sign_in: Callable[..., Page]) -> None:
    page = sign_in("administrator", **DESK)
    page.goto("/bulletin/new")
    box = page.get_by_role("combobox", name=re.compile("公開する相手"))
    box.focus()
    page.keyboard.type("総務課")
    expect(page.locator("#audience-options [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#audience [data-picker-remove]")).to_have_count(1)
    expect(box).to_be_focused()
    page.locator("#audience [data-picker-remove]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#audience [data-picker-remove]")).to_have_count(0)
    expect(box).to_be_focused()
    ways = page.locator("#audience [data-picker-way] > summary")
    for way in (ways.first, ways.last):
        way.focus()
        page.keyboard.press("Enter")
        expect(way.locator("xpath=..")).to_have_attribute("open", "")
        inside = way.locator("xpath=..").locator("input, button, textarea, details summary").first
        expect(inside).to_be_visible()
        inside.focus()
        page.keyboard.press("Escape")
        expect(way).to_be_focused()


def test_editor_is_entered_used_and_left_without_a_mouse(sign_in: Callable[..., Page]) -> None:
    page = sign_in("administrator", **DESK)
    page.goto("/bulletin/new")
    area = rich_editor(page, "本文")
    area.focus()
    page.keyboard.type("本文")
    page.keyboard.press("Shift+Tab")
    expect(focus(page)).to_have_attribute("data-command", re.compile("."))
    page.keyboard.press("Escape")
    expect(area).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#files-new")).to_be_focused()


def test_fault_of_a_form_leads_to_its_field(sign_in: Callable[..., Page]) -> None:
    page = sign_in("staff", **DESK)
    page.goto("/incidents/new")
    page.locator("main textarea").focus()
    page.keyboard.type("封筒に 123456789018 と書いたまま渡しました。")
    page.get_by_role("button", name="報告する").focus()
    page.keyboard.press("Enter")
    expect(focus(page)).to_contain_text("入力内容に1件の誤りがあります。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main textarea")).to_be_focused()
