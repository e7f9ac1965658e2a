"""Request ids, the log, what Prometheus reads: enough to find a fault, nothing about anybody."""

import json
import logging
import sys
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from groupware import jobs, logs, metrics
from groupware.actor import system
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import session, unit
from groupware.plugin import CONTRACT, Job, Plugin
from groupware.realtime.seats import Seat
from groupware.testing.signing_in import csrf_token
from groupware.web.gate import public
from groupware.worker import Worker
from tests.support.server import free_port

GIVEN = "proxy-0123456789abcdef"


@pytest.fixture
def noted(caplog):
    """`noted()`: the fields of the newest line of the access log."""
    caplog.set_level(logging.INFO, "groupware.access")
    return lambda: caplog.records[-1].fields


@pytest.fixture
def collected():
    """`collected(name, **labels)`: a value of this process's registry."""
    return lambda name, **labels: metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_line_of_a_request_names_endpoint_and_person_and_no_content(factory, sign_in, noted):
    person = factory.person("佐藤", factory.unit("総務課"), factory.post("主事", 50))
    client = sign_in(person)
    client.get("/search?q=秘密の言葉").close()
    fields = noted()
    assert fields["endpoint"] == "search.index"
    assert (fields["method"], fields["status"], fields["person"]) == ("GET", 200, person)
    assert fields["queries"] > 0
    assert fields["ms"] > 0
    assert "秘密" not in json.dumps(fields, ensure_ascii=False)


def test_unknown_address_is_counted_without_being_written_down(client, noted, collected):
    before = collected("groupware_requests_total", endpoint="none", status="404")
    client.get("/people/佐藤花子").close()
    assert noted() | {"ms": 0} == {
        "method": "GET", "endpoint": "none", "status": 404, "ms": 0, "queries": noted()["queries"], "person": None,
    }  # fmt: skip
    assert collected("groupware_requests_total", endpoint="none", status="404") == before + 1


def test_request_id_is_taken_from_a_trusted_proxy_only(make_app, client):
    ours = client.get("/login", headers={"X-Request-ID": GIVEN}).headers["X-Request-ID"]
    assert len(ours) == 32
    behind = make_app(trusted_proxies=1).test_client()
    assert behind.get("/login", headers={"X-Request-ID": GIVEN}).headers["X-Request-ID"] == GIVEN
    for forged in ("x", "a" * 65, "a b c d e f g h", '"><script>'):
        assert behind.get("/login", headers={"X-Request-ID": forged}).headers["X-Request-ID"] != forged


def test_refusal_for_want_of_the_forms_token_has_a_number(client):
    refused = client.post("/login", data={"login": "a"})
    assert refused.status_code == 400
    assert len(refused.headers["X-Request-ID"]) == 32
    called = client.post("/api/v1/notifications/1/read")
    assert called.json["request_id"] == called.headers["X-Request-ID"] != ""


@public
def stumble():
    raise ZeroDivisionError


def test_page_of_a_fault_shows_the_number_that_stands_in_the_log(app, client, collected):
    app.testing = False
    app.view_functions["auth.login"] = stumble
    before = collected("groupware_errors_total", kind="fault")
    with client.get("/login") as answer:
        assert answer.status_code == 500
        assert answer.headers["X-Request-ID"] in answer.text
    assert logs.current_request_id() == ""
    assert collected("groupware_errors_total", kind="fault") == before + 1


def record_of(message: str, *, fields=None, fault=None):
    info = (type(fault), fault, None) if fault else None
    record = logging.LogRecord("groupware.test", logging.WARNING, __file__, 1, message, (), info)
    if fields:
        record.fields = fields
    return record


def test_json_lines_are_one_object_each():
    with logs.following("job-7"):
        text = logs.JsonLines("worker").format(
            record_of("two\nlines", fields={"status": 200}, fault=ValueError("broken\nin two"))
        )
    assert "\n" not in text
    line = json.loads(text)
    assert line["time"].endswith("+00:00")
    assert {name: line[name] for name in ("level", "logger", "message", "role", "request_id", "status")} == {
        "level": "warning", "logger": "groupware.test", "message": "two\nlines", "role": "worker",
        "request_id": "job-7", "status": 200,
    }  # fmt: skip
    assert "broken" in line["error"]


