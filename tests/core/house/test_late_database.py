"""Whatever comes back first after a power cut: processes that serve wait for their database, commands say that it is away."""

import subprocess

import pytest

from tests.support import postgres
from tests.support.databases import command_environment, migrate
from tests.support.server import free_port
from tests.support.started import groupware, started, status, until

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]


def test_processes_wait_for_the_database_and_commands_do_not(tmp_path):
    server = postgres.PostgresServer()
    try:
        url = postgres.url(server.socket_folder, postgres.create(server.socket_folder, name="late"))
        migrate(tmp_path, url)
        server.halt()
        settings = {"database_url": url, "secret_key": "late"}
        done = subprocess.run(
            groupware(tmp_path, "grants", "list"),
            env=command_environment(**settings),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "The database cannot be reached" in done.stderr
        for name in ("web", "serve"):
            port, log = free_port(), tmp_path / f"{name}.log"
            with started(groupware(tmp_path, name, "--port", str(port)), log, **settings) as process:
                until(
                    lambda log=log: "waiting for it" in log.read_text(encoding="utf-8"), "the line in the log"
                )
                assert status(port) == 0
                assert process.poll() is None
                server.resume()
                until(lambda port=port: status(port) == 200, f"an answer of groupware {name}")
                assert log.read_text(encoding="utf-8").count("waiting for it") == 1
            server.halt()
    finally:
        server.stop()


def test_a_worker_that_waits_for_its_database_ends_with_its_parent(tmp_path):
    settings = {"database_url": postgres.url(tmp_path, "away"), "secret_key": "away"}
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            groupware(tmp_path, "worker", "--until-parent-ends"),
            env=command_environment(**settings),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "waiting for it" in log.read_text(encoding="utf-8"), "the line in the log")
        assert worker.poll() is None
        assert worker.stdin is not None
        worker.stdin.close()
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.wait()
