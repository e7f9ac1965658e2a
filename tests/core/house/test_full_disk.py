"""A full disk: a clear page that keeps what was typed, reading goes on, and everything works again once there is room."""

import errno

import psycopg.errors
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from groupware.db import db, session
from groupware.web.errors import is_full
from groupware.web.gate import public, signed_in

OWN = {"Origin": "http://localhost"}


@pytest.fixture
def fill(app):
    """`fill(True)` lets SQLite's file grow no further, `fill(False)` gives it room again."""
    limit = {"pages": 2**30}

    def restrict(connection, *_):
        connection.execute(f"PRAGMA max_page_count = {limit['pages']}").close()

    def change(is_full):
        with app.app_context():
            with db.engine.connect() as connection:
                used = connection.execute(text("PRAGMA page_count")).scalar_one()
            limit["pages"] = used if is_full else 2**30
            db.engine.dispose()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "connect", restrict)
    yield change
    event.remove(engine, "connect", restrict)


@pytest.mark.sqlite_only
def test_full_disk_keeps_what_was_typed_and_heals_by_itself(app, factory, sign_in, fill, monkeypatch):
    @signed_in
    def write():
        session.execute(text("CREATE TABLE sample (words TEXT)"))
        session.execute(text("INSERT INTO sample VALUES (:words)"), {"words": "写" * 60_000})
        return "saved"

    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setitem(app.view_functions, "profile.save", write)
    browser = sign_in(factory.person("佐藤", factory.unit("総務課"), factory.post("主事", 50)))
    typed = {"theme": "打ち込んだ文章"}
    fill(True)
    refused = browser.post("/profile/", data=typed, headers=OWN)
    assert refused.status_code == 507
    assert typed["theme"] in refused.text
    assert refused.headers["X-Request-ID"] in refused.text
    asked = browser.post("/profile/", data=typed, headers=OWN | {"Accept": "application/json"})
    assert (asked.status_code, asked.get_json()["code"]) == (507, "full")
    assert browser.get("/profile/").status_code == 200
    fill(False)
    assert browser.post("/profile/", data=typed, headers=OWN).text == "saved"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")), True),
        (OperationalError("INSERT", {}, psycopg.errors.AdminShutdown("terminating")), False),
    ],
)
def test_what_means_that_the_disk_is_full(error, expected):
    assert is_full(error) is expected


def test_file_that_finds_no_room_is_the_same_page(app, client, monkeypatch):
    @public
    def upload():
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(app.view_functions, "auth.login", upload)
    answer = client.get("/login")
    assert answer.status_code == 507
    assert "No space" not in answer.text
