"""/healthz and /readyz: in front of everything, true to what the process can do, and silent about the rest."""

import pytest
from sqlalchemy import text

from groupware import health
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db
from tests.support.server import free_port

PROXIED = {"X-Forwarded-For": "10.1.2.3"}


@pytest.fixture
def without_database(tmp_path):
    """An application whose database does not answer."""
    url = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/nothing"
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="k"))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_process_lives_whatever_the_database_does(client, without_database, count_queries):
    with count_queries() as statements:
        assert client.get("/healthz").text == "ok\n"
    assert len(statements) == 0
    assert without_database.test_client().get("/healthz").status_code == 200


def test_ready_process_says_so_for_every_part(client):
    answer = client.get("/readyz", headers=PROXIED)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.get_json() == {
        "ready": True,
        "parts": {"process": "ok", "database": "ok", "migrations": "ok", "disk": "ok"},
    }
    assert "Set-Cookie" not in answer.headers


def test_counts_are_for_the_machine_itself(client):
    counts = client.get("/readyz").get_json()["counts"]
    assert counts["jobs_failed"] == 0
    assert counts["jobs_late_seconds"] == 0
    assert counts["free_megabytes"] > 0
    for elsewhere in (
        client.get("/readyz", headers=PROXIED),
        client.get("/readyz", environ_base={"REMOTE_ADDR": "10.1.2.3"}),
    ):
        assert "counts" not in elsewhere.get_json()


def test_database_that_is_away_is_named_and_nothing_of_it_told(without_database):
    answer = without_database.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["parts"]["database"] == "unreachable"
    for told in ("secret", "nobody", "127.0.0.1"):
        assert told not in answer.text


def test_database_behind_the_programme_is_not_ready_and_a_newer_one_is(app, client):
    with app.app_context(), db.engine.begin() as connection:
        head = connection.execute(text("SELECT version_num FROM core_schema_version")).scalar_one()
        connection.execute(text("UPDATE core_schema_version SET version_num = 'core_0001'"))
    assert client.get("/readyz").get_json()["parts"]["migrations"] == "behind"
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE core_schema_version SET version_num = 'core_9999'"))
    # Old processes go on while an installation is upgraded.
    assert client.get("/readyz").status_code == 200
    assert head != "core_0001"


def test_full_disk_and_the_end_of_the_process_are_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**62)
    assert client.get("/readyz").get_json()["parts"]["disk"] == "full"
    monkeypatch.undo()
    health.stopping.set()
    try:
        answer = client.get("/readyz")
    finally:
        health.stopping.clear()
    assert (answer.status_code, answer.get_json()["parts"]["process"]) == (503, "stopping")


def test_redis_is_asked_where_one_is_configured(make_app):
    app = make_app(redis_url=f"redis://:secret@127.0.0.1:{free_port()}/0")
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["parts"]["redis"] == "unreachable"
    assert "secret" not in answer.text
