"""The rich text editor takes over from the plain text area without losing what somebody was quicker to type."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import rich_editor

pytestmark = pytest.mark.browser


def test_what_was_typed_before_the_script_came_is_kept_and_typing_goes_on(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("administrator")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/editor*", hold)
    with page.expect_request("**/js/editor*"):
        page.goto("/bulletin/new", wait_until="commit")
    page.get_by_role("textbox", name="本文").click()
    page.keyboard.type("年末の窓口は、")
    [late] = held
    late.continue_()
    expect(rich_editor(page, "本文")).to_be_focused()
    page.keyboard.type("28日までです。")
    expect(rich_editor(page, "本文")).to_have_text("年末の窓口は、28日までです。")
    expect(page.locator("textarea[name=html]")).to_have_value("<p>年末の窓口は、28日までです。</p>")
