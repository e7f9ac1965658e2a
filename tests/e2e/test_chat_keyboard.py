"""A day in the chat without a mouse: from signing in to going back, with the focus in sight and where one expects it."""

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from groupware import clock
from tests.e2e.test_chat_story import ENTER_OF_A_CONVERSION, own_name, said
from tests.support.browser import NewPage, axe_violations, tab_to
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

HAS_FOCUS = """() => {
    const element = document.activeElement;
    if (element === document.body) return "nothing has the focus";
    const box = element.getBoundingClientRect();
    const isInSight = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    const looks = getComputedStyle(element);
    const isMarked = looks.boxShadow !== "none" || (looks.outlineStyle !== "none" && parseFloat(looks.outlineWidth) > 0);
    return element.matches(":focus-visible") && isInSight && isMarked ? "" : element.outerHTML.slice(0, 200);
}"""
FIELD = "[data-chat-composer] textarea"


def shows_focus(page: Page) -> None:
    """Whoever looks sees where they are."""
    try:
        page.wait_for_function(f"() => ({HAS_FOCUS})() === ''", timeout=5000)
    except Error as error:
        raise AssertionError(page.evaluate(HAS_FOCUS)) from error


def in_field(page: Page) -> None:
    """The focus is where one writes."""
    page.wait_for_function("field => document.activeElement.matches(field)", arg=FIELD)


def press(page: Page, *keys: str) -> None:
    """One after the other."""
    for key in keys:
        page.keyboard.press(key)


def at_message(page: Page, text: str) -> None:
    """The focus is at this message, or within it."""
    expect(said(page, text).last).to_be_visible()
    page.wait_for_function(
        "text => document.activeElement.closest('li[data-seq]')?.textContent.includes(text)", arg=text
    )
    shows_focus(page)


def say(page: Page, text: str) -> None:
    """From the field, which keeps the focus."""
    page.keyboard.insert_text(text)
    press(page, "Control+Enter")
    expect(said(page, text)).to_have_count(1)
    in_field(page)


def choose(page: Page, name: str) -> None:
    """An act of the message at which the focus is, from its menu."""
    press(page, "Enter")
    for _ in range(12):
        if name == page.evaluate("document.activeElement.textContent.trim()"):
            break
        press(page, "ArrowDown")
    assert name == page.evaluate("document.activeElement.textContent.trim()")
    shows_focus(page)
    press(page, "Enter")


