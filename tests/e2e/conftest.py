"""Sample people of the demo village in a browser."""

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.browser import NewPage
from tests.support.server import LiveServer


@pytest.fixture
def sign_in(new_page: NewPage, demo_server: LiveServer) -> Callable[..., Page]:
    """`sign_in(role, n)` is a browser in which the n-th sample person of a role has signed in, by way of `url` where one is named."""
    with (demo_server.instance / "demo-accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        accounts = list(csv.DictReader(file))

    def enter(role: str, number: int = 0, *, url: str = "", **options: object) -> Page:
        page = new_page(base_url=url or demo_server.url, **options)
        account = [one for one in accounts if one["role"] == role][number]
        page.goto("/login")
        page.locator("main input[name=username]").fill(account["login"])
        page.locator("main input[name=password]").fill(account["password"])
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(re.compile(r"/$"))
        return page

    return enter
