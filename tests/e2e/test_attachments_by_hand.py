"""Files are dropped onto the form, and chosen and taken away by somebody who has no mouse."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import axe_violations, rich_editor

pytestmark = pytest.mark.browser

UPLOADS = re.compile("/attachments/uploads/[0-9a-f-]+$")


@pytest.fixture
def editor(sign_in: Callable[..., Page]) -> Page:
    """The page of a new posting."""
    page = sign_in("administrator")
    page.goto("/bulletin/new")
    expect(rich_editor(page, "本文")).to_be_visible()
    return page


def drag(page: Page, files: list[Path], at: str, *, lets_go: bool = True) -> None:
    """As somebody does who drags files from a folder of the desktop: into the page, over it, and onto the element."""
    page.locator(at).scroll_into_view_if_needed()
    box = page.locator(at).bounding_box()
    assert box is not None
    browser = page.context.new_cdp_session(page)
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", *(["drop"] if lets_go else [])):
        browser.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    browser.detach()


def held_back(page: Page) -> list[Route]:
    """What the page sends of files from now on, for the test to let go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(UPLOADS, hold)
    return held


def focused(page: Page) -> str:
    """The words of what the keyboard acts on."""
    words: str = page.evaluate("() => document.activeElement.innerText || document.activeElement.id")
    return " ".join(words.split()).replace(" :", ":")


def test_files_that_are_dropped_onto_the_form_are_attached(editor, tmp_path):
    files = [tmp_path / "会議資料.csv", tmp_path / "図面.txt"]
    for file in files:
        file.write_text("氏名,課\n", encoding="utf-8")
    editor.get_by_label("件名").fill("落とした資料")
    drag(editor, files, "#files [data-uploads-area]", lets_go=False)
    expect(editor.locator("#files .is-over")).to_be_visible()
    assert axe_violations(editor) == []
    drag(editor, files, "#files [data-uploads-area]")
    expect(editor.locator("#files [data-upload]")).to_have_text(
        [re.compile("会議資料.csv"), re.compile("図面.txt")]
    )
    expect(editor.locator("#files .is-over")).to_have_count(0)
    assert axe_violations(editor) == []
    # Onto the text of the form, which is no field for files but belongs to the form.
    drag(editor, files[:1], "#posting-form [contenteditable=true]")
    expect(editor.locator("#files [data-upload]")).to_have_count(3)
    expect(rich_editor(editor, "本文")).to_have_text("")


def test_folder_that_is_dropped_is_explained(editor, tmp_path):
    (tmp_path / "資料").mkdir()
    drag(editor, [tmp_path / "資料"], "#files [data-uploads-area]")
    expect(editor.locator("#messages")).to_contain_text("フォルダー")
    expect(editor.locator("#files .upload")).to_have_count(0)


def test_files_that_miss_the_form_do_not_take_its_place(editor, tmp_path):
    file = tmp_path / "会議資料.csv"
    file.write_text("氏名,課\n", encoding="utf-8")
    # What no script prevents, a browser that people see does: it opens the file instead of the page.
    editor.evaluate(
        "() => window.addEventListener('dragover', (event) => { window.left = !event.defaultPrevented; })"
    )
    drag(editor, [file], "header")
    assert editor.evaluate("() => window.left") is False
    expect(editor.locator("#files .upload")).to_have_count(0)


def test_keyboard_alone_adds_takes_away_and_gives_up(editor, tmp_path):
    files = [tmp_path / f"資料{number}.txt" for number in (1, 2)]
    for file in files:
        file.write_text("本文", encoding="utf-8")
    field = editor.locator("#files-new")
    field.focus()
    with editor.expect_file_chooser() as chooser:
        editor.keyboard.press("Space")
    chooser.value.set_files(files)
    expect(editor.locator("#files [data-upload]")).to_have_count(2)
    expect(field).to_be_focused()
    editor.keyboard.press("Shift+Tab")
    assert focused(editor) == "外す: 資料2.txt"
    editor.keyboard.press("Enter")
    expect(editor.locator("#files [data-upload]")).to_have_count(1)
    assert focused(editor) == "外す: 資料1.txt"
    editor.keyboard.press("Space")
    expect(editor.locator("#files [data-upload]")).to_have_count(0)
    expect(field).to_be_focused()

    held_back(editor)
    with editor.expect_file_chooser() as chooser:
        editor.keyboard.press("Space")
    with editor.expect_request(UPLOADS):
        chooser.value.set_files(files[:1])
    editor.keyboard.press("Shift+Tab")
    assert focused(editor) == "キャンセル: 資料1.txt"
    assert axe_violations(editor) == []
    editor.keyboard.press("Enter")
    expect(editor.locator("#files .upload")).to_have_count(0)
    expect(field).to_be_focused()


def test_focus_stays_with_a_file_that_arrives_or_fails(editor, tmp_path):
    file = tmp_path / "資料.txt"
    file.write_text("本文", encoding="utf-8")
    lying = tmp_path / "にせもの.pdf"
    lying.write_bytes(b"MZ" + bytes(100))
    for sent, then in ((file, "外す: 資料.txt"), (lying, "外す: にせもの.pdf")):
        held = held_back(editor)
        editor.locator("#files-new").focus()
        with editor.expect_request(UPLOADS):
            editor.set_input_files("#files-new", sent)
        editor.keyboard.press("Shift+Tab")
        assert focused(editor) == f"キャンセル: {sent.name}"
        held[0].continue_()
        editor.unroute(UPLOADS)
        expect(editor.locator("#files :focus")).to_have_text(re.compile(r"外す"))
        assert focused(editor) == then
