"""Chromium for browser stories, driven by Playwright.

A page fails its test when it asks for anything outside this machine, when a script fails, or when the browser's
console reports an error (a violated content security policy is one). A failed test leaves a picture in
test-results/.
"""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    sync_playwright,
)

from tests.support.network import is_local
from tests.support.requirements import report_absent

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "test-results"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""A telephone, as options of a page."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these Chromium asks its maker's servers for updates at every start.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb",
]  # fmt: skip
# The status of a response is the test's business: the browser logs every 4xx as an error.
STAND = """(position) => {
    for (const bar of document.querySelectorAll(".form-actions-sticky")) bar.style.position = position;
}"""
EXPECTED_ERROR = "Failed to load resource"
_FAILED = pytest.StashKey[bool]()

NewPage = Callable[..., Page]


def executable() -> str | None:
    """The browser to drive: the one CHROMIUM names, else the machine's own."""
    if named := os.environ.get("CHROMIUM"):
        return named if Path(named).is_file() else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def rich_editor(page: Page, label: str) -> Locator:
    """The editor of a rich text field once its script has put it in the place of the plain text area."""
    return page.get_by_role("textbox", name=label).and_(page.locator("[contenteditable=true]"))


class Watch:
    """Collects what a page must not do."""

    def __init__(self, context: BrowserContext, expected: str = "") -> None:
        """Watch every page of the context."""
        self.faults: list[str] = []
        self._expected = (EXPECTED_ERROR, *([expected] if expected else []))
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and not is_local(parts.hostname or ""):
            self.faults.append(f"request outside this machine: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in self._expected):
            self.faults.append(f"console: {message.text}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for this process."""
    path = executable()
    if path is None:
        report_absent("browser", "no Chromium was found (Debian: chromium fonts-noto-cjk, or set CHROMIUM)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """`new_page(**context_options)`: a page in a context of its own, for a second person in the same story.

    A message of the console with the words `expected` in it is no fault.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(*, expected: str = "", **options: Any) -> Page:
        settings = {
            "locale": "ja-JP",
            "timezone_id": "Asia/Tokyo",
            "viewport": {"width": 1280, "height": 800},
        }
        context = browser.new_context(**(settings | {"reduced_motion": "reduce"} | options))
        context.set_default_timeout(10_000)
        opened.append((context, Watch(context, expected)))
        return context.new_page()

    yield open_page
    has_failed = request.node.stash.get(_FAILED, False)
    for number, (context, _) in enumerate(opened):
        if has_failed and context.pages:
            RESULTS.mkdir(exist_ok=True)
            name = re.sub(r"[^\w.-]+", "_", request.node.name)
            context.pages[-1].screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True)
        context.close()
    faults = [fault for _, watch in opened for fault in watch.faults]
    if not has_failed:
        assert faults == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of a Japanese desktop browser, 1280 × 800."""
    return new_page()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell a browser story that failed once more; the closing line of the run counts the second tellings."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for the picture."""
    report = yield
    if report.when != "teardown":
        item.stash[_FAILED] = report.when == "call" and report.outcome in {"failed", "rerun"}
    return report


def tab_to(page: Page, target: str) -> None:
    """Press Tab until what has the focus is, or lies in, the target."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("target => document.activeElement.closest(target) !== null", target):
            return
    raise AssertionError(f"{target} is not reached by the Tab key")


def axe_violations(page: Page, *excluded: str) -> list[str]:
    """What axe finds wrong on the page as it stands, WCAG 2.2 A and AA and best practices, one line per element.

    The bar that floats over the end of a long form covers whatever field happens to be there, and axe would call that one
    too small; so it stands where scrolling ends.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(STAND, "static")
    result = page.evaluate(
        "async (excluded) => await axe.run({include: ['html'], exclude: excluded.map((s) => [s])}, {"
        "resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', "
        "'best-practice']})",
        list(excluded),
    )
    page.evaluate(STAND, "")
    return [
        f"{violation['id']} ({violation['help']}): {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