def test_plain_lines_are_for_people():
    with logs.following(GIVEN):
        line = logs.Plain().format(record_of("request", fields={"status": 200, "person": None}))
    assert line.endswith(f"WARNING request status=200 [{GIVEN}]")


def test_level_and_format_follow_the_settings(tmp_path, capsys):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logs.install(Settings(instance=tmp_path, log_format="json"), "web")
        root.handlers[0].stream = sys.stdout
        logging.getLogger("groupware.test").info("said")
        logging.getLogger("alembic").info("not said")
        assert json.loads(capsys.readouterr().out)["role"] == "web"
        logs.install(Settings(instance=tmp_path), "command")
        assert root.level == logging.WARNING
    finally:
        root.handlers[:], root.level = before
        logging.captureWarnings(False)


def test_job_carries_its_id_into_log_audit_and_metrics(make_app, collected):
    seen = []

    def note(actor, value):
        seen.append((actor.request_id, logs.current_request_id()))
        if value == "bad":
            raise ZeroDivisionError

    job = Job(id="sample.note", title="Note", run=note, attempts=1)
    app = make_app(
        chosen=[
            Plugin(
                id="sample", contract=CONTRACT, title="S", summary="S.", icon="info", order=1, in_menu=False, jobs=(job,)
            )
        ]
    )  # fmt: skip
    with app.app_context(), unit("write"):
        for value in ("good", "bad"):
            jobs.enqueue(system(), "sample.note", {"value": value})
    done, failed = (
        collected("groupware_jobs_total", kind="sample.note", outcome=outcome)
        for outcome in ("done", "failed")
    )
    Worker(app).run_due()
    assert all(actor_id == log_id and log_id.startswith("job-") for actor_id, log_id in seen)
    assert len({actor_id for actor_id, _ in seen}) == 2
    assert collected("groupware_jobs_total", kind="sample.note", outcome="done") == done + 1
    assert collected("groupware_jobs_total", kind="sample.note", outcome="failed") == failed + 1


def test_units_and_sign_ins_are_counted(write, client, collected):
    before = collected("groupware_units_total", mode="write", outcome="committed")
    with write():
        session.execute(text("SELECT 1"))
    assert collected("groupware_units_total", mode="write", outcome="committed") == before + 1
    refused = collected("groupware_sign_ins_total", outcome="refused")
    token = csrf_token(client, "/login")
    client.post("/login", data={"username": "sato", "password": "wrong", "csrf_token": token})
    assert collected("groupware_sign_ins_total", outcome="refused") == refused + 1


def test_sockets_and_what_they_are_sent_are_counted(tmp_path, collected):
    app = create_app(Settings(instance=tmp_path, secret_key="k"), sockets="threading")
    held = app.extensions["groupware_realtime"]
    before = collected("groupware_deliveries_total")
    for number in range(3):
        held.seats.take(Seat(sid=f"s{number}", person_id=1, session_id=number))
        held.rooms.basic_enter_room(f"s{number}", "/", "room", eio_sid=f"e{number}")
    assert collected("groupware_sockets") == 3
    held.send("room", "moved", {})
    assert collected("groupware_deliveries_total") == before + 3


def test_prometheus_reads_requests_units_pool_and_jobs(app, client, monkeypatch):
    client.get("/login")
    port = free_port()
    registry = CollectorRegistry()
    monkeypatch.setattr(metrics, "REGISTRY", registry)
    server = metrics.offer(app, port)
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            read = answer.read().decode()
    finally:
        server.shutdown()
        server.server_close()
    for name in (
        'groupware_part_up{part="database"} 1.0', 'groupware_jobs_rows{state="failed"} 0.0', "groupware_jobs_lag_seconds 0.0",
        'groupware_pool_connections{state="used"}', "groupware_disk_free_bytes",
    ):  # fmt: skip
        assert name in read


def test_what_was_typed_is_in_no_error_of_the_database(app, write):
    with write(), pytest.raises(Exception, match="no_such_table") as caught:
        session.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": "佐藤花子"})
    assert "佐藤" not in str(caught.value)
