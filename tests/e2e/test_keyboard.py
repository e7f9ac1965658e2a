"""The frame and the forms without a mouse: where the keyboard is can always be seen, and it is never lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/notifications/",
        "/notifications/settings",
        "/search?q=会議",
        "/profile/",
        "/profile/tokens",
        "/bulletin/new",
    ],
)
def test_every_stop_of_the_keyboard_can_be_seen(sign_in: Callable[..., Page], path: str) -> None:
    assert hidden_stops(sign_in("administrator", **DESK), path) == []


def test_menu_follows_its_neighbours_in_a_header_that_stays_as_wide(sign_in: Callable[..., Page]) -> None:
    page = sign_in("staff", **DESK)
    more = page.locator("[data-menu-more]")
    expect(more).to_be_hidden()
    page.evaluate("() => { document.querySelector('.header [role=search]').style.flex = '0 0 60rem'; }")
    expect(more).to_be_visible()
    page.evaluate("() => { document.querySelector('.header [role=search]').style.flex = ''; }")
    expect(more).to_be_hidden()
