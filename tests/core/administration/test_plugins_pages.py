"""Switching functions: what vanishes where, and how soon another process knows."""

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from groupware import rules
from groupware.actor import system
from groupware.jobs.queries import workable
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token, sign_in_as

ROOT = Path(__file__).resolve().parents[3]
SWITCH = "/admin/plugins/shop/switch"


@pytest.fixture
def administrator(sign_in, city):
    return sign_in(city.system_administrator, elevated=True)


def switch(client, to, unit="all", **fields):
    path = f"{SWITCH}?unit={unit}"
    token = csrf_token(client, "/admin/plugins")
    return client.post(path, data={"csrf_token": token, "to": to, **fields})


def test_list_shows_state_and_how_many_differ(city, write, administrator):
    with write():
        set_rule(system(), "shop.enabled", city.waste, False)
    text = administrator.get("/admin/plugins").text
    assert "売店" in text
    assert "6組織のうち1組織が異なる設定" in text
    assert "停止できない基本機能" in text


def test_detail_says_what_it_brings_and_where_it_is_on(city, write, administrator):
    with write():
        set_rule(system(), "shop.enabled", city.waste, False)
    text = administrator.get("/admin/plugins/shop").text
    for words in (
        "メニューの「売店」",
        "2種類の画面",
        "ポータルの「売店の品物」",
        "検索の「品物」",
        "環境局 ごみ減量課",
        "利用しない",
    ):
        assert words in text


def test_second_look_names_units_people_and_what_disappears(administrator):
    text = administrator.get(f"{SWITCH}?unit=welfare&to=off").text
    assert "福祉局で売店の利用を停止する" in text
    assert "表示されなくなるもの" in text
    assert "5秒以内" in text


def test_switched_off_function_answers_404_and_leaves_menu_portal_and_search(city, sign_in, administrator):
    clerk = sign_in(city.clerk)
    assert clerk.get("/shop/").text == "open"
    assert "売店" in clerk.get("/").text
    assert "鉛筆" in clerk.get("/search?q=えんぴつ", follow_redirects=True).text
    assert switch(administrator, "off").status_code == 303
    assert clerk.get("/shop/").status_code == 404
    assert "売店" not in clerk.get("/").text
    assert "注文の確認" not in clerk.get("/portal/pending").text
    assert "鉛筆" not in clerk.get("/search?q=えんぴつ", follow_redirects=True).text


def test_switched_off_function_does_no_work(app, city, write, administrator):
    switch(administrator, "off")
    with app.app_context():
        assert not [kind for kind in workable() if kind.startswith("shop.")]


def test_switch_reaches_the_bureau_and_nobody_else(city, sign_in, administrator):
    inside, outside = sign_in(city.clerk), sign_in(city.staff)
    switch(administrator, "off", "welfare")
    assert (inside.get("/shop/").status_code, outside.get("/shop/").status_code) == (404, 200)
    switch(administrator, "on", "welfare")
    assert inside.get("/shop/").status_code == 200


def test_bureau_returns_to_the_value_from_above(city, sign_in, administrator, read):
    switch(administrator, "off", "welfare")
    assert switch(administrator, "above", "welfare").status_code == 303
    with read():
        assert rules.value("shop.enabled", city.care) is True


def test_function_administrator_switches_for_the_own_bureau_only(city, sign_in, read):
    client = sign_in(city.administrator, elevated=True)
    assert switch(client, "off", "care").status_code == 303
    for foreign in ("all", "environment", "root"):
        assert switch(client, "off", foreign).status_code == 404
    with read():
        assert rules.value("shop.enabled", city.care) is False
        assert rules.value("shop.enabled", city.waste) is True


def test_switch_fixed_above_stays(city, sign_in, administrator):
    switch(administrator, "on", "all", is_locked="1")
    client = sign_in(city.administrator, elevated=True)
    response = switch(client, "off", "welfare")
    assert response.status_code == 409
    assert "全体で固定" in response.text


@pytest.mark.parametrize(
    "path", ["/admin/plugins/portal", "/admin/plugins/nothing", f"{SWITCH.replace('shop', 'auth')}"]
)
def test_what_is_no_switchable_function_is_not_found(administrator, path):
    assert administrator.get(path).status_code == 404


def test_direction_that_is_no_direction_is_not_found(administrator):
    assert switch(administrator, "sideways").status_code == 404


# ---- Another process -------------------------------------------------------------------------------------------------

WATCHER = """
import sys
from groupware.app import create_app
from groupware.config import Settings
from groupware.testing.signing_in import sign_in_as
from pathlib import Path
from tests.core.administration.shop import shop

url, folder, person = sys.argv[1:]
app = create_app(Settings(instance=Path(folder), database_url=url, secret_key="only-for-tests"), [shop()])
client = sign_in_as(app, int(person))
for _ in sys.stdin:
    print(client.get("/shop/").status_code, "売店" in client.get("/").text, flush=True)
with app.app_context():
    from groupware.db import db
    db.engine.dispose()
"""


@pytest.fixture
def watcher(tmp_path, fresh_database_url, city):
    """Asks a process of its own, which keeps its caches as every server does, what it answers now."""
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHER, fresh_database_url, str(tmp_path), str(city.clerk)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )

    def ask():
        process.stdin.write("\n")
        process.stdin.flush()
        return process.stdout.readline().split()

    yield ask
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()


def test_another_process_knows_within_five_seconds(watcher, administrator, app, city):
    assert watcher() == ["200", "True"]
    for to, expected in (("off", ["404", "False"]), ("on", ["200", "True"])):
        assert switch(administrator, to).status_code == 303
        deadline = time.monotonic() + 5
        while (answer := watcher()) != expected and time.monotonic() < deadline:
            Event().wait(0.05)
        assert answer == expected
    assert sign_in_as(app, city.clerk).get("/shop/").status_code == 200
