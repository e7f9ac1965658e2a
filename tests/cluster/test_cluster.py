"""Many processes behind nginx act as one: sessions, live pages, restarts of every part under load."""

import http.client
import re
import threading
import time
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.support import postgres
from tests.support.cluster import Visitor, accounts
from tests.support.started import until

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

ESTABLISHED = "01"
PATIENCE = 30_000
"""Milliseconds."""


def connections(port: int) -> int:
    """How many connections a port of this machine has."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(1 for row in rows if row[3] == ESTABLISHED and int(row[1].partition(":")[2], 16) == port)


def sign_in(new_page, cluster, role: str, number: int) -> Page:
    account = accounts(cluster, role)[number]
    page = new_page(base_url=cluster.url, ignore_https_errors=True)
    # Eight processes and several browsers share the machine: how fast a page is, is measured elsewhere.
    page.set_default_timeout(PATIENCE)
    page.goto("/login")
    page.locator("main input[name=username]").fill(account["login"])
    page.locator("main input[name=password]").fill(account["password"])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def post(page: Page, title: str) -> None:
    page.goto("/bulletin/new")
    page.get_by_label("件名").fill(title)
    page.get_by_label("分類").select_option(label="市長からのメッセージ")
    page.get_by_label("発信元").select_option(index=1)
    page.get_by_role("textbox", name="本文").click()
    page.keyboard.type("本文です。")
    page.get_by_role("combobox", name=re.compile("公開する相手")).fill("全職員")
    page.locator("[role=listbox] [role=option]").first.click()
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("button", name="全員に公開").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title, timeout=PATIENCE)


@pytest.mark.browser
def test_what_one_process_posts_is_seen_on_pages_that_every_other_one_holds(cluster, new_page):
    readers: list[Page] = []
    # Which process holds a page depends on its session: browsers come until both hold some.
    while not all(connections(port) for port in cluster.realtime):
        assert len(readers) < 12
        readers.append(sign_in(new_page, cluster, "staff", len(readers)))
        readers[-1].goto("/bulletin/")
        until(lambda: sum(map(connections, cluster.realtime)) >= len(readers), "a socket for each page")
    post(sign_in(new_page, cluster, "mayor", 0), "二つの処理から")
    for reader in readers:
        expect(reader.get_by_text("新しい掲示が届いています。")).to_be_visible(timeout=15_000)


def test_both_web_processes_serve_one_session(cluster):
    visitor = Visitor(cluster, "staff")
    for port in cluster.web:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request(
            "GET", "/profile/", headers={"Cookie": visitor.cookies(), "X-Forwarded-Proto": "https"}
        )
        assert connection.getresponse().status == 200
        connection.close()


class Writers:
    """People who comment on a posting without pause, each with words of their own, and note what was acknowledged."""

    def __init__(self, cluster, path: str, people: int = 3) -> None:
        self.acknowledged: list[str] = []
        self.statuses: list[int] = []
        self.goes_on = True
        visitors = [Visitor(cluster, "staff", number) for number in range(people)]
        self.threads = [
            threading.Thread(target=self._write, args=(number, visitor, path, visitor.token("/profile/")))
            for number, visitor in enumerate(visitors)
        ]

    def _write(self, number: int, visitor: Visitor, path: str, token: str) -> None:
        count = 0
        while self.goes_on:
            count += 1
            words = f"書込 {id(self)} {number}-{count}"
            status, _ = visitor.post(f"{path}/comments", {"text": words}, token)
            self.statuses.append(status)
            if status in (200, 302, 303):
                self.acknowledged.append(words)
            time.sleep(0.05)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.goes_on = False
        for thread in self.threads:
            thread.join()

    def write_more(self, count: int = 6) -> None:
        """Wait until so many more were acknowledged."""
        before = len(self.acknowledged)
        until(lambda: len(self.acknowledged) >= before + count, "acknowledged comments")


@pytest.fixture(scope="module")
def path(cluster):
    """A posting that every member of staff sees and may comment."""
    found = re.search(r'href="(/bulletin/[0-9a-f-]{36})"', Visitor(cluster, "staff").get("/bulletin/")[1])
    assert found is not None
    with connected(cluster) as connection:
        connection.execute("UPDATE bulletin_postings SET has_comments = true")
    return found[1]


def connected(cluster):
    return psycopg.connect(postgres.conninfo(cluster.database.socket_folder, "groupware"), autocommit=True)


def stored(cluster) -> list[str]:
    """The comments that the database holds."""
    with connected(cluster) as connection:
        return [
            row[0]
            for row in connection.execute("SELECT text FROM bulletin_comments WHERE text LIKE '書込 %'")
        ]


def require_nothing_lost(cluster, writers: Writers) -> None:
    found = stored(cluster)
    assert set(writers.acknowledged) <= set(found)
    assert len(found) == len(set(found))


def test_one_web_process_after_the_other_restarts_and_no_form_is_lost(cluster, path):
    with Writers(cluster, path) as writers:
        for number, port in enumerate(cluster.web):
            writers.write_more()
            cluster.end(f"web-{number}")
            writers.write_more(3)
            cluster.start_web(number, port)
            cluster.await_port(port)
        writers.write_more()
    assert set(writers.statuses) == {302}
    require_nothing_lost(cluster, writers)


def test_database_that_restarts_is_a_clear_error_for_a_moment_and_loses_nothing(cluster, path):
    before = {name: process.pid for name, process in cluster.running.items()}
    with Writers(cluster, path) as writers:
        writers.write_more()
        cluster.database.restart()
        writers.write_more(12)
    assert set(writers.statuses) <= {302, 503}
    require_nothing_lost(cluster, writers)
    assert {
        name: process.pid for name, process in cluster.running.items() if process.poll() is None
    } == before


def test_redis_that_restarts_is_noticed_by_nobody(cluster, path):
    with Writers(cluster, path) as writers:
        writers.write_more()
        cluster.end("redis")
        writers.write_more()
        cluster.start_redis()
        writers.write_more()
    assert set(writers.statuses) == {302}
    require_nothing_lost(cluster, writers)


def test_nobody_behind_the_web_is_a_page_in_japanese_that_says_so(cluster):
    visitor = Visitor(cluster, "staff", 5)
    cluster.end("web-0", "web-1")
    try:
        status, text = visitor.get("/")
    finally:
        for number, port in enumerate(cluster.web):
            cluster.start_web(number, port)
        for port in cluster.web:
            cluster.await_port(port)
    assert status == 503
    assert "ただいま利用できません" in text
    until(lambda: visitor.get("/")[0] == 200, "an answer after the interruption")