def test_a_day_in_the_chat_without_a_mouse(
    new_page: NewPage, demo_server: LiveServer, sign_in: Callable[..., Page]
) -> None:
    other = own_name(sign_in("staff", 1))
    with (demo_server.instance / "demo-accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        account = next(one for one in csv.DictReader(file) if one["role"] == "staff")
    page = new_page(base_url=demo_server.url)

    # Signing in and opening a room.
    page.goto("/login")
    tab_to(page, "main input[name=username]")
    page.keyboard.insert_text(account["login"])
    press(page, "Tab")
    page.keyboard.insert_text(account["password"])
    press(page, "Enter")
    page.wait_for_url(re.compile(r"/$"))
    tab_to(page, "a.menu-link[href='/chat/']")
    shows_focus(page)
    press(page, "Enter")
    page.wait_for_url(re.compile(r"/chat/$"))
    tab_to(page, "a[data-primary-action]")
    press(page, "Enter")
    page.wait_for_url(re.compile(r"/chat/new$"))
    tab_to(page, "main input[name=name]")
    page.keyboard.insert_text("窓口の当番表")
    tab_to(page, "main [role=combobox]")
    page.keyboard.type(other)
    expect(page.locator("[role=listbox] [role=option]").first).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_text(other).first).to_be_visible()
    tab_to(page, "main form button.button-primary")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("窓口の当番表")
    path = re.sub(r"^https?://[^/]+|\?.*", "", page.url)

    # Two skips lead to the field. A conversion of the input method sends nothing; then it is sent.
    press(page, "Tab", "Enter")
    tab_to(page, ".chat > .skip-link")
    shows_focus(page)
    press(page, "Enter")
    in_field(page)
    shows_focus(page)
    composing = page.context.new_cdp_session(page)
    for text in ("とうばん", "当番"):
        composing.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    page.locator(FIELD).evaluate(ENTER_OF_A_CONVERSION)
    composing.send("Input.insertText", {"text": "当番"})
    expect(page.locator(FIELD)).to_have_value("当番")
    say(page, "表を作りました。")
    expect(said(page, "当番表を作りました。")).to_have_count(1)

    # Somebody is addressed from the list behind @.
    page.keyboard.type(f"@{other[:2]}")
    expect(page.locator("#mentionable [role=option]").first).to_be_visible()
    press(page, "Enter")
    say(page, "月曜日をお願いします。")
    expect(said(page, "月曜日をお願いします。").locator(".chat-mention")).to_have_text(f"@{other}")

    # From the empty field upwards into the log, through it, and back by Escape.
    press(page, "ArrowUp")
    at_message(page, "月曜日をお願いします。")
    press(page, "ArrowUp")
    at_message(page, "当番表を作りました。")
    press(page, "End")
    at_message(page, "月曜日をお願いします。")
    press(page, "Escape")
    in_field(page)

    # A reply; a reaction, after which the focus is where it was set.
    press(page, "ArrowUp")
    tab_to(page, "[data-chat-answer]")
    shows_focus(page)
    press(page, "Enter")
    say(page, "午後だけでも構いません。")
    expect(said(page, "午後だけでも構いません。").locator(".chat-quote")).to_contain_text("月曜日を")
    press(page, "ArrowUp")
    tab_to(page, "[data-chat-react]")
    press(page, "Enter")
    shows_focus(page)
    press(page, "ArrowRight", "ArrowLeft", "Enter")
    expect(said(page, "午後だけでも構いません。").locator("[data-chat-reactions] button")).to_have_count(1)
    at_message(page, "午後だけでも構いません。")

    # Edited and deleted: each comes back to the message.
    press(page, "Escape", "ArrowUp")
    choose(page, "編集")
    page.wait_for_url(re.compile("/edit$"))
    page.wait_for_function("() => document.activeElement.matches('main textarea')")
    shows_focus(page)
    press(page, "Control+End")
    page.keyboard.insert_text("三時からです。")
    tab_to(page, "main form button.button-primary")
    press(page, "Enter")
    at_message(page, "構いません。三時からです。")
    choose(page, "削除する")
    page.wait_for_url(re.compile("/delete$"))
    tab_to(page, "main form button.button-danger")
    press(page, "Enter")
    expect(page.get_by_role("log").get_by_text("削除されました")).to_be_visible()
    page.wait_for_function("() => document.activeElement.matches('li[data-seq]')")

    # Pinned and bookmarked where it stands; the focus stays at the menu.
    press(page, "ArrowUp")
    for name, mark in (("ピン留め", "ピン留め"), ("ブックマーク", "ブックマーク済み")):
        choose(page, name)
        expect(
            said(page, "月曜日をお願いします。").locator(".chat-mark").filter(has_text=mark)
        ).to_be_visible()
        page.wait_for_function("() => document.activeElement.matches('summary')")
        at_message(page, "月曜日をお願いします。")
        press(page, "Escape", "ArrowUp", "ArrowUp")
        at_message(page, "月曜日をお願いします。")

    # Forwarded to a person.
    choose(page, "転送")
    page.wait_for_url(re.compile("/forward$"))
    shows_focus(page)
    tab_to(page, "main [role=combobox]")
    page.keyboard.type(other)
    expect(page.locator("[role=listbox] [role=option]").first).to_be_visible()
    press(page, "Enter")
    tab_to(page, "main form .form-actions button.button-primary")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(other)
    at_message(page, "月曜日をお願いします。")

    # A task of a message, a note, who has read, a day, a word, and back.
    page.goto(path)
    press(page, "Tab", "Enter")
    tab_to(page, ".chat > .skip-link")
    press(page, "Enter", "ArrowUp", "ArrowUp")
    at_message(page, "月曜日をお願いします。")
    choose(page, "タスクにする")
    page.wait_for_url(re.compile("/tasks/new"))
    shows_focus(page)
    tab_to(page, "main form .form-actions button.button-primary")
    press(page, "Enter")
    expect(said(page, "月曜日をお願いします。").get_by_text("タスクあり")).to_be_visible()
    page.goto(f"{path}/notes/new")
    shows_focus(page)
    page.keyboard.insert_text("申し合わせ")
    tab_to(page, "main textarea")
    page.keyboard.insert_text("当番は週ごとに替わります。")
    tab_to(page, "main form .form-actions button.button-primary")
    press(page, "Enter")
    expect(page.get_by_text("ノートを保存しました。")).to_be_visible()
    assert axe_violations(page) == []

    reader = sign_in("staff", 1)
    reader.goto(path)
    page.goto(path)
    press(page, "Tab", "Enter")
    tab_to(page, ".chat > .skip-link")
    press(page, "Enter", "ArrowUp", "ArrowUp")
    at_message(page, "月曜日をお願いします。")
    reader.bring_to_front()
    expect(said(page, "月曜日をお願いします。").locator("[data-readers]")).to_be_visible(timeout=15_000)
    page.bring_to_front()
    tab_to(page, "[data-readers]")
    shows_focus(page)
    press(page, "Enter")
    expect(page.get_by_text(other).first).to_be_visible()
    assert axe_violations(page) == []
    tab_to(page, f"main a[href^='{path}']")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("窓口の当番表")
    at_message(page, "月曜日をお願いします。")

    tab_to(page, ".chat-bar-search input[type=search]")
    page.keyboard.insert_text("月曜日")
    press(page, "Enter")
    page.wait_for_url(re.compile("/search"))
    tab_to(page, ".chat-found-item a")
    shows_focus(page)
    press(page, "Enter")
    at_message(page, "月曜日をお願いします。")
    page.goto(path)
    tab_to(page, ".chat-bar-acts details summary")
    press(page, "Enter")
    tab_to(page, "#chat-on")
    page.keyboard.type(f"{clock.today():%m%d%Y}")
    press(page, "Enter")
    page.wait_for_url(re.compile(r"on="))
    shows_focus(page)
